"""What is wrong with a connection, from what was seen of it. Times are UTC."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

SILENT_AFTER = timedelta(minutes=30)
"""WooCommerce delivers within a minute where its cron runs; where only visits drive it, later."""

STUCK_AFTER = timedelta(minutes=5)
"""What arrives is processed within a second, and the worker looks again each minute."""

LAG = timedelta(minutes=5)
"""The store's clock may be so far ahead of ours."""


class Cause(StrEnum):
    """What can be wrong. One finding of each is open at a time."""

    WEBHOOKS_OFF = "webhooks_off"
    WEBHOOKS_PAUSED = "webhooks_paused"
    SILENT = "silent"
    QUEUE_STUCK = "queue_stuck"
    CANNOT_ASK = "cannot_ask"
    BOOKS_DIFFER = "books_differ"


BEARABLE = {
    Cause.WEBHOOKS_OFF: timedelta(hours=6),
    Cause.WEBHOOKS_PAUSED: timedelta(0),
    Cause.SILENT: timedelta(hours=2),
    Cause.QUEUE_STUCK: timedelta(hours=1),
    Cause.CANNOT_ASK: timedelta(hours=24),
    Cause.BOOKS_DIFFER: timedelta(0),
}
"""What has not healed after this long needs a person."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a look at a connection showed. `examined` are the causes that could be looked into.

    `unheard_change_at` is the oldest change in the store of which no webhook told, `waiting_since`
    the oldest delivery that nobody has processed. `mended` is what was done to webhooks that were
    off, `broken` why it could not be done. `problem` is why the store could not be asked.
    """

    examined: frozenset[Cause]
    unheard_change_at: datetime | None = None
    heard_at: datetime | None = None
    waiting_since: datetime | None = None
    waiting: int = 0
    mended: str = ""
    broken: str = ""
    paused: tuple[str, ...] = ()
    problem: str = ""
    problem_needs_person: bool = False


@dataclass(frozen=True, slots=True)
class Symptom:
    """A cause that is there now: what is wrong, what was done about it, whether that is enough."""

    cause: Cause
    text: str
    done: str = ""
    needs_person: bool = False


def symptoms(seen: Seen, now: datetime) -> list[Symptom]:
    """All that is wrong now."""
    return list(_symptoms(seen, now))


def _symptoms(seen: Seen, now: datetime) -> Iterator[Symptom]:
    if seen.problem:
        yield Symptom(
            Cause.CANNOT_ASK,
            f"The store could not be asked. {seen.problem}",
            needs_person=seen.problem_needs_person,
        )
    if seen.mended or seen.broken:
        text = "The store had switched webhooks off, or they were changed or deleted."
        broken = bool(seen.broken)
        yield Symptom(Cause.WEBHOOKS_OFF, text, seen.mended or seen.broken, needs_person=broken)
    if seen.paused:
        text = f"Webhooks are paused in WooCommerce: {', '.join(seen.paused)}."
        done = "They were left so, as somebody chose it. Register the webhooks to switch them on."
        yield Symptom(Cause.WEBHOOKS_PAUSED, text, done, needs_person=True)
    if is_silent(seen, now):
        yield Symptom(
            Cause.SILENT,
            f"Orders change in the store, but since {_moment(seen.heard_at)} it has told of none.",
            "The store was asked for what it had not told, and its webhooks were repaired.",
        )
    if is_stuck(seen, now):
        text = (
            f"{seen.waiting} deliveries wait to be processed since {_moment(seen.waiting_since)}."
        )
        yield Symptom(Cause.QUEUE_STUCK, text, "They were queued again.")


def is_silent(seen: Seen, now: datetime) -> bool:
    """Whether the store changed an order half an hour ago, and has not told of it since."""
    at = seen.unheard_change_at
    return at is not None and now - at >= SILENT_AFTER


def is_stuck(seen: Seen, now: datetime) -> bool:
    """Whether a delivery waits for longer than any should."""
    at = seen.waiting_since
    return at is not None and now - at >= STUCK_AFTER


def needs_person(symptom: Symptom, since: datetime, now: datetime) -> bool:
    """Whether what was done is not enough, or has not helped for too long."""
    return symptom.needs_person or now - since >= BEARABLE[symptom.cause]


def _moment(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC" if at else "it was connected"
