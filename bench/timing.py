"""Rates side by side: contestants take turns, and what counts is the ratio within a round."""

import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

ROUNDS = 5


@dataclass(frozen=True, slots=True)
class Spread:
    """The median of several measurements, and how far they lie apart."""

    median: float
    low: float
    high: float


def spread(values: list[float]) -> Spread:
    """Of at least one value."""
    return Spread(statistics.median(values), min(values), max(values))


def seconds(work: Callable[[], object]) -> float:
    """How long it takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def in_turns(
    contestants: Mapping[str, Callable[[int], float]], rounds: int = ROUNDS
) -> dict[str, list[float]]:
    """The seconds per order of each contestant in each round; the first turn goes round."""
    names = list(contestants)
    times: dict[str, list[float]] = {name: [] for name in names}
    for number in range(rounds):
        shift = number % len(names)
        for name in names[shift:] + names[:shift]:
            times[name].append(contestants[name](number))
    return times


def ratios(own: list[float], other: list[float]) -> Spread:
    """How many times the other's rate our own is, round by round."""
    return spread([theirs / ours for ours, theirs in zip(own, other, strict=True)])


def rate(times: list[float]) -> Spread:
    """Orders in a second."""
    return spread([1 / each for each in times])


def percentile(values: list[float], percent: float) -> float:
    """The smallest value that this many per cent do not exceed."""
    ranked = sorted(values)
    return ranked[min(len(ranked) - 1, int(len(ranked) * percent / 100))]
