"""The web server's port, taken before anything else starts."""

import socket


class PortTakenError(Exception):
    """Somebody listens there already; the text says where."""


def hold(host: str, port: int) -> socket.socket:
    """Take `host:port` for our own web server alone, as long as the socket returned lives.

    The web server shares its port with whoever asks (SO_REUSEPORT), so two of them would answer
    in turns without a word. This socket is bound alone and shares only from then on; it never
    listens.

    :raises PortTakenError: the port is in use or may not be used.
    """
    holder = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # over connections in TIME_WAIT
    try:
        holder.bind((host, port))
    except OSError as failure:
        holder.close()
        raise PortTakenError(
            f"Port {port} on {host} is taken ({failure.strerror}). "
            f"Stop what runs there, or choose another: PORT={port + 1} make run"
        ) from failure
    holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 0)
    holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    return holder
