"""The life of the embedded PostgreSQL."""

import os
import pwd
import re
import signal
import stat
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from config import cluster_folder
from config.cluster_folder import OtherMajorVersionError, UnsafeFolderError
from config.embedded import Server, ServerDidNotStartError
from config.system_user import CAPABILITIES, Identity, identity
from tests.config.conftest import Manage, until
from tests.server import PROJECT


def kill_hard(server: Server) -> int:
    pid = server.pid()
    os.kill(pid, signal.SIGKILL)
    return pid


def used_by_another_process(var_dir: Path, then: str) -> "subprocess.Popen[str]":
    """Start a process that uses the server, says "up", and goes on with `then`."""
    code = (
        "import os, signal, sys; from pathlib import Path; from config.embedded import Server\n"
        f"with Server(Path({str(var_dir)!r})).in_use():\n"
        f"    print('up', flush=True); {then}"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=PROJECT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "up\n"
    return process


def test_it_starts_and_the_last_user_stops_it(server: Server) -> None:
    with server.in_use(), server.connect("superuser", "postgres") as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    assert server._processes() == []


def test_what_was_committed_survives_a_restart(server: Server) -> None:
    with server.in_use(), server.connect("superuser", "postgres") as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS seven")
    with server.in_use(), server.connect("superuser", "postgres") as connection:
        assert connection.execute("SELECT seven FROM kept").fetchone() == (7,)


def test_it_is_as_durable_as_postgresql_by_default(server: Server) -> None:
    with server.in_use(), server.connect("superuser", "postgres") as connection:
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            assert connection.execute(f"SHOW {setting}").fetchone() == ("on",)


def test_a_second_user_shares_the_server_and_the_first_does_not_stop_it(server: Server) -> None:
    with server.in_use():
        other = used_by_another_process(server.var_dir, "sys.stdin.readline()")
        pid = server.pid()
    assert server.pid() == pid
    other.communicate("enough\n")
    assert server._processes() == []
    assert server._child is not None
    server._child.wait()


def test_a_server_whose_starter_was_killed_is_adopted_and_later_stopped(server: Server) -> None:
    starter = used_by_another_process(server.var_dir, "os.kill(os.getpid(), signal.SIGKILL)")
    starter.communicate()
    orphan = server.pid()
    with server.in_use():
        assert server.pid() == orphan
    assert server._processes() == []


def test_it_recovers_after_kill_9_with_a_log_full_of_work(server: Server) -> None:
    with server.in_use():
        with server.connect("superuser", "postgres") as connection:
            connection.execute("CREATE TABLE work (n bigint, filler text)")
            connection.execute("CHECKPOINT")
            connection.execute(
                "INSERT INTO work SELECT n, repeat('x', 500) FROM generate_series(1, 200000) n"
            )
        killed = kill_hard(server)
        server.revive()
        assert server.pid() != killed
        with server.connect("superuser", "postgres") as connection:
            assert connection.execute("SELECT count(*) FROM work").fetchone() == (200000,)


def test_a_pid_file_that_names_a_living_stranger_neither_blocks_nor_kills_it(
    server: Server,
) -> None:
    with server.in_use():
        pid_file = (server.data / "postmaster.pid").read_text()
        kill_hard(server)
        until(lambda: not server._processes(), seconds=20, what="the killed server's end")
        stranger = subprocess.Popen(["sleep", "60"])
        _, *rest = pid_file.splitlines()
        (server.data / "postmaster.pid").write_text("\n".join([str(stranger.pid), *rest]))
        server.revive()
        assert server.pid() != stranger.pid
    assert stranger.poll() is None
    stranger.kill()
    stranger.wait()


def test_a_half_made_data_folder_is_made_anew(server: Server) -> None:
    server.home.mkdir()
    (server.home / "data.new").mkdir()
    (server.home / "data.new" / "PG_VERSION").write_text("16\n")
    identity().own(server.home)
    with server.in_use():
        assert server.pid()


def test_a_path_too_long_for_a_socket_gets_a_private_folder(var_dir: Path) -> None:
    deep = var_dir / ("a-very-long-name-" * 5) / ("and-another-one-" * 3)
    server = Server(deep)
    with server.in_use():
        folder = cluster_folder.socket_folder(server.home)
        assert not folder.is_relative_to(deep)
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert server.pid()
    folder.rmdir()


def test_somebody_elses_socket_folder_is_refused(var_dir: Path) -> None:
    server = Server(var_dir / ("a-very-long-name-" * 7))
    folder = cluster_folder.socket_folder(server.home)
    folder.mkdir(mode=0o755)
    try:
        with pytest.raises(UnsafeFolderError, match="0700"), server.in_use():
            pass
    finally:
        folder.rmdir()


def test_data_of_another_major_version_is_refused_and_untouched(server: Server) -> None:
    with server.in_use():
        pass
    (server.data / "PG_VERSION").write_text("14\n")
    before = sorted((path, path.stat().st_mtime_ns) for path in server.data.rglob("*"))
    refused = pytest.raises(OtherMajorVersionError, match=r"PostgreSQL 14.*make restore")
    with refused, server.in_use():
        pass
    assert before == sorted((path, path.stat().st_mtime_ns) for path in server.data.rglob("*"))


def test_a_command_tells_it_in_a_sentence(server: Server, manage: Manage) -> None:
    with server.in_use():
        pass
    (server.data / "PG_VERSION").write_text("14\n")
    refused = manage("setup_database")
    assert refused.returncode == 1
    assert "was written by PostgreSQL 14" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_damaged_settings_are_reported_with_the_end_of_the_log(server: Server) -> None:
    with server.in_use():
        pass
    (server.data / "postgresql.conf").write_text("nonsense = on\n")
    with pytest.raises(ServerDidNotStartError, match="nonsense"), server.in_use():
        pass


def test_only_our_passwords_open_it_and_only_our_user_reaches_it(server: Server) -> None:
    with server.in_use():
        address = server.address("superuser")
        for folder in (server.home, server.data, Path(address["HOST"])):
            assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(host=address["HOST"], user="postgres", dbname="postgres", password="x")


def test_it_listens_on_no_port(server: Server) -> None:
    with server.in_use(), server.connect("superuser", "postgres") as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_as_root_it_runs_as_its_own_user_and_folders_keep_their_modes(
    var_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = var_dir / "closed"
    closed.mkdir(mode=0o700)
    (closed / "bin").symlink_to(cluster_folder.programs())
    monkeypatch.setenv("POSTGRES_BIN", str(closed / "bin"))
    server = Server(closed / "var")
    with server.in_use():
        process = Path(f"/proc/{server.pid()}")
        owner = process.stat().st_uid
        assert owner not in (0, 65534)
        assert server.data.stat().st_uid == owner
        rights = dict(re.findall(r"Cap(\w+):\s+(\w+)", (process / "status").read_text()))
        assert {int(rights[kind], 16) for kind in ("Prm", "Eff", "Inh", "Amb")} in (
            {CAPABILITIES["dac_read_search"]},
            {CAPABILITIES["dac_override"]},
        )
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700
    assert closed.stat().st_uid == 0


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_an_ordinary_user_runs_it_as_himself(var_dir: Path) -> None:
    daemon = pwd.getpwnam("daemon")
    os.chown(var_dir, daemon.pw_uid, daemon.pw_gid)
    code = (
        "from pathlib import Path; from config.embedded import Server\n"
        f"server = Server(Path({str(var_dir)!r}))\n"
        "with server.in_use(): print(Path(f'/proc/{server.pid()}').stat().st_uid)"
    )
    python = Path(sys.executable)
    as_daemon = Identity(daemon.pw_uid, daemon.pw_gid, is_other=True).command(
        [str(python), "-c", code], python, python.resolve(), PROJECT / "config"
    )
    done = subprocess.run(as_daemon, cwd=PROJECT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == str(daemon.pw_uid)
