"""A load generator for bare machines: one process, plain sockets, the same for both sides.

Run as a program it reads its task as JSON from its standard input and answers with what it saw.
"""

import base64
import hmac
import json
import selectors
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass

from bench.orders import bodies

CONNECTIONS = 16


@dataclass(frozen=True, slots=True)
class Task:
    """What to send: where to, how long, how often in a second (0: as fast as it is answered)."""

    port: int
    path: str
    secret: str
    first_id: int
    seconds: float
    rate: float = 0


@dataclass(frozen=True, slots=True)
class Seen:
    """What came back: answers, those that were not 2xx, seconds, and latencies in seconds.

    Under a fixed rate a latency counts from when the request was due, not when it got its turn.
    """

    answers: int
    refused: int
    seconds: float
    latencies: list[float]
    sent_at: dict[int, float]
    """By order id, as `time.time()` has it."""

    @property
    def rate(self) -> float:
        """Answers in a second."""
        return self.answers / self.seconds


def send(task: Task) -> Seen:
    """Send from a process of its own, and wait for its end."""
    process = start(task)
    return finish(process)


def start(task: Task) -> "subprocess.Popen[str]":
    """Begin to send; `finish` has the outcome."""
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.load"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    if process.stdin is None:
        raise BrokenPipeError("the generator has no pipe")
    process.stdin.write(json.dumps(asdict(task)))
    process.stdin.close()
    process.stdin = None
    return process


def finish(process: "subprocess.Popen[str]") -> Seen:
    """Wait for a generator's outcome."""
    out, _ = process.communicate()
    found = json.loads(out)
    found["sent_at"] = {int(key): at for key, at in found["sent_at"].items()}
    return Seen(**found)


class Generator:
    """Keeps connections busy with requests."""

    def __init__(self, task: Task) -> None:
        self._task = task
        self._requests = _requests(task)
        self._selector = selectors.DefaultSelector()
        self._due: dict[socket.socket, float] = {}
        self._latencies: list[float] = []
        self._sent_at: dict[int, float] = {}
        self._refused = 0
        self._idle = [self._connected() for _ in range(CONNECTIONS)]

    def run(self) -> Seen:
        """Send until the time is over, then wait for what is under way."""
        started = time.perf_counter()
        ends = started + self._task.seconds
        sent = 0
        while (now := time.perf_counter()) < ends or self._due:
            while self._idle and now < ends and (due := self._next_due(started, sent, now)) <= now:
                self._send(self._idle.pop(), due)
                sent += 1
            for key, _ in self._selector.select(0.001 if self._task.rate else 0.1):
                self._receive(key.fileobj)  # type: ignore[arg-type]
        return Seen(
            len(self._latencies), self._refused, now - started, self._latencies, self._sent_at
        )

    def _next_due(self, started: float, sent: int, now: float) -> float:
        return started + sent / self._task.rate if self._task.rate else now

    def _connected(self) -> socket.socket:
        connection = socket.create_connection(("127.0.0.1", self._task.port), timeout=30)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._selector.register(connection, selectors.EVENT_READ)
        return connection

    def _send(self, connection: socket.socket, due: float) -> None:
        order_id, request = next(self._requests)
        self._sent_at[order_id] = time.time()
        self._due[connection] = due
        connection.sendall(request)

    def _receive(self, connection: socket.socket) -> None:
        """The answers are far smaller than a segment: one read holds one whole."""
        answer = connection.recv(65536)
        due = self._due.pop(connection)
        self._latencies.append(time.perf_counter() - due)
        self._refused += not answer.startswith(b"HTTP/1.1 2")
        if answer:
            self._idle.append(connection)
        else:
            self._selector.unregister(connection)
            self._idle.append(self._connected())


def _requests(task: Task) -> Iterator[tuple[int, bytes]]:
    """Signed deliveries, each of an order of its own."""
    templates = [body.partition(b",")[2] for body in bodies(200)]
    order_id = task.first_id
    while True:
        body = b'{"id":%d,%s' % (order_id, templates[order_id % len(templates)])
        signature = base64.b64encode(hmac.digest(task.secret.encode(), body, "sha256"))
        yield order_id, _request(task.path, body, signature)
        order_id += 1


def _request(path: str, body: bytes, signature: bytes) -> bytes:
    lines: Sequence[bytes] = (
        f"POST {path} HTTP/1.1".encode(),
        b"Host: 127.0.0.1",
        b"Content-Type: application/json",
        b"X-WC-Webhook-Topic: order.created",
        b"X-WC-Webhook-Resource: order",
        b"X-WC-Webhook-Delivery-ID: 1",
        b"X-WC-Webhook-Signature: " + signature,
        b"Content-Length: %d" % len(body),
    )
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


if __name__ == "__main__":
    seen = Generator(Task(**json.loads(sys.stdin.read()))).run()
    sys.stdout.write(json.dumps(asdict(seen)))
