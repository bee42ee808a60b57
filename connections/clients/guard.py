"""Opens connections to stores: resolve once, check every address, connect to one that was checked.

Nothing else in Counterfoil opens a socket to a store. Because the check and the connecting are one
step, a name that answers differently the second time (DNS rebinding) is not asked a second time.
"""

import socket
from collections.abc import Callable, Sequence
from ipaddress import ip_address

from connections.clients.addresses import why_refused
from connections.clients.destinations import PORTS, AllowedHosts
from connections.clients.errors import RefusedError, UnreachableError

Resolve = Callable[[str, int], Sequence[str]]
"""From host and port to addresses. It may raise OSError."""

MOST_ADDRESSES = 4
"""So many of a host's addresses are tried, one after the other."""


def resolve(host: str, port: int) -> list[str]:
    """Ask the system for a host's addresses, in its order of preference."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


class Guard:
    """Decides which addresses are connected to, and connects."""

    def __init__(self, allowed: AllowedHosts, resolver: Resolve = resolve) -> None:
        self.allowed = allowed
        self._resolve = resolver

    def connect(self, host: str, port: int, timeout: float | None) -> socket.socket:
        """Open a connection to a host; `timeout` in seconds counts for each of its addresses.

        :raises RefusedError: when any of its addresses may not be called; none is connected then.
        :raises UnreachableError: when the name has no address, or none of them answers.
        """
        problem = "its name has no address"
        for address in self.checked(host, port)[:MOST_ADDRESSES]:
            try:
                return _connected(address, port, timeout)
            except TimeoutError:
                problem = "it does not take the connection in time"
            except OSError as error:
                problem = error.strerror or "the connection failed"
        raise UnreachableError(problem)

    def checked(self, host: str, port: int) -> Sequence[str]:
        """A host's addresses, all of which may be called.

        :raises RefusedError: when one of them may not, or the port is not a store's.
        :raises UnreachableError: when the name cannot be resolved.
        """
        is_named = self.allowed.has(host, port)
        if port not in PORTS and not is_named:
            raise RefusedError(f"stores do not answer at port {port}")
        addresses = self._addresses(host, port)
        for address in addresses:
            why = why_refused(address, allows_private=is_named)
            if why:
                raise RefusedError(f"{host} is at {address}, and {why}" if host != address else why)
        return addresses

    def _addresses(self, host: str, port: int) -> Sequence[str]:
        try:
            return [str(ip_address(host))]
        except ValueError:
            pass
        try:
            return self._resolve(host, port)
        except (OSError, UnicodeError):
            raise UnreachableError("its name is not known in DNS") from None


def _connected(address: str, port: int, timeout: float | None) -> socket.socket:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    line = socket.socket(family, socket.SOCK_STREAM)
    try:
        line.settimeout(timeout)
        line.connect((address, port))
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except BaseException:
        line.close()
        raise
    return line
