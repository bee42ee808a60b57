"""`make run`: what it starts, what it survives, and what it leaves behind."""

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from config.embedded import Server
from config.port import PortTakenError, hold
from sync.running import heartbeat
from tests.config.conftest import until
from tests.server import PROJECT, as_environment


@dataclass
class Run:
    """A run of the whole thing in a VAR_DIR."""

    var_dir: Path
    port: int
    processes: list["subprocess.Popen[str]"] = field(default_factory=list)

    def start(self, **env: str) -> "subprocess.Popen[str]":
        given = {"VAR_DIR": str(self.var_dir), "PORT": str(self.port), "DEMO": "0", **env}
        process = subprocess.Popen(
            [sys.executable, "-m", "config.run"],
            cwd=PROJECT,
            env={**os.environ, **given},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self.processes.append(process)
        return process

    def is_ready(self) -> bool:
        return self.states().get("ready", False)

    def states(self) -> dict[str, bool]:
        """Return what /readyz says; empty when nobody answers."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=5) as page:
                return {"ready": page.status == 200 and bool(json.load(page))}
        except (urllib.error.URLError, OSError):
            return {}

    def programs(self, *, but: str = "\0") -> list[int]:
        """Return all living processes that work for this VAR_DIR."""
        mark = f"VAR_DIR={self.var_dir}\0".encode()
        return [
            int(process.name)
            for process in Path("/proc").iterdir()
            if process.name.isdigit() and _is_of(process, mark) and but not in _command(process)
        ]


def _is_of(process: Path, mark: bytes) -> bool:
    try:
        return mark in (process / "environ").read_bytes() + b"\0"
    except OSError:
        return False


def _command(process: Path) -> str:
    try:
        return (process / "cmdline").read_text().replace("\0", " ")
    except OSError:
        return ""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def run(var_dir: Path) -> Iterator[Run]:
    """Return a run not yet started; whatever it started is ended."""
    it = Run(var_dir, free_port())
    yield it
    for process in it.processes:
        if process.poll() is None:
            process.terminate()
        process.communicate(timeout=60)
    for pid in it.programs():
        os.kill(pid, signal.SIGKILL)


@pytest.fixture
def ready(run: Run) -> "subprocess.Popen[str]":
    """Return a run that serves pages and whose worker beats."""
    process = run.start()
    until(run.is_ready, seconds=60, what="a ready site")
    return process


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_and_an_ordinary_stop_leaves_nothing_behind(
    run: Run, end: signal.Signals
) -> None:
    process = run.start()
    until(run.is_ready, seconds=60, what="a ready site")
    process.send_signal(end)
    output, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    assert f"http://127.0.0.1:{run.port}/" in output
    assert run.programs() == []


def test_it_starts_with_an_https_address_that_a_proxy_serves(run: Run) -> None:
    process = run.start(PUBLIC_URL="https://books.example.com")
    until(run.is_ready, seconds=60, what="a ready site")
    assert process.poll() is None


def test_after_kill_9_all_the_others_end_too_and_it_starts_again(
    run: Run, ready: "subprocess.Popen[str]"
) -> None:
    ready.kill()
    ready.wait()
    until(lambda: not run.programs(), seconds=60, what="the end of web, worker and database")
    run.start()
    until(run.is_ready, seconds=60, what="a ready site")


@pytest.mark.usefixtures("ready")
def test_a_database_that_outlived_all_the_others_is_adopted(run: Run) -> None:
    database = Server(run.var_dir).pid()
    for pid in run.programs(but="postgres"):
        with suppress(ProcessLookupError):  # the first death may have taken it along
            os.kill(pid, signal.SIGKILL)
    until(lambda: not run.programs(but="postgres"), seconds=30, what="the end of all the others")
    run.processes.pop().communicate()
    run.start()
    until(run.is_ready, seconds=60, what="a ready site")
    assert Server(run.var_dir).pid() == database


@pytest.mark.usefixtures("ready")
def test_a_killed_database_comes_back(run: Run) -> None:
    killed = Server(run.var_dir).pid()
    os.kill(killed, signal.SIGKILL)
    until(lambda: not run.is_ready(), seconds=20, what="noticing")
    until(run.is_ready, seconds=60, what="a ready site")
    assert Server(run.var_dir).pid() != killed


@pytest.mark.usefixtures("ready")
def test_a_killed_web_server_comes_back(run: Run) -> None:
    web = [pid for pid in run.programs() if "granian" in _command(Path(f"/proc/{pid}"))]
    for pid in web:
        with suppress(ProcessLookupError):  # the first death may have taken it along
            os.kill(pid, signal.SIGKILL)
    until(run.is_ready, seconds=60, what="a ready site")


@pytest.mark.usefixtures("ready")
def test_a_second_run_in_the_same_folder_is_refused(run: Run) -> None:
    second = run.start(PORT=str(free_port()))
    output, _ = second.communicate(timeout=30)
    assert second.returncode == 1
    assert "runs already" in output
    assert run.is_ready()


@pytest.mark.django_db(transaction=True)
def test_with_database_url_it_works_there_and_starts_no_database(run: Run) -> None:
    run.start(**as_environment())
    until(run.is_ready, seconds=60, what="a ready site")
    assert heartbeat.last_beat() is not None
    assert not (run.var_dir / "postgres").exists()


def test_a_taken_port_is_named_before_anything_starts(run: Run) -> None:
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        taken.bind(("127.0.0.1", run.port))
        taken.listen()
        process = run.start()
        output, _ = process.communicate(timeout=30)
    assert process.returncode == 1
    assert f"Port {run.port}" in output
    assert f"PORT={run.port + 1} make run" in output
    assert list(run.var_dir.iterdir()) == []


def test_a_held_port_is_shared_with_our_web_server_and_with_nobody_who_asks_like_us() -> None:
    port = free_port()
    holder = hold("127.0.0.1", port)
    with holder, socket.socket() as web:
        web.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        web.bind(("127.0.0.1", port))
        web.listen()
        with pytest.raises(PortTakenError, match="taken"):
            hold("127.0.0.1", port)
        socket.create_connection(("127.0.0.1", port)).close()


def test_a_database_that_cannot_be_made_ready_is_an_error_and_not_a_loop(
    run: Run,
) -> None:
    process = run.start(WEB_WORKERS="50")
    output, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "max_connections" in output
    assert run.programs() == []
