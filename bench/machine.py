"""The machine a run was measured on, as far as it explains the figures."""

import os
import platform
import subprocess
import tempfile
from pathlib import Path

from config.cluster_folder import programs
from config.embedded import Server


def facts(server: Server) -> list[str]:
    """One line each: processor, cores, load, memory, versions, and how fast the disk says yes."""
    with server.connect("superuser") as connection:
        version = connection.execute("SHOW server_version").fetchone()
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    load = os.getloadavg()[0]
    return [
        f"{_processor()}, {os.cpu_count()} cores, {memory:.0f} GiB, load {load:.1f} at the start",
        f"Linux {platform.release().split('-')[0]}, Python {platform.python_version()}",
        f"PostgreSQL {version[0] if version else '?'}, settings as they come (fsync on)",
        f"fdatasync: {_syncs_per_second()} a second (pg_test_fsync)",
    ]


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        name, _, value = line.partition(":")
        if name.strip() == "model name":
            return value.strip()
    return platform.machine()


def _syncs_per_second() -> str:
    """What pg_test_fsync says of fdatasync; it is ended before it tries everything else."""
    with tempfile.TemporaryDirectory() as folder:
        command = [str(programs() / "pg_test_fsync"), "-s", "1", "-f", f"{folder}/file"]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        try:
            for line in process.stdout or ():
                words = line.split()
                if words[:1] == ["fdatasync"] and "ops/sec" in words:
                    return f"{float(words[1]):,.0f}"
        finally:
            process.kill()
            process.wait()
    return "unknown"
