"""A worker that checks imports, in a process of its own; says how much memory it has needed.

    python -m tests.sync.skus.worker IMPORT …

One line for each import: seconds, and the most memory so far in MB.
"""

import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import django


def main() -> None:
    """Check one import after the other, as the queue's tasks do."""
    django.setup()
    from sync.items import sku_import

    for import_id in map(int, sys.argv[1:]):
        started = time.monotonic()
        while not sku_import.work(import_id, seconds=1, at=datetime.now(UTC)):
            pass
        sys.stdout.write(f"{time.monotonic() - started} {_most_memory()}\n")


def _most_memory() -> float:
    """The peak of this program alone."""
    status = Path("/proc/self/status").read_text().split()
    return int(status[status.index("VmHWM:") + 1]) / 1024


if __name__ == "__main__":
    main()
