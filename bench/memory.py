"""The memory of a back-fill, early and late, in a process of its own."""

import json
import subprocess
import sys
from pathlib import Path

from bench.goals import Measured
from bench.timing import spread

PART = 2_000
TIMES = 4


def measure() -> list[Measured]:
    """Run the back-fill."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.memory"], stdout=subprocess.PIPE, text=True, check=True
    )
    early, late = json.loads(done.stdout)
    orders = f"{PART:,} orders: {early:.0f} MB, {TIMES * PART:,} orders: {late:.0f} MB"
    return [
        Measured("memory", spread([late]), orders),
        Measured("memory-growth", spread([late / early]), orders),
    ]


def main() -> None:
    """Back-fill a store; the most memory this process ever held, early and late, in MB."""
    import django

    django.setup()
    from bench.orders import bodies
    from bench.stores import deliver, open_store
    from sync.booking import pipeline

    store = open_store()
    held = []
    for part in range(TIMES):
        deliver(store, bodies(PART, first_id=part * PART + 1))
        pipeline.drain(store.connection.pk)
        held.append(most_held())
    sys.stdout.write(json.dumps([held[0], held[-1]]))


def most_held() -> float:
    """The peak of this program alone; getrusage would count what it was forked from."""
    status = Path("/proc/self/status").read_text().split()
    return int(status[status.index("VmHWM:") + 1]) / 1024


if __name__ == "__main__":
    main()
