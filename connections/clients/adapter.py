"""A requests adapter whose connections the guard opens, and that can be cut at any moment.

urllib3's `_new_conn` is where it opens a socket; the name for TLS, for the certificate and for the
Host header stays that of the URL. docs/decisions/0015-guarded-adapter.md says why it is our own.
"""

import contextlib
import socket
import weakref
from collections.abc import Callable
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection

from connections.clients.guard import Guard


class Lines:
    """The open sockets of one adapter, each by a second handle, so that they can be cut.

    A read that never ends holds the first handle, perhaps inside TLS; shutting down the second one
    ends it.
    """

    def __init__(self) -> None:
        self._handles: list[tuple[weakref.ref[HTTPConnection], socket.socket]] = []
        self.is_cut = False

    def add(self, connection: HTTPConnection, line: socket.socket) -> None:
        """Know a connection's new socket; the one it had before is closed."""
        self._drop(lambda known: known is connection)
        self._handles.append((weakref.ref(connection), line.dup()))

    def cut(self) -> None:
        """End whatever is under way, from another thread."""
        self.is_cut = True
        for _, handle in list(self._handles):
            with contextlib.suppress(OSError):
                handle.shutdown(socket.SHUT_RDWR)

    def drop_closed(self) -> None:
        """Forget the sockets whose connection is closed; call it between two exchanges."""
        self._drop(_is_closed)

    def close(self) -> None:
        """Forget all sockets."""
        self._drop(lambda _: True)

    def _drop(self, is_done: Callable[[HTTPConnection | None], bool]) -> None:
        done = [each for each in self._handles if is_done(each[0]())]
        self._handles = [each for each in self._handles if each not in done]
        for _, handle in done:
            handle.close()

    def __len__(self) -> int:
        return len(self._handles)


def _is_closed(connection: HTTPConnection | None) -> bool:
    return connection is None or connection.sock is None


class GuardedAdapter(HTTPAdapter):
    """Keeps one connection to each host alive. No retries, no proxies, no redirects."""

    def __init__(self, guard: Guard) -> None:
        self.lines = Lines()
        self._guard = guard
        super().__init__(pool_connections=4, pool_maxsize=1, max_retries=0)

    def init_poolmanager(self, *sizes: Any, **options: Any) -> None:
        """Make the pools of guarded connections."""
        super().init_poolmanager(*sizes, **options)
        self.poolmanager.pool_classes_by_scheme = _pools(self._guard, self.lines)

    def close(self) -> None:
        """Close all connections."""
        super().close()
        self.lines.close()


def _pools(guard: Guard, lines: Lines) -> dict[str, type[HTTPConnectionPool]]:
    def opened(connection: HTTPConnection) -> socket.socket:
        timeout = connection.timeout
        seconds = timeout if isinstance(timeout, int | float) else None
        line = guard.connect(connection.host.strip("[]"), connection.port or 0, seconds)
        lines.add(connection, line)
        return line

    class Plain(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            return opened(self)

    class Secured(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            return opened(self)

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecuredPool(HTTPSConnectionPool):
        ConnectionCls = Secured

    return {"http": PlainPool, "https": SecuredPool}
