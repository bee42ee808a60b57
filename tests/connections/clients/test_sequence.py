"""Going through a list that moves: whatever happens meanwhile, every order's last state is seen."""

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connections.clients.errors import FailedError, UnexpectedError
from connections.clients.protocol import BEGINNING, Place
from connections.clients.sequence import Rows, Stretch, stretch_after

NOON = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
FIELD = "date_modified_gmt"


class MovingList:
    """A store's list by time of change; `happens` is called before each request."""

    def __init__(self, seconds: dict[int, int], happens: Callable[["MovingList"], None]) -> None:
        self.seconds = dict(seconds)
        self.now = max(seconds.values(), default=0) + 1
        self.requests = 0
        self._happens = happens

    def touch(self, order_id: int) -> None:
        """An order is saved now."""
        self.now += random.Random(self.requests).choice((0, 0, 1))
        self.seconds[order_id] = self.now

    def rows(self, place: Place, count: int) -> Callable[[int], Rows]:
        """As WooCommerce answers: strictly later than the second before the place."""

        def ask(offset: int) -> Rows:
            self.requests += 1
            self._happens(self)
            after = (place.at - NOON).total_seconds() - 1
            keys = sorted((at, order_id) for order_id, at in self.seconds.items() if at > after)
            page = keys[offset : offset + count]
            found = [{"id": order_id, FIELD: written(at)} for at, order_id in page]
            return Rows(found, count, len(keys) if page else 0)

        return ask


def written(second: int) -> str:
    return f"{NOON + timedelta(seconds=second):%Y-%m-%dT%H:%M:%S}"


def walked(store: MovingList, count: int, place: Place, most: int = 500) -> dict[int, str]:
    """What was last seen of each order, from a place to the end."""
    seen: dict[int, str] = {}
    for _ in range(most):
        stretch = stretch_after(place, place.seen[0], store.rows(place, count), FIELD)
        seen |= {row["id"]: row[FIELD] for _, row in stretch.rows}
        if stretch.rows:
            place = after(stretch, place)
        if stretch.is_end:
            return seen
    raise AssertionError("it never ends")


def after(stretch: Stretch, before: Place) -> Place:
    (last, _) = stretch.rows[-1]
    seen = stretch.seen_up_to(last, before, before.seen[0])
    return Place(last[0], last[1], (seen, 0))


@given(
    st.dictionaries(st.integers(1, 60), st.integers(0, 6), max_size=40),
    st.integers(2, 7),
    st.integers(0, 2**32),
)
def test_orders_edited_while_paging_are_seen_as_they_became(
    seconds: dict[int, int], count: int, seed: int
) -> None:
    chance = random.Random(seed)
    edits = chance.randrange(12)

    def happens(store: MovingList) -> None:
        nonlocal edits
        if edits and store.seconds and chance.random() < 0.4:
            edits -= 1
            store.touch(chance.choice(sorted(store.seconds)))

    store = MovingList(seconds, happens)
    seen = walked(store, count, BEGINNING)
    edits = 0
    # What is saved in the very second that is being read is the next round's, which begins earlier.
    seen |= walked(store, count, Place.since(NOON + timedelta(seconds=store.now)).earlier(60))
    assert seen == {order_id: written(at) for order_id, at in store.seconds.items()}


@given(
    st.dictionaries(st.integers(1, 60), st.integers(0, 6), max_size=40),
    st.integers(2, 7),
    st.integers(0, 2**32),
)
def test_one_round_sees_all_that_was_saved_before_its_last_second(
    seconds: dict[int, int], count: int, seed: int
) -> None:
    chance = random.Random(seed)
    edits = chance.randrange(12)

    def happens(store: MovingList) -> None:
        nonlocal edits
        if edits and store.seconds and chance.random() < 0.4:
            edits -= 1
            store.now += 1
            store.touch(chance.choice(sorted(store.seconds)))

    store = MovingList(seconds, happens)
    seen = walked(store, count, BEGINNING)
    assert seen == {order_id: written(at) for order_id, at in store.seconds.items()}


@pytest.mark.parametrize("count", [2, 10, 100])
def test_hundreds_of_orders_of_one_second_are_paged_without_reading_them_again(count: int) -> None:
    store = MovingList(dict.fromkeys(range(1, 501), 3), lambda _: None)
    assert len(walked(store, count, BEGINNING)) == 500
    assert store.requests <= 500 / (count - 1) + 2


def test_a_place_without_its_hint_skips_ahead_and_finds_the_rest() -> None:
    store = MovingList(dict.fromkeys(range(1, 301), 3), lambda _: None)
    seen = walked(store, 50, Place(NOON + timedelta(seconds=3), 250))
    assert set(seen) == set(range(251, 301))


def test_a_hint_that_is_too_large_is_not_believed() -> None:
    """All but a few orders of the second have been edited since: the rest has moved up."""
    store = MovingList({**dict.fromkeys(range(1, 100), 9), **dict.fromkeys(range(100, 110), 3)},
                       lambda _: None)  # fmt: skip
    place = Place(NOON + timedelta(seconds=3), 99, (99, 0))
    assert set(walked(store, 20, place)) >= set(range(100, 110))


def test_orders_of_the_places_own_second_with_greater_ids_come_next() -> None:
    store = MovingList({1: 3, 2: 3, 3: 3, 4: 4}, lambda _: None)
    assert set(walked(store, 50, Place(NOON + timedelta(seconds=3), 2))) == {3, 4}


class TestTheEnd:
    def answer(self, rows: int, total: int | None) -> Stretch:
        found = [{"id": n, FIELD: written(n)} for n in range(1, rows + 1)]
        return stretch_after(BEGINNING, 0, lambda _: Rows(found, 10, total), FIELD)

    def test_nothing_is_the_end_whatever_the_count_says(self) -> None:
        assert self.answer(0, 500).is_end

    def test_a_short_page_is_the_end_if_the_count_agrees(self) -> None:
        assert self.answer(7, 7).is_end

    @pytest.mark.parametrize("total", [None, 0, 8, 1000])
    def test_a_short_page_is_not_the_end_if_the_count_does_not_agree(
        self, total: int | None
    ) -> None:
        assert not self.answer(7, total).is_end

    def test_a_full_page_is_never_the_end(self) -> None:
        assert not self.answer(10, 10).is_end


class TestStoresThatDoNotListen:
    def stretch(self, *rows: dict[str, Any], place: Place = BEGINNING) -> Stretch:
        return stretch_after(place, place.seen[0], lambda _: Rows(rows, 50, len(rows)), FIELD)

    def test_a_list_out_of_sequence_is_not_gone_through(self) -> None:
        with pytest.raises(FailedError, match="sequence"):
            self.stretch({"id": 1, FIELD: written(5)}, {"id": 2, FIELD: written(4)})

    def test_a_store_that_ignores_the_filter_is_too_old(self) -> None:
        with pytest.raises(UnexpectedError, match=r"5\.8"):
            self.stretch({"id": 1, FIELD: written(5)}, place=Place(NOON + timedelta(seconds=9)))

    def test_a_list_that_never_stands_still_is_given_up(self) -> None:
        numbers = iter(range(1000, 5000))

        def ask(_: int) -> Rows:
            return Rows([{"id": next(numbers), FIELD: written(9)}], 50, None)

        with pytest.raises(FailedError, match="stand still"):
            stretch_after(Place(NOON, 1, (2**40, 0)), 2**40, ask, FIELD)

    def test_a_row_without_an_id_is_not_skipped(self) -> None:
        with pytest.raises(UnexpectedError, match="no id"):
            self.stretch({FIELD: written(5)})

    def test_an_order_without_a_date_stays_where_it_stands(self) -> None:
        rows = ({"id": 1, FIELD: written(5)}, {"id": 2, FIELD: None}, {"id": 3, FIELD: written(6)})
        assert [row["id"] for _, row in self.stretch(*rows).rows] == [1, 2, 3]


class TestPlace:
    def test_it_is_kept_as_text_and_resumed(self) -> None:
        place = Place(NOON, 31, (2, 1))
        assert place.as_text() == "2026-11-26T12:00:00|31|2|1"
        assert Place.read(place.as_text()) == place
        assert Place.read(place.as_text()).seen == (2, 1)

    @pytest.mark.parametrize("text", ["", "2026-11-26", "x|1|2|3", "2026-11-26T12:00:00|1|2"])
    def test_what_is_no_place_is_refused(self, text: str) -> None:
        with pytest.raises(ValueError, match=r".+"):
            Place.read(text)

    def test_the_next_round_begins_earlier_and_before_everything_of_that_second(self) -> None:
        earlier = Place(NOON, 31, (2, 1)).earlier(600)
        assert (earlier.at, earlier.order_id, earlier.seen) == (
            NOON - timedelta(minutes=10), 0, (0, 0),
        )  # fmt: skip
