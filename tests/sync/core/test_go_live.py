"""The day from which a store's orders are booked: what is older stays outside, unless it is in."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from sync.core.arrivals import has_booked
from sync.core.certificate import InBooks, InStore, Verdict, compare
from sync.core.parse import parse_order
from sync.core.terms import Action
from tests.orders import Json, Store
from tests.sync.core.shop import Books, kinds

store = Store()
DAY = date(2026, 11, 18)


def order(created: str, **facts: Any) -> Json:
    return store.order([store.line("Shirt", "1000", line_id=1)], created=created, **facts)


EARLIER, LATER = "2026-11-17T18:29:59", "2026-11-17T18:30:00"
"""The last second before 18 November in India, and its first."""


@pytest.mark.parametrize(("created", "state"), [(EARLIER, "ignored"), (LATER, "booked")])
def test_the_day_begins_where_the_company_keeps_its_books(created: str, state: str) -> None:
    plan = Books(go_live_date=DAY).plan(order(created))
    assert plan.state == state
    assert bool(plan.documents) == (state == "booked")
    assert plan.rule == ("before_go_live" if state == "ignored" else "")


def test_without_a_day_everything_is_booked() -> None:
    assert Books().plan(order("2001-01-01T00:00:00")).state == "booked"


@pytest.mark.parametrize(
    "facts",
    [
        {"status": "on-hold"},
        {"status": "pending"},
        {"status": "checkout-draft"},
        {"status": "refunded", "refunds": [{"id": 9, "total": "-1180.00"}]},
        {"modified": "2026-11-20T06:00:00", "refunds": [{"id": 9, "total": "-118.00"}]},
        {"state": "KA"},
        {"state": "Atlantis"},
        {"currency": "USD"},
        {"total": "5000"},
    ],
)
def test_nothing_of_an_earlier_order_is_booked_kept_or_waited_for(facts: dict[str, Any]) -> None:
    plan = Books(go_live_date=DAY).plan(order(EARLIER, **facts))
    assert (plan.state, plan.rule, plan.documents, plan.draft) == (
        "ignored", "before_go_live", (), None,
    )  # fmt: skip


def test_a_cancelled_one_is_cancelled_first_of_all() -> None:
    plan = Books(go_live_date=DAY).plan(order(EARLIER, status="cancelled"))
    assert (plan.state, plan.rule) == ("ignored", "cancelled")


def test_what_is_booked_stays_and_is_followed_whatever_day_is_chosen_later() -> None:
    books = Books()
    books.deliver(order(EARLIER))
    books.terms = Books(go_live_date=DAY).terms
    refunds = [{"id": 9, "total": "-118.00"}]
    again = order(EARLIER, modified="2026-11-20T06:00:00", refunds=refunds)
    assert kinds(books.deliver(again)) == [("credit_note", "118.00")]
    assert books.net == Decimal("1062.00")
    books.deliver(order(EARLIER, status="cancelled", modified="2026-11-21T06:00:00"))
    assert (books.net, books.state) == (Decimal(0), "reversed")
    revived = order(EARLIER, modified="2026-11-22T06:00:00")
    books.deliver(revived)
    assert (books.net, books.state) == (Decimal("1180.00"), "booked")


def test_moved_earlier_it_books_what_was_left_out() -> None:
    books = Books(go_live_date=DAY)
    assert books.deliver(order(EARLIER)) == []
    books.terms = Books(go_live_date=date(2026, 11, 17)).terms
    assert kinds(books.deliver(order(EARLIER))) == [("sales", "1180.00")]
    assert books.deliver(order(EARLIER)) == []


def test_a_person_can_post_one_all_the_same() -> None:
    books = Books(go_live_date=DAY)
    plan = books.plan(order(EARLIER), post_now=True)
    assert kinds([each.document for each in plan.documents]) == [("sales", "1180.00")]


def test_that_it_once_was_in_a_booking_status_is_no_order_of_a_person() -> None:
    """An order on hold that was processing is posted late; not where it is too old."""
    assert has_booked([("1", Action.POST), ("2", Action.DRAFT)])
    plan = Books(go_live_date=DAY).plan(order(EARLIER, status="on-hold"), was_booked=True)
    assert plan.rule == "before_go_live"


# The certificate -------------------------------------------------------------------------------


def judged(created: str, books: InBooks | None, status: str = "processing") -> tuple[str, str]:
    at = parse_order(order(created)).created_at
    told = InStore(501, at, status, Decimal(1180))
    finding = compare(told, books, Books(go_live_date=DAY).terms)
    return finding.verdict.value, finding.reason


@pytest.mark.parametrize(
    "books", [None, InBooks("ignored"), InBooks("draft")], ids=["never seen", "ignored", "draft"]
)
def test_the_certificate_excludes_it_by_that_rule(books: InBooks | None) -> None:
    assert judged(EARLIER, books) == ("excluded", "before_go_live")
    assert judged(EARLIER, books, "on-hold") == ("excluded", "before_go_live")
    assert judged(EARLIER, books, "cancelled") == ("excluded", "cancelled")
    assert judged(LATER, books)[0] in ("missing", "different")


def test_what_stands_or_waits_is_judged_as_ever() -> None:
    assert judged(EARLIER, InBooks("booked", Decimal(1180))) == ("booked", "")
    assert judged(EARLIER, InBooks("booked", Decimal(1000)))[0] == Verdict.DIFFERENT
    assert judged(EARLIER, InBooks("waiting", reason="Why.")) == ("waiting", "Why.")
    assert judged(EARLIER, InBooks("reversed"))[0] == Verdict.DIFFERENT
