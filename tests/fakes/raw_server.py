"""A server below HTTP: a script says what happens on each connection, byte by byte."""

import contextlib
import socket
from collections.abc import Callable
from threading import Event, Thread
from typing import Self

Script = Callable[[socket.socket, Event], None]
"""Gets the connection, the request's head already read; the event says that the test is over."""


class RawServer:
    """Runs a script for every connection on a port of its own, once it has read a head."""

    def __init__(self, script: Script, *, reads_head: bool = True) -> None:
        self._script = script
        self._reads_head = reads_head
        self._over = Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.host = f"127.0.0.1:{self.port}"
        self.url = f"http://{self.host}/"
        self.heads: list[bytes] = []
        self.connections = 0
        self._threads = [Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join()

    def _accept(self) -> None:
        while True:
            try:
                line, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            thread = Thread(target=self._serve, args=(line,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, line: socket.socket) -> None:
        with line, contextlib.suppress(OSError):
            line.settimeout(10)
            head = b""
            while self._reads_head and b"\r\n\r\n" not in head:
                received = line.recv(4096)
                if not received:
                    return
                head += received
            self.heads.append(head)
            self._script(line, self._over)


def sends(*parts: bytes) -> Script:
    """A script that sends these parts and ends the connection."""

    def script(line: socket.socket, _: Event) -> None:
        for part in parts:
            line.sendall(part)

    return script


def drips(head: bytes, drop: bytes, every: float) -> Script:
    """A script that sends a drop every so many seconds, for ever."""

    def script(line: socket.socket, over: Event) -> None:
        line.sendall(head)
        while not over.wait(every):
            line.sendall(drop)

    return script
