"""Which delivery counts."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sync.core.arrivals import Arrival, Fate, Newest, has_booked, refunds_first_seen, settle
from sync.core.terms import Action

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def arrival(n: int, modified: str = "12:00:00", *, parts: int = 1, **given: Any) -> Arrival:
    payload = {
        "id": 5,
        "date_modified_gmt": f"2026-11-21T{modified}",
        "line_items": [{"id": part} for part in range(1, parts + 1)],
    }
    given = {"topic": "order.updated", "payload": payload} | given
    return Arrival(n, n, NOON + timedelta(seconds=n), **given)


def deletion(n: int, **given: Any) -> Arrival:
    return arrival(n, topic="order.deleted", payload={}, is_deletion=True, **given)


def snapshot(settled_newest: Newest | None) -> int | None:
    return settled_newest.snapshot_id if settled_newest else None


def test_newer_wins_whatever_the_order_of_arrival() -> None:
    old, new = arrival(1, "12:00:00"), arrival(2, "12:00:01")
    assert snapshot(settle(None, [old, new]).newest) == 2
    late = settle(None, [new, old])
    assert snapshot(late.newest) == 2
    assert late.fates == {2: Fate.COUNTS, 1: Fate.SUPERSEDED}


def test_within_one_second_the_one_with_the_newer_part_wins() -> None:
    before, after = arrival(1, parts=1), arrival(2, parts=2)
    assert snapshot(settle(None, [after, before]).newest) == 2


def test_within_one_second_and_nothing_to_tell_them_apart_the_later_arrival_wins() -> None:
    assert snapshot(settle(None, [arrival(1), arrival(2)]).newest) == 2


def test_the_plugin_s_clock_tells_snapshots_of_one_second_apart() -> None:
    first = arrival(1, parts=2)
    second = arrival(2, parts=1)
    first.payload["counterfoil"] = {"built_at": "2026-11-21T12:00:00.000001"}  # type: ignore[index]
    second.payload["counterfoil"] = {"built_at": "2026-11-21T12:00:00.000002"}  # type: ignore[index]
    assert snapshot(settle(None, [second, first]).newest) == 2


def test_a_repeat_changes_nothing_but_a_replay_looks_again() -> None:
    repeat = settle(None, [arrival(1), arrival(2, is_repeat=True)])
    assert repeat.fates == {1: Fate.COUNTS, 2: Fate.REPEAT}
    replay = settle(None, [arrival(1), arrival(2, is_repeat=True, is_replay=True)])
    assert replay.fates[2] is Fate.COUNTS


def test_trash_restore_trash() -> None:
    gone = settle(None, [arrival(1, "12:00:00"), deletion(2)])
    assert gone.newest is not None
    assert gone.newest.is_deleted
    back = settle(gone.newest, [arrival(3, "12:00:05", topic="order.restored")])
    assert back.newest is not None
    assert not back.newest.is_deleted
    again = settle(back.newest, [deletion(4)])
    assert again.newest is not None
    assert again.newest.is_deleted
    assert again.newest.seen_at == NOON + timedelta(seconds=4)


def test_an_old_snapshot_does_not_bring_a_deleted_order_back() -> None:
    gone = settle(None, [arrival(1, "12:00:05"), deletion(2)])
    late = settle(gone.newest, [arrival(3, "12:00:00"), arrival(4, "12:00:05")])
    assert late.newest is not None
    assert late.newest.is_deleted


def test_a_deletion_of_an_order_never_seen_is_nothing() -> None:
    settled = settle(None, [deletion(1)])
    assert settled.newest is None
    assert settled.fates == {1: Fate.UNKNOWN_ORDER}


def test_what_cannot_be_read_leaves_the_known_order_and_says_why() -> None:
    settled = settle(None, [arrival(1), arrival(2, payload={"id": 5})])
    assert snapshot(settled.newest) == 1
    assert settled.fates[2] is Fate.UNREADABLE
    assert "date_modified_gmt" in settled.problem


def test_an_order_has_booked_if_it_was_posted_and_not_cancelled_since() -> None:
    assert has_booked([("3", Action.DRAFT), ("1", Action.POST)])
    assert not has_booked([("3", Action.CANCEL), ("1", Action.POST)])
    assert has_booked([("2", Action.CANCEL), ("4", Action.DRAFT), ("3", Action.POST)])
    assert not has_booked([("1", Action.DRAFT)])


def test_a_refund_is_first_seen_with_the_first_delivery_that_has_it() -> None:
    without = arrival(1)
    first, second = arrival(2), arrival(3)
    for each in (first, second):
        each.payload["refunds"] = [{"id": 9, "total": "-1.00"}, {"id": "nonsense"}]  # type: ignore[index]
    assert refunds_first_seen([without, first, second]) == {9: NOON + timedelta(seconds=2)}


def read_at(n: int, micros: int, *, content: int, **given: object) -> Arrival:
    """The plugin's delivery n of one of two contents, the time of reading in microseconds."""
    built_at = f"2026-11-21T12:00:00.{micros:06}"
    first = arrival(n, parts=content)
    payload = {**first.payload, "counterfoil": {"built_at": "2026-11-21T12:00:00.000001"}}
    if content == 2:
        payload["counterfoil"] = {"built_at": "2026-11-21T12:00:00.000002"}
    facts = {"payload": payload, "built_at": built_at} | given
    return replace(first, snapshot_id=content, **facts)  # type: ignore[arg-type]


def test_an_order_that_is_again_as_it_was_counts_by_when_the_plugin_read_it() -> None:
    one, other = read_at(1, 1, content=1), read_at(2, 2, content=2)
    again = read_at(3, 3, content=1, is_repeat=True)
    settled = settle(None, [one, other, again])
    assert snapshot(settled.newest) == 1
    assert settled.fates == {1: Fate.SUPERSEDED, 2: Fate.SUPERSEDED, 3: Fate.COUNTS}


def test_what_was_read_between_two_equal_readings_is_older_than_the_second() -> None:
    one, again = read_at(1, 1, content=1), read_at(3, 3, content=1, is_repeat=True)
    between = read_at(2, 2, content=2)
    settled = settle(None, [one, again, between])
    assert snapshot(settled.newest) == 1
    assert settled.fates == {1: Fate.COUNTS, 3: Fate.REPEAT, 2: Fate.SUPERSEDED}


def test_a_content_that_arrives_again_without_a_time_of_reading_is_a_repeat() -> None:
    one, other = read_at(1, 1, content=1), read_at(2, 2, content=2)
    late = read_at(3, 3, content=1, is_repeat=True, built_at="")
    assert snapshot(settle(None, [one, other, late]).newest) == 2


def test_a_late_reading_of_before_the_deletion_does_not_bring_an_order_back() -> None:
    one = read_at(1, 1, content=1)
    gone = deletion(2, built_at="2026-11-21T12:00:00.000005")
    late = read_at(3, 3, content=1, is_repeat=True)
    settled = settle(None, [one, gone, late])
    assert settled.newest is not None
    assert settled.newest.is_deleted
    alive = settle(None, [one, gone, late, read_at(4, 9, content=1, is_repeat=True)])
    assert alive.newest is not None
    assert not alive.newest.is_deleted
