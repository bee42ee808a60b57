"""`make run`: one process that starts all the others, keeps them up, and takes them along."""

import fcntl
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from config import port
from config.embedded import TELLING_ERRORS, Server
from sync.running import processes

PROJECT = Path(__file__).resolve().parent.parent
HOST = "127.0.0.1"
MANAGE = [sys.executable, str(PROJECT / "manage.py")]
STOP_PATIENCE = 20.0
TOO_MANY_DEATHS = 5  # within a minute


class CannotRunError(Exception):
    """Something that is needed failed; the text says what."""


@dataclass(slots=True)
class Keeper:
    """Keeps one command running: starts it again when it dies, but not for ever."""

    name: str
    command: list[str]
    process: "subprocess.Popen[bytes] | None" = None
    deaths: list[float] = field(default_factory=list)

    def keep(self) -> None:
        """Start the process unless it lives.

        :raises CannotRunError: it died too often within a minute.
        """
        if self.process is not None and self.process.poll() is None:
            return
        if self.process is not None:
            self._mourn(self.process)
        self.process = processes.start(self.command)

    def stop(self) -> None:
        """End the process and whatever it has started."""
        if self.process is not None:
            processes.stop(self.process, STOP_PATIENCE)

    def _mourn(self, dead: "subprocess.Popen[bytes]") -> None:
        processes.kill_group(dead)
        now = time.monotonic()
        self.deaths = [at for at in self.deaths if now - at < 60] + [now]
        if len(self.deaths) >= TOO_MANY_DEATHS:
            raise CannotRunError(f"{self.name} keeps dying (last exit code {dead.returncode}).")
        say(f"{self.name} ended with {dead.returncode}; starting it again.")


def main() -> int:
    """Run until SIGINT or SIGTERM; 0 after an ordinary stop, 1 with a sentence otherwise."""
    stopping = threading.Event()
    for end in (signal.SIGINT, signal.SIGTERM):
        signal.signal(end, lambda *_: stopping.set())
    os.environ.setdefault("PORT", "8000")
    try:
        with ExitStack() as held:
            run(stopping, held)
    except (CannotRunError, port.PortTakenError, *TELLING_ERRORS) as failure:
        say(str(failure))
        return 1
    say("Stopped.")
    return 0


def run(stopping: threading.Event, held: ExitStack) -> None:
    """Take the port, start the database, prepare it, start web, worker and demo, and watch."""
    where = int(os.environ["PORT"])
    held.callback(port.hold(HOST, where).close)
    var_dir = Path(os.environ.get("VAR_DIR") or PROJECT / "var").resolve()
    held.enter_context(_alone_in(var_dir))
    server = None if os.environ.get("DATABASE_URL") else Server(var_dir)
    if server is not None:
        held.enter_context(server.in_use())
    if subprocess.run([*MANAGE, "setup_database", "--verbosity=0"], check=False).returncode:
        raise CannotRunError("The database could not be made ready; the lines above say why.")
    keepers = [Keeper("The web server", _web_command(where)), Keeper("The worker", _worker())]
    for keeper in keepers:
        held.callback(keeper.stop)
        keeper.keep()
    _await_web(where, keepers, stopping)
    say(f"Counterfoil runs at http://{HOST}:{where}/ — Ctrl-C stops it.")
    _start_demo(held)
    while not stopping.wait(1):
        if server is not None:
            server.revive()
        for keeper in keepers:
            keeper.keep()


def say(text: str) -> None:
    """Tell the person at the terminal."""
    print(text, flush=True)  # noqa: T201 -- this is its terminal


def _web_command(where: int) -> list[str]:
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", HOST]
    command += ["--port", str(where), "--workers", os.environ.get("WEB_WORKERS", "1")]
    command += ["--blocking-threads", "8", "--respawn-failed-workers", "--log-level", "error"]
    return [*command, "--workers-kill-timeout", "10", "config.wsgi:application"]


def _worker() -> list[str]:
    return [*MANAGE, "run_worker"]


def _start_demo(held: ExitStack) -> None:
    if os.environ.get("DEMO", "1") == "0":
        say("No demo. Found a company: .venv/bin/python manage.py create_company --help")
    else:
        demo = processes.start([*MANAGE, "demo"])
        held.callback(processes.stop, demo, STOP_PATIENCE)


def _await_web(where: int, keepers: list[Keeper], stopping: threading.Event) -> None:
    deadline = time.monotonic() + 60
    while not _answers(where) and not stopping.wait(0.1):
        if time.monotonic() > deadline:
            raise CannotRunError("The web server does not answer.")
        for keeper in keepers:
            keeper.keep()


def _answers(where: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://{HOST}:{where}/healthz", timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


@contextmanager
def _alone_in(var_dir: Path) -> Iterator[None]:
    var_dir.mkdir(parents=True, exist_ok=True)
    lock = os.open(var_dir / "run.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise CannotRunError(
            f"Counterfoil runs already in {var_dir}. Another one needs a VAR_DIR of its own."
        ) from None
    finally:
        os.close(lock)


if __name__ == "__main__":
    sys.exit(main())
