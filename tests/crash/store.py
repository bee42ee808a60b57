"""A store that sends until it is told 200, as our plugin does; a plain one would lose events."""

import http.client
import queue
import threading
import time
from collections.abc import Iterable
from uuid import UUID

from tests.crash.site import SECRET
from tests.deliveries import signature

SENDERS = 6
PAUSE = 0.1


class Store:
    """Sends bodies from several threads at once; `taken` counts what was answered with 200."""

    def __init__(self, port: int, connection: UUID, bodies: Iterable[bytes]) -> None:
        self.port = port
        self.path = f"/hooks/woocommerce/{connection}"
        self.taken = 0
        self.repeated = 0
        self._bodies: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        for body in bodies:
            self._bodies.put(body)
        self._count = threading.Lock()
        self._stopping = threading.Event()
        self._senders = [threading.Thread(target=self._send_all) for _ in range(SENDERS)]

    def start(self) -> None:
        """Begin to send."""
        for sender in self._senders:
            sender.start()

    def stop(self) -> None:
        """Give up on what is left, and wait for the senders."""
        self._stopping.set()
        for sender in self._senders:
            sender.join()

    @property
    def is_done(self) -> bool:
        """Whether everything was taken."""
        return not any(sender.is_alive() for sender in self._senders)

    def _send_all(self) -> None:
        wire = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        while not self._stopping.is_set():
            try:
                body = self._bodies.get_nowait()
            except queue.Empty:
                break
            while not self._is_taken(wire, body) and not self._stopping.is_set():
                with self._count:
                    self.repeated += 1
                time.sleep(PAUSE)
        wire.close()

    def _is_taken(self, wire: http.client.HTTPConnection, body: bytes) -> bool:
        headers = {
            "X-WC-Webhook-Topic": "order.updated",
            "X-WC-Webhook-Resource": "order",
            "X-WC-Webhook-Signature": signature(body, SECRET),
        }
        try:
            wire.request("POST", self.path, body, headers)
            answer = wire.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException):
            wire.close()
            return False
        if answer.status == http.client.OK:
            with self._count:
                self.taken += 1
            return True
        return False
