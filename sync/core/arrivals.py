"""Which of an order's deliveries counts: newest wins, only a deletion has no age."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from sync.core.parse import UnreadableOrderError, as_read_at, version_of
from sync.core.terms import Action

RESTORED = "order.restored"


class Fate(StrEnum):
    """What becomes of a delivery before its order is looked at."""

    COUNTS = "counts"
    SUPERSEDED = "superseded"
    REPEAT = "repeat"
    UNKNOWN_ORDER = "unknown_order"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Arrival:
    """A delivery about one order. `payload` is empty for a deletion; times are UTC.

    `built_at` is when the plugin read the order for this very delivery, "" where nobody says.
    """

    delivery_id: int
    snapshot_id: int
    received_at: datetime
    topic: str
    payload: Mapping[str, Any]
    is_deletion: bool = False
    is_repeat: bool = False
    is_replay: bool = False
    built_at: str = ""


@dataclass(frozen=True, slots=True)
class Newest:
    """The snapshot that counts for an order, and whether the order is deleted in the store.

    `seen_at` is when what counts was first seen.
    """

    snapshot_id: int
    version: str
    payload: Mapping[str, Any]
    is_deleted: bool
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class Settled:
    """The outcome of `settle`: what counts now, and each delivery's fate.

    `problem` is why the newest delivery cannot be read, if it cannot.
    """

    newest: Newest | None
    fates: dict[int, Fate]
    problem: str = ""


def settle(known: Newest | None, arrivals: Sequence[Arrival]) -> Settled:
    """Go through an order's deliveries in the order of arrival.

    A newer snapshot replaces an older one and brings a deleted order back; of two snapshots of one
    age the later arrival counts; a deletion counts when it arrives. A repeat changes nothing,
    unless a person replays it: then the order is looked at again as it is known now; or the plugin
    has read the order since: then it is again as it was before.
    """
    newest = known
    fates: dict[int, Fate] = {}
    counting: int | None = None
    problem = ""
    for arrival in arrivals:
        try:
            newest, fate = _after(newest, arrival)
        except UnreadableOrderError as error:
            fates[arrival.delivery_id] = Fate.UNREADABLE
            problem = str(error)
            continue
        if fate is Fate.COUNTS:
            if counting is not None:
                fates[counting] = Fate.SUPERSEDED
            counting, problem = arrival.delivery_id, ""
        fates[arrival.delivery_id] = fate
    return Settled(newest, fates, problem)


def _after(newest: Newest | None, arrival: Arrival) -> tuple[Newest | None, Fate]:
    """What counts after an arrival, and what becomes of it."""
    if arrival.is_repeat and not arrival.is_replay:
        return _after_repeat(newest, arrival)
    following = _next(newest, arrival)
    if following is not None:
        return following, Fate.COUNTS
    return newest, Fate.UNKNOWN_ORDER if newest is None else Fate.SUPERSEDED


def _after_repeat(newest: Newest | None, arrival: Arrival) -> tuple[Newest | None, Fate]:
    """A content that came before changes nothing, unless the plugin has read it later than that.

    Seen: a line that a program adds and removes again moves no date, so the third content is the
    first one's. WooCommerce itself says no time of reading, and a repeat of it is taken for one.
    """
    if newest is None or arrival.is_deletion or not arrival.built_at:
        return newest, Fate.REPEAT
    version = version_of(arrival.payload, arrival.built_at)
    if version <= newest.version:
        return newest, Fate.REPEAT
    if arrival.snapshot_id == newest.snapshot_id and not newest.is_deleted:
        return replace(newest, version=version), Fate.REPEAT
    again = Newest(
        arrival.snapshot_id,
        version,
        arrival.payload,
        is_deleted=False,
        seen_at=arrival.received_at,
    )
    return again, Fate.COUNTS


def _next(newest: Newest | None, arrival: Arrival) -> Newest | None:
    """What counts after an arrival, or None where it changes nothing."""
    if arrival.is_deletion:
        if newest is None:
            return None
        if arrival.is_replay and not newest.is_deleted:
            return newest
        seen_at = newest.seen_at if newest.is_deleted else arrival.received_at
        version = as_read_at(newest.version, arrival.built_at)
        return replace(newest, version=version, is_deleted=True, seen_at=seen_at)
    version = version_of(arrival.payload)
    if newest is not None and version < newest.version:
        return newest if arrival.is_replay else None
    is_same_age = newest is not None and version == newest.version
    stays_deleted = (
        is_same_age and newest is not None and newest.is_deleted and arrival.topic != RESTORED
    )
    seen_at = newest.seen_at if newest and stays_deleted else arrival.received_at
    return Newest(arrival.snapshot_id, version, arrival.payload, stays_deleted, seen_at)


def has_booked(history: Iterable[tuple[str, Action]]) -> bool:
    """Whether an order ever was in a booking status, and not cancelled since.

    `history` is (version, what the status means) of every snapshot seen. It makes the books
    independent of when deliveries arrive: an order that was posted stays followed when it goes on
    hold, also where its posting snapshot comes late or in the same batch.
    """
    last = max(
        (each for each in history if each[1] in (Action.POST, Action.CANCEL)),
        key=lambda each: each[0],
        default=None,
    )
    return last is not None and last[1] is Action.POST


def refunds_first_seen(arrivals: Iterable[Arrival]) -> dict[int, datetime]:
    """When each refund was first heard of: its date where the store does not say one."""
    seen: dict[int, datetime] = {}
    for arrival in arrivals:
        for refund_id in refund_ids(arrival.payload):
            seen[refund_id] = min(seen.get(refund_id, arrival.received_at), arrival.received_at)
    return seen


def refund_ids(payload: Mapping[str, Any]) -> list[int]:
    """The ids of the refunds that a payload mentions; nonsense among them is left out."""
    refunds = payload.get("refunds")
    if not isinstance(refunds, list):
        return []
    ids = [str(refund.get("id")) for refund in refunds if isinstance(refund, dict)]
    return [int(text) for text in ids if text.isdecimal()]
