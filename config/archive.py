"""Backups: the database as pg_dump writes it, and the secrets without which it can't be read."""

import os
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from psycopg.conninfo import make_conninfo

from config import cluster_folder
from config.databases import libpq

DUMP = "database.dump"
SECRETS = "secrets"
OWN_SECRETS = ("django-key", "vault-keys")  # passwords of roles are made anew where it is restored


class BackupFailedError(Exception):
    """pg_dump or pg_restore failed; the text holds what it said."""


class NotEmptyError(Exception):
    """There is something already where the backup should go."""


class NotABackupError(Exception):
    """The file is not one that `write` has made."""


def write(file: Path, owner: dict[str, Any], var_dir: Path) -> None:
    """Write a consistent picture of the database of `owner`, and the secrets, to `file` (0600).

    The books may be worked with meanwhile.

    :raises NotEmptyError: the file exists.
    :raises BackupFailedError: pg_dump failed; nothing is left behind.
    """
    if file.exists():
        raise NotEmptyError(f"{file} is there already, and a backup is never written over.")
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=file.parent) as folder:
        dump = Path(folder) / DUMP
        _run("pg_dump", owner, "--format=custom", "--no-owner", "--no-privileges", f"--file={dump}")
        unfinished = Path(folder) / "archive.tar"
        with (
            os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT, 0o600), "wb") as raw,
            tarfile.open(fileobj=raw, mode="w") as archive,
        ):
            archive.add(dump, DUMP)
            for name in OWN_SECRETS:
                archive.add(var_dir / SECRETS / name, f"{SECRETS}/{name}")
        unfinished.rename(file)


def read_secrets(file: Path, var_dir: Path) -> None:
    """Put the backup's secrets into an empty `var_dir`.

    :raises NotABackupError: the file holds something else.
    :raises NotEmptyError: `var_dir` has a database.
    """
    if (var_dir / "postgres").exists():
        raise NotEmptyError(f"{var_dir} has a database. Name an empty one: VAR_DIR=… make restore")
    folder = var_dir / SECRETS
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _opened(file) as archive:
        for name in OWN_SECRETS:
            (folder / name).unlink(missing_ok=True)
            with os.fdopen(
                os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb"
            ) as kept:
                kept.write(_member(archive, f"{SECRETS}/{name}"))


def read_database(file: Path, owner: dict[str, Any]) -> None:
    """Fill the empty database of `owner` in one transaction: all of it or nothing.

    :raises BackupFailedError: pg_restore failed.
    """
    with tempfile.TemporaryDirectory() as folder, _opened(file) as archive:
        archive.extract(DUMP, folder, filter="data")
        dump = str(Path(folder) / DUMP)
        _run("pg_restore", owner, "--no-owner", "--no-privileges", "--single-transaction", dump)


@contextmanager
def _opened(file: Path) -> Iterator[tarfile.TarFile]:
    try:
        with tarfile.open(file) as archive:
            if DUMP not in archive.getnames():
                raise NotABackupError(f"{file} holds no {DUMP}: it is not a backup of Counterfoil.")
            yield archive
    except (tarfile.ReadError, FileNotFoundError) as failure:
        raise NotABackupError(f"{file} can't be read as a backup: {failure}") from failure


def _member(archive: tarfile.TarFile, name: str) -> bytes:
    member = archive.extractfile(name)
    if member is None:
        raise NotABackupError(f"The backup holds no {name}.")
    return member.read()


def _run(program: str, owner: dict[str, Any], *arguments: str) -> None:
    where = libpq(owner)
    password = where.pop("password", None)
    command = [str(cluster_folder.programs() / program), f"--dbname={make_conninfo(**where)}"]
    done = subprocess.run(
        [*command, *arguments],
        env={**os.environ, **({"PGPASSWORD": password} if password else {})},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise BackupFailedError(f"{program} ended with {done.returncode}: {done.stderr.strip()}")
