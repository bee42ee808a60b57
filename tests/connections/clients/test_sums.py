"""What a sweep compares of an order: exact amounts, from refunds in short and in full."""

from datetime import UTC, datetime

import pytest

from connections.clients.errors import UnexpectedError
from connections.clients.sums import sum_of

ORDER = {
    "id": 7,
    "status": "refunded",
    "currency": "INR",
    "total": "118.00",
    "date_created_gmt": "2026-11-26T06:00:00",
    "date_modified_gmt": "2026-11-26T07:00:00",
    "refunds": [{"id": 9, "total": "-0.10"}, {"id": 8, "total": "-0.20"}],
}


def test_amounts_are_added_up_to_the_paisa() -> None:
    found = sum_of(ORDER)
    assert (found.total, found.refunded) == ("118.00", "0.30")
    assert found.refunds == ((9, "0.10"), (8, "0.20"))
    assert found.created_at == datetime(2026, 11, 26, 6, tzinfo=UTC)


def test_refunds_in_full_have_positive_amounts() -> None:
    assert (
        sum_of({**ORDER, "refunds": [{"id": 9, "amount": "0.10", "total": ""}]}).refunded == "0.10"
    )


def test_an_order_without_refunds_has_refunded_nothing() -> None:
    assert sum_of({**ORDER, "refunds": []}).refunded == "0.00"


@pytest.mark.parametrize("amount", ["", "much", None, "NaN", "Infinity"])
def test_what_cannot_be_read_is_not_taken_for_nothing(amount: object) -> None:
    found = sum_of({**ORDER, "refunds": [{"id": 9, "amount": amount}], "date_created_gmt": "soon"})
    assert found.refunded == ""
    assert found.refunds == ((9, ""),)
    assert found.created_at is None


def test_an_order_without_an_id_is_no_order() -> None:
    with pytest.raises(UnexpectedError):
        sum_of({**ORDER, "id": None})
