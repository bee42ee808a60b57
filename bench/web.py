"""Web servers and workers of a run, set up as in production."""

import socket
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from bench.database import PROJECT
from sync.running import processes

WEB_PROCESSES = 2
PATIENCE = 30.0


@contextmanager
def web_server(application: str, environment: Mapping[str, str] | None = None) -> Iterator[int]:
    """Serve a WSGI application with granian as `make run` does, with two processes; its port."""
    port = _free_port()
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1"]
    command += ["--port", str(port), "--workers", str(WEB_PROCESSES), "--blocking-threads", "8"]
    command += ["--log-level", "warning", application]
    with running(command, {"WEB_WORKERS": str(WEB_PROCESSES), **(environment or {})}):
        _await_answer(port)
        yield port


@contextmanager
def worker() -> Iterator[None]:
    """Run the worker with its watchdog."""
    with running([sys.executable, str(PROJECT / "manage.py"), "run_worker"], {}):
        yield


@contextmanager
def running(command: list[str], environment: Mapping[str, str]) -> Iterator[int]:
    """Have a process and all that it starts, its group's id; they end with the block."""
    process = processes.start(command, environment)
    try:
        yield process.pid
    finally:
        processes.stop(process, PATIENCE)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _await_answer(port: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while not _answers(port):
        if time.monotonic() > deadline:
            raise TimeoutError("the web server does not answer")
        time.sleep(0.05)


def _answers(port: int) -> bool:
    try:
        urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5)
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True
