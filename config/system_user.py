"""PostgreSQL refuses to run as root; who it runs as then, and how that user reaches its files.

No folder's mode is changed. Where a folder on the way is closed to the user, its processes get
the one right to pass closed folders; where even that can't be had, `UnreachableError` says why.
"""

import os
import pwd
import shutil
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path

NAME = "counterfoil"
CAPABILITIES = {"dac_read_search": 1 << 2, "dac_override": 1 << 1}  # bits in the bounding set


class NoSystemUserError(Exception):
    """We run as root and the user for PostgreSQL is neither there nor can be made."""


class UnreachableError(Exception):
    """A folder on the way is closed to PostgreSQL's user; the text names it and the ways out."""


@dataclass(frozen=True, slots=True)
class Identity:
    """The user and group that PostgreSQL's files belong to and its processes run as."""

    uid: int
    gid: int
    is_other: bool

    def own(self, path: Path) -> None:
        """Hand `path` over to this user, if it isn't the one we run as."""
        if self.is_other:
            os.chown(path, self.uid, self.gid)

    def command(self, arguments: list[str], *paths: Path) -> list[str]:
        """Return what to execute so that `arguments` run as this user and reach `paths`.

        :raises UnreachableError: a folder is closed and the right to pass it can't be given.
        """
        if not self.is_other:
            return arguments
        setpriv = shutil.which("setpriv")
        if setpriv is None:
            raise NoSystemUserError("Running as root needs `setpriv` (Debian: util-linux).")
        drop = [setpriv, f"--reuid={self.uid}", f"--regid={self.gid}", "--clear-groups"]
        closed = next((folder for path in paths if (folder := self._closed(path))), None)
        return [*drop, *(_right_to_pass(closed) if closed else []), *arguments]

    def _closed(self, path: Path) -> Path | None:
        """Find the first folder on the way to `path` that this user may not enter."""
        return next((folder for folder in reversed(path.parents) if not self._enters(folder)), None)

    def _enters(self, folder: Path) -> bool:
        status = folder.stat()
        if status.st_uid == self.uid:
            return bool(status.st_mode & stat.S_IXUSR)
        if status.st_gid == self.gid:
            return bool(status.st_mode & stat.S_IXGRP)
        return bool(status.st_mode & stat.S_IXOTH)


def identity() -> Identity:
    """Return who PostgreSQL runs as: ourselves, or as root a user of its own, made if missing.

    :raises NoSystemUserError: the user could not be made.
    """
    if os.geteuid() != 0:
        return Identity(os.geteuid(), os.getegid(), is_other=False)
    try:
        entry = pwd.getpwnam(NAME)
    except KeyError:
        entry = _made()
    return Identity(entry.pw_uid, entry.pw_gid, is_other=True)


def _made() -> pwd.struct_passwd:
    command = ["useradd", "--system", "--user-group", "--no-create-home"]
    command += ["--home-dir", "/nonexistent", "--shell", "/usr/sbin/nologin", NAME]
    try:
        subprocess.run(command, check=True, capture_output=True, text=True)
        return pwd.getpwnam(NAME)
    except (OSError, subprocess.CalledProcessError, KeyError) as failure:
        raise NoSystemUserError(
            f"PostgreSQL does not run as root, and the user “{NAME}” could not be made "
            f"({failure}). Run as an ordinary user, make that user, or set DATABASE_URL."
        ) from failure


def _right_to_pass(closed: Path) -> list[str]:
    bounding = _bounding_set()
    for name, bit in CAPABILITIES.items():
        if bounding & bit:
            # PostgreSQL asks access(2) for its programs, which forgets rights without that bit.
            keep = "--securebits=+no_setuid_fixup"
            return [f"--inh-caps=-all,+{name}", f"--ambient-caps=-all,+{name}", keep]
    raise UnreachableError(
        f"PostgreSQL runs as the user “{NAME}”, and {closed} is closed to it. Put the project and "
        "VAR_DIR where others may pass, run as an ordinary user, or set DATABASE_URL."
    )


def _bounding_set() -> int:
    status = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1], 16) for line in status if line.startswith("CapBnd:"))
