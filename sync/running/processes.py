"""Processes that we start: each leads a group of its own and ends with its parent."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress

PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


def start(command: Sequence[str], env: Mapping[str, str] | None = None) -> subprocess.Popen[bytes]:
    """Start `command` in its own process group; it gets SIGTERM when we die, however we die."""
    return subprocess.Popen(
        list(command),
        env={**os.environ, **(env or {})},
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=_end_with_parent,  # noqa: PLW1509 -- called by programs of one thread only
    )


def stop(child: subprocess.Popen[bytes], patience: float) -> None:
    """End a child and all of its group: politely, and after `patience` seconds not so."""
    if child.poll() is None:
        child.terminate()
        with suppress(subprocess.TimeoutExpired):
            child.wait(patience)
    kill_group(child)


def kill_group(child: subprocess.Popen[bytes]) -> None:
    """Kill what is left of a child's group, and wait until nothing of it is."""
    deadline = time.monotonic() + 10
    with suppress(ProcessLookupError):  # nothing is left
        while time.monotonic() < deadline:
            os.killpg(child.pid, signal.SIGKILL)
            child.poll()
            time.sleep(0.01)


def _end_with_parent() -> None:
    if _libc is not None:
        _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
