"""A store in a process of its own: `python -m tests.fakes.store --orders 100000`.

Prints one JSON object with `url`, `key`, `secret` and `plugin_secret`, and answers until its input
ends. Its clock goes on from the last order.
"""

import argparse
import json
import sys
import time
from datetime import UTC, datetime, timedelta

from tests.fakes.store import KEY, PLUGIN_SECRET, SECRET, FakeStore, load_history

BEGIN = datetime(2025, 4, 1, tzinfo=UTC)


def main() -> None:
    """Serve until the input ends."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--orders", type=int, default=1000)
    asked.add_argument("--now", action="store_true", help="the clock is the real one")
    options = asked.parse_args()
    with FakeStore() as store:
        load_history(store, options.orders, begin=BEGIN, apart=timedelta(minutes=4))
        started, last = time.monotonic(), store.clock.at
        store.before_answering = lambda: setattr(
            store.clock,
            "at",
            datetime.now(UTC).replace(microsecond=0)
            if options.now
            else last + timedelta(seconds=int(time.monotonic() - started)),
        )
        told = {"url": store.url, "key": KEY, "secret": SECRET, "plugin_secret": PLUGIN_SECRET}
        sys.stdout.write(json.dumps(told) + "\n")
        sys.stdout.flush()
        sys.stdin.read()


if __name__ == "__main__":
    main()
