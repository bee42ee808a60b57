"""Real HTTP on loopback, with TLS if wanted."""

import ssl
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socket import SHUT_RDWR, socket
from threading import Thread
from typing import Any

from tests.fakes.store.wire import Answer, Request

Serve = Callable[[Request], Answer]


class Server:
    """Answers on a port of its own until it is closed."""

    def __init__(self, serve: Serve, certificate: Path | None = None) -> None:
        self._http = _Http(("127.0.0.1", 0), _handler(serve, is_tls=certificate is not None))
        if certificate:
            self._http.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self._http.context.load_cert_chain(certificate)
        self.port: int = self._http.server_address[1]
        self._thread = Thread(target=self._http.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop answering; connections that were kept alive end."""
        self._http.shutdown()
        self._http.end_all()
        self._http.server_close()
        self._thread.join()


class _Http(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = True
    request_queue_size = 64
    context: ssl.SSLContext | None = None

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._open: set[socket] = set()

    def finish_request(self, request: Any, client_address: Any) -> None:
        if self.context:
            request = self._secured(request)
            if request is None:
                return
        self._open.add(request)
        try:
            super().finish_request(request, client_address)
        except (OSError, ValueError):
            pass  # the client went away, or did not like our certificate
        finally:
            self._open.discard(request)
            request.close()

    def _secured(self, request: socket) -> socket | None:
        assert self.context
        try:
            return self.context.wrap_socket(request, server_side=True)
        except OSError:
            return None

    def end_all(self) -> None:
        """End the connections that wait for another request."""
        for each in list(self._open):
            try:
                each.shutdown(SHUT_RDWR)
            except OSError:
                continue

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: clients in tests go away as they like."""


def _handler(serve: Serve, *, is_tls: bool) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        server_version = "nginx"
        sys_version = ""
        wbufsize = -1  # head and body in one packet, or the client waits for the second one
        disable_nagle_algorithm = True

        def _answer(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            headers = {name.lower(): value for name, value in self.headers.items()}
            body = self.rfile.read(length)
            answer = serve(Request(self.command, self.path, headers, body, is_tls))
            if answer.is_closed:
                self.close_connection = True
                return
            self._send(answer)

        def _send(self, answer: Answer) -> None:
            self.send_response_only(answer.status)
            self.send_header("Server", self.server_version)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body[: len(answer.body) - answer.cut])
            self.close_connection = self.close_connection or answer.cut > 0

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    for method in ("GET", "POST", "PUT", "DELETE"):
        setattr(Handler, f"do_{method}", Handler._answer)
    return Handler
