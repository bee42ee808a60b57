"""An installation of its own whose processes may be killed at any moment, and start again."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg

from config.embedded import Server
from sync.running import processes
from tests.server import PROJECT

SECRET = "crash-tests-sign-with-this"


@dataclass(slots=True)
class Kept:
    """A command that is started again whenever it has died."""

    command: Sequence[str]
    env: dict[str, str]
    log: Path
    process: "subprocess.Popen[bytes] | None" = None
    starts: int = 0

    def keep(self) -> None:
        """Start it unless it lives."""
        if self.process is None or self.process.poll() is not None:
            with self.log.open("ab") as log:
                self.process = subprocess.Popen(
                    [*_with_us(), *self.command],
                    env=self.env,
                    cwd=PROJECT,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                )
            self.starts += 1

    def kill(self) -> None:
        """Kill -9, with all of its children."""
        if self.process is not None:
            processes.kill_group(self.process)


@dataclass(slots=True)
class Site:
    """The server, the web process and the workers of one VAR_DIR."""

    var_dir: Path
    server: Server
    port: int
    kept: dict[str, Kept] = field(default_factory=dict)
    kills: dict[str, int] = field(default_factory=dict)

    def manage(self, *arguments: str) -> Any:
        """Run a command of `manage.py` and read its JSON, if it writes any."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            env=self._env(),
            cwd=PROJECT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout) if "--json" in arguments else None

    def company_with_store(self) -> tuple[int, UUID]:
        """Found a company and connect a store; their ids."""
        made = self.manage(
            "create_company", "Asha Traders", "--state=27", "--owner=asha@example.com",
            "--password=not-a-secret-1", "--json",
        )  # fmt: skip
        company: int = made["company"]
        connected = self.manage(
            "connect_store", f"--company={company}", "--name=Store", f"--secret={SECRET}", "--json"
        )
        return company, UUID(connected["connection"])

    def serve(self) -> None:
        """Have a web process, as `make run` has it."""
        command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1"]
        command += ["--port", str(self.port), "--workers", "1", "--blocking-threads", "8"]
        command += ["--log-level", "error", "--backpressure", "8", "config.wsgi:application"]
        self._have("web", command)

    def work(self, connection: UUID, *options: str, workers: int = 2) -> None:
        """Have workers that drain a store."""
        for n in range(workers):
            command = [sys.executable, "-m", "tests.crash.drainer", str(connection), *options]
            self._have(f"worker {n}", command)

    def rest(self) -> None:
        """Kill web and workers for good."""
        for kept in self.kept.values():
            kept.kill()
        self.kept.clear()

    def keep(self) -> None:
        """Start again whatever has died, the database first."""
        self.server.revive()
        for kept in self.kept.values():
            kept.keep()

    def kill(self, victim: str) -> None:
        """Kill a process by name; the database is stopped as by `pg_ctl stop -m immediate`."""
        if victim == "database":
            os.kill(self.server.pid(), signal.SIGQUIT)
        else:
            self.kept[victim].kill()
        kind = victim.split(maxsplit=1)[0]
        self.kills[kind] = self.kills.get(kind, 0) + 1

    def database(self) -> "psycopg.Connection[tuple[Any, ...]]":
        """A connection of the superuser."""
        return self.server.connect("superuser")

    def logs(self) -> str:
        """The last words of all processes."""
        return "\n".join(
            f"--- {log.name}\n{log.read_text(errors='replace')[-3000:]}"
            for log in sorted(self.var_dir.glob("*.log"))
        )

    def _have(self, name: str, command: Sequence[str]) -> None:
        log = self.var_dir / f"{name.replace(' ', '-')}.log"
        self.kept[name] = Kept(command, self._env(), log)
        self.kept[name].keep()

    def _env(self) -> dict[str, str]:
        return {**os.environ, "VAR_DIR": str(self.var_dir), "PORT": str(self.port), "DEMO": "0"}


@contextmanager
def a_site() -> Iterator[Site]:
    """A fresh installation with its database running; nothing of it is left afterwards."""
    var_dir = Path(tempfile.mkdtemp(prefix="cf-crash-"))
    var_dir.chmod(0o755)
    site = Site(var_dir, Server(var_dir), _free_port())
    try:
        with site.server.in_use():
            try:
                site.manage("setup_database", "--verbosity=0")
                yield site
            finally:
                site.rest()
                site.server.revive()
    finally:
        shutil.rmtree(var_dir)


def _with_us() -> list[str]:
    """Have the kernel end a process when we die; there are threads here, so no preexec_fn."""
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", "KILL"] if setpriv else []


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
