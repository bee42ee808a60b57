"""What the completeness certificate says of each order, and how it adds up."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.core.certificate import Certificate, InBooks, InStore, Verdict, compare, in_store
from sync.core.parse import UnreadableOrderError
from tests.orders import Store
from tests.sync.core.shop import TERMS

CREATED = datetime(2026, 11, 18, 6, 0, tzinfo=UTC)
SOLD = InStore(501, CREATED, "processing", Decimal("118.00"))
GONE = InStore(501)
BOOKED = InBooks("booked", Decimal("118.00"))


@pytest.mark.parametrize(
    ("store", "books", "verdict", "reason"),
    [
        (SOLD, BOOKED, Verdict.BOOKED, ""),
        (replace(SOLD, status="on-hold"), BOOKED, Verdict.BOOKED, ""),
        (SOLD, None, Verdict.MISSING, "never received"),
        (SOLD, InBooks("waiting", reason="No rate."), Verdict.WAITING, "No rate."),
        (GONE, InBooks("waiting", Decimal(5), "No rate."), Verdict.WAITING, "No rate."),
        (SOLD, replace(BOOKED, net=Decimal("118.01")), Verdict.DIFFERENT, "118.01 stands"),
        (SOLD, InBooks("reversed"), Verdict.DIFFERENT, "reversed in the books"),
        (SOLD, InBooks("draft"), Verdict.DIFFERENT, "not booked"),
        (SOLD, InBooks("ignored"), Verdict.DIFFERENT, "not booked"),
        (GONE, BOOKED, Verdict.DIFFERENT, "deleted in the store"),
        (replace(SOLD, status="cancelled"), BOOKED, Verdict.DIFFERENT, "“cancelled”"),
        (replace(SOLD, status="trash"), InBooks("reversed"), Verdict.EXCLUDED, "cancelled"),
        (replace(SOLD, status="failed"), None, Verdict.EXCLUDED, "cancelled"),
        (GONE, InBooks("ignored"), Verdict.EXCLUDED, "cancelled"),
        (GONE, None, Verdict.EXCLUDED, "cancelled"),
        (replace(SOLD, status="on-hold"), InBooks("reversed"), Verdict.EXCLUDED, "cancelled"),
        (replace(SOLD, status="pending"), InBooks("draft"), Verdict.EXCLUDED, "draft"),
        (replace(SOLD, status="wc-own"), InBooks("draft"), Verdict.EXCLUDED, "draft"),
        (replace(SOLD, status="checkout-draft"), None, Verdict.EXCLUDED, "status_ignored"),
    ],
)  # fmt: skip
def test_each_order_has_one_verdict(
    store: InStore, books: InBooks | None, verdict: Verdict, reason: str
) -> None:
    finding = compare(store, books, TERMS)
    assert finding.verdict is verdict
    assert reason in finding.reason


def test_a_free_order_that_is_booked_is_not_mistaken_for_one_that_is_not() -> None:
    free = replace(SOLD, total=Decimal(0))
    assert compare(free, InBooks("booked"), TERMS).verdict is Verdict.BOOKED
    assert compare(free, InBooks("draft"), TERMS).verdict is Verdict.DIFFERENT


def test_where_sales_are_kept_as_drafts_a_known_order_is_excluded_and_an_unknown_one_missing() -> (
    None
):
    terms = replace(TERMS, post_as="draft")
    assert compare(SOLD, InBooks("draft"), terms).verdict is Verdict.EXCLUDED
    assert compare(SOLD, None, terms).verdict is Verdict.MISSING


def test_refunds_are_taken_off_and_converted_one_by_one() -> None:
    refunds = (Decimal("0.05"), Decimal("0.05"))
    store = replace(SOLD, total=Decimal("10.00"), refunds=refunds)
    assert store.net(Decimal(1)) == Decimal("9.90")
    assert store.net(Decimal("0.5")) == Decimal("4.94")  # 5.00 - 0.03 - 0.03


_VERDICTS = st.tuples(
    st.sampled_from(["processing", "pending", "cancelled", None]),
    st.sampled_from(["booked", "draft", "ignored", "waiting", "reversed", None]),
    st.decimals(0, 1000, places=2),
    st.decimals(0, 1000, places=2),
)


@given(st.lists(_VERDICTS, max_size=20))
def test_the_counts_partition_the_orders_and_the_totals_leave_out_the_excluded(
    rows: list[tuple[str | None, str | None, Decimal, Decimal]],
) -> None:
    certificate = Certificate()
    store_total = Decimal(0)
    for n, (status, state, store_net, books_net) in enumerate(rows, 1):
        books = (
            None
            if state is None
            else InBooks(state, books_net if state == "booked" else Decimal(0))
        )
        finding = compare(InStore(n, CREATED, status, store_net), books, TERMS)
        certificate.add(finding)
        if finding.verdict is not Verdict.EXCLUDED and status != "cancelled" and status:
            store_total += store_net
    assert sum(certificate.counts.values()) == len(rows)
    assert sum(certificate.excluded.values()) == certificate.counts[Verdict.EXCLUDED]
    assert certificate.store_total == store_total
    assert certificate.difference == certificate.store_total - certificate.books_total
    assert certificate.is_complete == all(
        finding.verdict is Verdict.WAITING for finding in certificate.exceptions
    )


def test_a_recorded_order_is_read_with_the_refunds_beside_it() -> None:
    order = Store().order([Store().line("Shirt", "100.00")], refunds=[{"id": 9, "total": "-1.00"}])
    record = {
        "id": 501,
        "deleted": False,
        "order": order,
        "refunds": [{"id": 9, "amount": "59.00"}],
    }
    read = in_store(record)
    assert (read.order_id, read.status, read.total) == (501, "processing", Decimal("118.00"))
    assert read.refunds == (Decimal("59.00"),)
    del record["refunds"]
    assert in_store(record).refunds == (Decimal("1.00"),)


@pytest.mark.parametrize(
    "record", [[], {}, {"id": "501"}, {"id": 501, "deleted": False}, {"id": 501, "order": {}}]
)
def test_what_is_no_recorded_order_is_refused(record: object) -> None:
    with pytest.raises(UnreadableOrderError):
        in_store(record)
