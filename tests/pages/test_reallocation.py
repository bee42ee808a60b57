"""A refund that was spread over an order's lines, allocated by line once it is booked."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from connections.models import StoreConnection
from ledger.models import Company, User, Voucher
from ledger.period_lock import lock_until
from sync.booking import pipeline
from sync.booking.retry import look_again
from sync.models import Acceptance, Order, OrderDocument
from sync.orders.acceptance import UnfitAnswerError
from sync.orders.reallocation import reallocate
from tests.factories import NOW, check_as_at_commit
from tests.orders import Json, Store
from tests.stores import an_order, book

pytestmark = pytest.mark.django_db

REFUND = [{"id": 9, "total": "-236.00"}]
ALL_OF_THE_LAMP = {"line:11": Decimal("236.00")}


def lamp_and_tea(**facts: Any) -> Json:
    """1,000 at 18 % and 400 at 5 %: 1,600 with tax."""
    shop = Store()
    lines = [shop.line("Lamp", "1000", line_id=11), shop.line("Tea", "400", "5", line_id=12)]
    return shop.order(lines, **facts)


@pytest.fixture
def spread(store: StoreConnection) -> StoreConnection:
    """Of an order of a lamp and tea 236.00 are given back; nobody said of what."""
    book(store, lamp_and_tea(refunds=REFUND))
    return store


def by_cause(store: StoreConnection) -> list[tuple[str, str, dict[str, str]]]:
    rows = OrderDocument.objects.filter(connection=store).order_by("voucher_id")
    return [
        (
            row.kind,
            str(row.voucher.total),
            {line.source_line: str(line.taxable_value) for line in row.voucher.lines.all()},
        )
        for row in rows.select_related("voucher")
    ]


def press(browser: Client, store: StoreConnection, **data: str) -> str:
    snapshot = str(Order.objects.get(connection=store).snapshot_id)
    address = reverse("reallocate_refund", args=[store.company_id, store.pk, 501])
    page = browser.post(address, {"snapshot": snapshot, **data}, follow=True).content.decode()
    pipeline.drain(store.pk)
    return page


def page_of(browser: Client, store: StoreConnection) -> str:
    return browser.get(reverse("order", args=[store.company_id, store.pk, 501])).content.decode()


def test_a_spread_refund_is_allocated_by_line_with_two_notes(
    browser: Client, spread: StoreConnection
) -> None:
    assert "Refunds spread over the lines" in page_of(browser, spread)
    assert "correct the order" in press(browser, spread, refund="9", line0="236.00")
    _sale, first, undone, anew = by_cause(spread)
    # 236 × 1,180 ÷ 1,600 is 174.05, of it 147.50 without 18 %; the rest is 61.95, or 59.00.
    assert first == ("refund", "236.00", {"line:11": "147.50", "line:12": "59.00"})
    assert undone == ("refund_undone", "236.00", first[2])
    assert anew == ("refund", "236.00", {"line:11": "200.00"})
    note = Voucher.objects.latest("pk")
    assert (str(note.cgst), str(note.sgst), note.flags) == ("18.00", "18.00", [])
    assert note.source_key.endswith("/refund/9/2")
    assert str(Order.objects.get().net_booked) == "1364.00"
    check_as_at_commit()
    text = page_of(browser, spread)
    assert "Refund 9 gives back 236.00 of Lamp, instead of a share of each line." in text
    assert "Refunds spread over the lines" not in text
    assert "taken back, to be allocated by line" in text


def test_looking_again_posts_nothing_more(spread: StoreConnection, owner: User) -> None:
    reallocate(spread, 501, 9, ALL_OF_THE_LAMP, owner, at=NOW)
    pipeline.drain(spread.pk)
    before = by_cause(spread)
    look_again(spread, 501)
    pipeline.drain(spread.pk)
    book(spread, lamp_and_tea(refunds=REFUND, modified="2026-11-22T06:00:00"))
    assert by_cause(spread) == before


def test_a_refund_that_vanishes_afterwards_is_undone_as_it_stands(
    spread: StoreConnection, owner: User
) -> None:
    reallocate(spread, 501, 9, ALL_OF_THE_LAMP, owner, at=NOW)
    pipeline.drain(spread.pk)
    book(spread, lamp_and_tea(modified="2026-11-22T06:00:00"))
    assert by_cause(spread)[-1] == ("refund_undone", "236.00", {"line:11": "200.00"})
    assert str(Order.objects.get().net_booked) == "1600.00"


def test_both_notes_are_of_the_day_on_which_it_was_said(
    spread: StoreConnection, owner: User
) -> None:
    reallocate(spread, 501, 9, ALL_OF_THE_LAMP, owner, at=datetime(2026, 12, 2, 9, tzinfo=UTC))
    pipeline.drain(spread.pk)
    days = Voucher.objects.order_by("-pk").values_list("date", flat=True)[:2]
    assert list(days) == [date(2026, 12, 2)] * 2


def test_not_once_the_month_of_the_note_is_locked(
    browser: Client, company: Company, spread: StoreConnection, owner: User
) -> None:
    lock_until(company, date(2026, 11, 30), reason="GSTR-1 filed")
    text = page_of(browser, spread)
    assert "The books are locked until 30 Nov 2026" in text
    assert "Allocate by line" not in text
    with pytest.raises(UnfitAnswerError, match="locked until"):
        reallocate(spread, 501, 9, ALL_OF_THE_LAMP, owner, at=NOW)
    assert not Acceptance.objects.exists()


def test_not_once_a_credit_note_reduces_tax_no_more(spread: StoreConnection, owner: User) -> None:
    late = datetime(2027, 12, 1, 9, tzinfo=UTC)
    with pytest.raises(UnfitAnswerError, match=r"until 30 Nov 2027 only \(s.34"):
        reallocate(spread, 501, 9, ALL_OF_THE_LAMP, owner, at=late)


@pytest.mark.parametrize(
    "data",
    [
        {"refund": "9", "line0": "235.00"},
        {"refund": "9", "line1": "420.01", "line0": "-184.01"},
        {"refund": "8", "line0": "236.00"},
        {"refund": "9"},
        {},
    ],
)
def test_what_does_not_fit_is_kept_back(
    browser: Client, spread: StoreConnection, data: dict[str, str]
) -> None:
    assert "nothing was saved" in press(browser, spread, **data)
    assert not Acceptance.objects.exists()


def test_an_order_of_one_line_has_nothing_to_choose(
    browser: Client, store: StoreConnection
) -> None:
    book(store, an_order(refunds=[{"id": 9, "total": "-118.00"}]))
    assert "Refunds spread over the lines" not in page_of(browser, store)


def test_a_viewer_sees_that_it_was_spread_and_changes_nothing(
    viewer: Client, spread: StoreConnection
) -> None:
    text = page_of(viewer, spread)
    assert "Refunds spread over the lines" in text
    assert "Allocate by line" not in text
    address = reverse("reallocate_refund", args=[spread.company_id, spread.pk, 501])
    assert viewer.post(address, {"refund": "9"}).status_code == 403
