"""How long a store is left in peace: reported as values."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connections.clients.errors import BusyError, UnreachableError
from connections.clients.politeness import PageSize, asked_pause, clock_skew, pause
from connections.clients.protocol import BEGINNING
from tests.clients import rest_client
from tests.fakes.store import FakeStore, Fault

NOW = datetime(2026, 11, 26, 6, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("wanted", "seconds"),
    [
        ("120", 120),
        (" 5 ", 5),
        ("0", 1),
        ("-3", None),
        ("999999999999", 86_400),
        ("Thu, 26 Nov 2026 06:10:00 GMT", 600),
        ("Thu, 26 Nov 2026 05:00:00 GMT", 1),
        ("soon", None),
        ("", None),
        ("1.5", None),
        ("²", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(wanted: str, seconds: float | None) -> None:
    assert asked_pause({"Retry-After": wanted}, NOW) == seconds


def test_a_date_is_read_by_the_stores_own_clock() -> None:
    headers = {
        "Retry-After": "Thu, 26 Nov 2026 09:01:00 GMT",
        "Date": "Thu, 26 Nov 2026 09:00:00 GMT",
    }
    assert asked_pause(headers, NOW) == 60
    assert clock_skew(headers, NOW) == 10_800


@given(st.integers(0, 10**6), st.floats(0, 1))
def test_a_pause_grows_but_never_beyond_a_quarter_of_an_hour(failures: int, chance: float) -> None:
    assert 2 <= pause(UnreachableError(), failures, chance) <= 900
    assert pause(UnreachableError(), failures, 1) >= pause(UnreachableError(), failures, chance)


def test_a_pause_is_at_least_what_the_store_asks_for() -> None:
    assert pause(BusyError(wait_seconds=120), 0, 0) == 120
    assert 120 <= pause(BusyError(wait_seconds=120), 9, 1) <= 125


@pytest.mark.parametrize(("fault", "seconds"), [(Fault.TOO_MANY, 120), (Fault.MAINTENANCE, 600)])
def test_a_busy_store_is_reported_with_its_seconds_and_nothing_waits(
    store: FakeStore, fault: Fault, seconds: float
) -> None:
    store.faults.queue(fault)
    client = rest_client(store)
    with pytest.raises(BusyError) as raised:
        client.changed_orders(BEGINNING, 10)
    client.close()
    assert raised.value.wait_seconds == seconds
    assert len(store.requests) == 1


class TestPageSize:
    def test_it_stays_between_ten_and_a_hundred(self) -> None:
        size = PageSize(500)
        assert size.size == 100
        for _ in range(9):
            size.shrink()
        assert size.size == 10
        for _ in range(30):
            size.answered(0.1)
        assert size.size == 100

    def test_a_slow_store_is_asked_for_less(self) -> None:
        size = PageSize()
        size.answered(10)
        assert size.size == 50
        size.answered(25)
        assert size.size == 25

    def test_what_was_too_large_once_is_not_tried_again(self) -> None:
        size = PageSize()
        size.limit()
        for _ in range(30):
            size.answered(0.1)
        assert size.size == 25
