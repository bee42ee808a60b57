"""`make bench`: every row of goals.py in one run; ends with 1 on a miss that nobody has named.

`python -m bench posting door` measures only these parts.
"""

import sys
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from bench import database, machine
from bench.goals import GOALS, Goal, Measured
from config.embedded import Server

NAMED = Path(__file__).resolve().parent.parent / "docs" / "performance.md"


def parts() -> Mapping[str, Callable[[Server], list[Measured]]]:
    """What can be measured; imported only once Django is up."""
    from bench import backfill, books, door, freshness, memory, pages, posting, skus, sweep

    return {
        "posting": posting.measure,
        "door": door.measure,
        "freshness": freshness.measure,
        "books": books.measure,
        "memory": lambda _: memory.measure(),
        "backfill": backfill.measure,
        "sweep": lambda _: sweep.measure(),
        "skus": skus.measure,
        "pages": pages.measure,
    }


def main(wanted: list[str]) -> int:
    """Measure and compare, part by part; 1 if a missed goal is not named."""
    started = time.monotonic()
    unnamed: list[str] = []
    with database.own_server() as server:
        say(f"{datetime.now(UTC):%Y-%m-%d}")
        for fact in machine.facts(server):
            say(fact)
        for name, measure in parts().items():
            if not wanted or name in wanted:
                say(f"\n{name}")
                unnamed += compare(measure(server))
    say(f"\ntook {time.monotonic() - started:.0f} s")
    if unnamed:
        say(f"Missed and not named in docs/performance.md: {', '.join(unnamed)}")
    return 1 if unnamed else 0


def compare(found: Iterable[Measured]) -> list[str]:
    """Print each measurement beside its goal; the missed ones that are not named."""
    named = NAMED.read_text(encoding="utf-8") if NAMED.exists() else ""
    goals = {goal.key: goal for goal in GOALS}
    unnamed = []
    for measured in found:
        goal = goals[measured.key]
        reached = goal.is_reached(measured.spread.median)
        is_named = f"\n- `{goal.key}`:" in named
        verdict = "reached" if reached else "missed, named" if is_named else "MISSED"
        say(_line(goal, measured, verdict))
        if verdict == "MISSED":
            unnamed.append(goal.key)
    return unnamed


def _line(goal: Goal, measured: Measured, verdict: str) -> str:
    spread = measured.spread
    values = f"{spread.median:.2f}"
    if spread.low != spread.high:
        values += f" [{spread.low:.2f} … {spread.high:.2f}]"
    return (
        f"{goal.key:20} {goal!s:14} {values:24} {verdict:14} {goal.what}\n{'':20} {measured.note}"
    )


def say(text: str) -> None:
    """Tell the person at the terminal."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
