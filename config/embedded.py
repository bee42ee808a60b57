"""The embedded PostgreSQL: made once, started when somebody needs it, stopped by the last one.

Who uses the server holds a shared lock in VAR_DIR; starting and stopping take a second lock. A
server that outlived its starter (kill -9) answers the probe and is simply used again. No process
is ever signalled on the word of a pid file alone.
"""

import fcntl
import hashlib
import os
import secrets
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from psycopg import pq
from psycopg.conninfo import make_conninfo

from config import cluster_folder, system_user
from config.kept_secrets import kept_secret
from config.system_user import Identity, identity

DATABASE = "counterfoil"
ROLES = {"superuser": "postgres", "owner": "counterfoil_owner", "app": "counterfoil_app"}
PATIENCE = 900.0  # seconds: recovery from a long WAL is work, not a fault
STOP_PATIENCE = 60.0
STEP = 0.05


class ServerDidNotStartError(Exception):
    """PostgreSQL ended or kept silent; the text holds the end of its log."""


TELLING_ERRORS = (
    cluster_folder.ClusterNotMadeError,
    cluster_folder.OtherMajorVersionError,
    cluster_folder.UnsafeFolderError,
    system_user.NoSystemUserError,
    system_user.UnreachableError,
    ServerDidNotStartError,
)
"""Their texts say all that a person needs; no traceback adds to them."""


class Server:
    """The PostgreSQL of one VAR_DIR."""

    def __init__(self, var_dir: Path) -> None:
        self.var_dir = var_dir
        self.home = var_dir / "postgres"
        self.data = self.home / "data"
        self.log = self.home / "log"
        self._mark = f"counterfoil-{hashlib.sha256(os.fsencode(self.data)).hexdigest()[:24]}"
        self._child: subprocess.Popen[bytes] | None = None

    def address(self, role: str, database: str = DATABASE) -> dict[str, Any]:
        """Return how `role` (superuser, owner, app) connects, as Django's DATABASES has it."""
        return {
            "NAME": database,
            "USER": ROLES[role],
            "PASSWORD": self._password(role),
            "HOST": str(cluster_folder.socket_folder(self.home)),
            "PORT": "",
        }

    def connect(self, role: str, database: str = DATABASE) -> psycopg.Connection:
        """Open a connection of `role` in autocommit mode."""
        address = self.address(role, database)
        return psycopg.connect(
            host=address["HOST"],
            user=address["USER"],
            password=address["PASSWORD"],
            dbname=database,
            autocommit=True,
        )

    @contextmanager
    def in_use(self) -> Iterator[None]:
        """Have the server running inside the block; the last user stops it.

        :raises ServerDidNotStartError: it ended or kept silent.
        """
        self.var_dir.mkdir(parents=True, exist_ok=True)
        users = os.open(self.var_dir / "postgres.users.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            with self._starting_or_stopping():
                fcntl.flock(users, fcntl.LOCK_SH)
                self._ensure()
            yield
        finally:
            with self._starting_or_stopping():
                if _is_last(users):
                    self._stop()
            os.close(users)

    def revive(self) -> None:
        """Start the server again if it has died while we use it."""
        if self._probe() is not pq.Ping.OK:
            with self._starting_or_stopping():
                self._ensure()

    def pid(self) -> int:
        """Ask the running server for its process id."""
        with self.connect("superuser", "postgres") as connection:
            rows = connection.execute("SELECT pg_read_file('postmaster.pid')").fetchall()
        return int(rows[0][0].split()[0])

    @contextmanager
    def _starting_or_stopping(self) -> Iterator[None]:
        lock = os.open(self.var_dir / "postgres.start.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)

    def _ensure(self) -> None:
        who = identity()
        cluster_folder.make_home(self.home, who)
        cluster_folder.make_data(self.home, who, self._password("superuser"))
        if self._settles() is not pq.Ping.OK:
            self._start(who)

    def _settles(self) -> pq.Ping:
        """Wait while a server left by somebody else recovers or shuts down; say how it ended."""
        deadline = time.monotonic() + PATIENCE
        while (answer := self._probe()) is not pq.Ping.OK and self._processes():
            _wait_a_little(deadline, self.log)
        return answer

    def _start(self, who: Identity) -> None:
        if self._child is not None:
            self._child.wait()  # it died while in use
        socket = cluster_folder.make_socket_folder(self.home, who)
        # Nobody works in this data folder, so its pid file is a dead server's; the number in it
        # may by now belong to any process, and PostgreSQL would refuse to start for that.
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        program = cluster_folder.programs() / "postgres"
        command = [str(program), "-D", str(self.data), "-k", str(socket)]
        name = f"cluster_name={self._mark}"
        for setting in ("listen_addresses=", "unix_socket_permissions=0700", "jit=off", name):
            command += ["-c", setting]
        with self.log.open("wb") as log:
            self._child = subprocess.Popen(
                who.command(command, program, self.data, socket),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                start_new_session=True,
            )
        self._await_answer(self._child)

    def _await_answer(self, child: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + PATIENCE
        while self._probe() is not pq.Ping.OK:
            if child.poll() is not None:
                raise ServerDidNotStartError(
                    f"PostgreSQL ended with {child.returncode}. Its log ends:\n{_tail(self.log)}"
                )
            _wait_a_little(deadline, self.log)

    def _probe(self) -> pq.Ping:
        host = str(cluster_folder.socket_folder(self.home))
        where = make_conninfo(host=host, dbname="postgres", user=ROLES["superuser"])
        return pq.Ping(pq.PGconn.ping(where.encode()))

    def _stop(self) -> None:
        if self._child is not None and self._child.poll() is None:
            pid = self._child.pid
        elif self._probe() is pq.Ping.OK:
            pid = self.pid()
        else:
            return
        for stop in (signal.SIGINT, signal.SIGQUIT):
            os.kill(pid, stop)
            if self._has_ended(time.monotonic() + STOP_PATIENCE):
                return

    def _has_ended(self, deadline: float) -> bool:
        while self._processes() and time.monotonic() < deadline:
            time.sleep(STEP)
        if self._child is not None:
            self._child.wait(STOP_PATIENCE)
            self._child = None
        return not self._processes()

    def _processes(self) -> list[int]:
        """Return the processes that work in the data folder: all of them carry its mark."""
        return [
            int(folder.name)
            for folder in Path("/proc").iterdir()
            if folder.name.isdigit() and self._mark in _title(folder)
        ]

    def _password(self, role: str) -> str:
        return kept_secret(self.var_dir, f"postgres-{role}", lambda: secrets.token_urlsafe(32))


def _title(process: Path) -> str:
    try:
        title = (process / "cmdline").read_text(errors="replace")
    except OSError:
        return ""  # it has ended
    return title if "postgres" in title.split("\0")[0] else ""


def _is_last(users: int) -> bool:
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _wait_a_little(deadline: float, log: Path) -> None:
    if time.monotonic() > deadline:
        raise ServerDidNotStartError(f"PostgreSQL keeps silent. Its log ends:\n{_tail(log)}")
    time.sleep(STEP)


def _tail(log: Path) -> str:
    lines = log.read_text(errors="replace").splitlines() if log.exists() else []
    return "\n".join(lines[-15:])
