"""Rules of a sweep: what two readings of an order have in common, and what nobody believes."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.core.certificate import Certificate, InBooks, InStore, Verdict, as_in_store, compare
from sync.core.order import Address, Order, Refund, RefundLine
from sync.core.parse import parse_order
from sync.core.sweep import BAD, says_the_same, too_many_gone, unread
from tests.stores import an_order
from tests.sync.core.shop import NOON, TERMS


@pytest.fixture
def order() -> Order:
    """One line at 18 %, one refund."""
    return parse_order(an_order(501, refunds=[{"id": 9, "total": "-118.00"}]))


def test_times_and_the_lines_of_refunds_make_no_difference(order: Order) -> None:
    later = order.modified_at + timedelta(hours=1)
    line = RefundLine("line:5010", Decimal(1), Decimal(100), Decimal(18))
    refunds = tuple(replace(each, created_at=later, lines=(line,)) for each in order.refunds)
    told = replace(order, modified_at=later, completed_at=later, refunds=refunds)
    assert says_the_same(order, told)


@pytest.mark.parametrize(
    "change",
    [
        {"status": "completed"},
        {"total": Decimal("1180.01")},
        {"currency": "USD"},
        {"refunds": ()},
        {"refunds": (Refund(10, Decimal("118.00"), None, None),)},
        {"refunds": (Refund(9, Decimal("118.01"), None, None),)},
        {"lines": ()},
        {"shipping": Address("IN", "KA")},
        {"billing": Address("IN", "KA")},
        {"buyer_name": "Somebody Else"},
        {"buyer_gstin": "29AAGCB7383J1Z4"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_whatever_the_books_show_does(order: Order, change: dict[str, object]) -> None:
    assert not says_the_same(order, replace(order, **change))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "change",
    [{"total": Decimal(1)}, {"taxes": ()}, {"quantity": Decimal(7)}, {"sku": "OTHER"}],
    ids=lambda change: next(iter(change)),
)
def test_so_does_each_line(order: Order, change: dict[str, object]) -> None:
    line = replace(order.lines[0], **change)  # type: ignore[arg-type]
    assert not says_the_same(order, replace(order, lines=(line,)))


@pytest.mark.parametrize(
    ("gone", "known", "is_too_many"),
    [(0, 0, False), (1, 1, False), (20, 20, False), (21, 21, True), (21, 105, False),
     (21, 104, True), (200, 1000, False), (201, 1000, True)],
)  # fmt: skip
def test_when_so_many_are_gone_that_a_person_is_asked(
    gone: int, known: int, *, is_too_many: bool
) -> None:
    assert too_many_gone(gone, known) is is_too_many


@pytest.mark.parametrize(
    ("books", "verdict"),
    [
        (None, Verdict.MISSING),
        (InBooks("booked", Decimal(118)), Verdict.DIFFERENT),
        (InBooks("draft"), Verdict.DIFFERENT),
        (InBooks("reversed"), Verdict.DIFFERENT),
        (InBooks("waiting", reason="No rate."), Verdict.WAITING),
    ],
)
def test_what_the_store_could_not_read_is_never_well(
    books: InBooks | None, verdict: Verdict
) -> None:
    finding = unread(501, books)
    assert finding.verdict is verdict
    assert finding.reason


@pytest.mark.parametrize("status", ["processing", "completed", "on-hold"])
@pytest.mark.parametrize(
    "books", [InBooks("ignored"), InBooks("reversed"), InBooks("booked", Decimal(100))]
)
def test_what_a_person_left_out_is_excluded_by_that_rule(books: InBooks, status: str) -> None:
    left_out = replace(books, rule="left_out")
    finding = compare(InStore(501, NOON, status, Decimal(118)), left_out, TERMS)
    assert (finding.verdict, finding.reason) == (Verdict.EXCLUDED, "left_out")


def test_once_it_is_deleted_it_is_looked_at_again_and_it_is_booked_where_it_agrees() -> None:
    stands = InBooks("booked", Decimal(118), rule="left_out")
    assert compare(InStore(501), stands, TERMS).verdict is Verdict.DIFFERENT
    agreeing = InStore(501, NOON, "processing", Decimal(118))
    assert compare(agreeing, stands, TERMS).verdict is Verdict.BOOKED


amounts = st.decimals("0.00", "99999.99", places=2)
in_store = st.builds(
    InStore,
    st.integers(1, 10**6),
    st.just(NOON),
    st.sampled_from([None, "processing", "completed", "on-hold", "cancelled", "trash", "own"]),
    amounts,
    st.lists(amounts, max_size=3).map(tuple),
)
in_books = st.none() | st.builds(
    InBooks,
    st.sampled_from(["booked", "draft", "ignored", "waiting", "reversed"]),
    st.just(Decimal("0.00")) | amounts,
    st.just("Because."),
    rule=st.sampled_from(["", "left_out", "draft"]),
)


@given(st.lists(st.tuples(in_store, in_books), max_size=30))
def test_each_order_has_one_verdict_with_a_reason_and_the_sums_are_those_of_the_orders(
    pairs: list[tuple[InStore, InBooks | None]],
) -> None:
    certificate = Certificate()
    findings = [compare(store, books, TERMS) for store, books in pairs]
    for finding in findings:
        certificate.add(finding)
        assert finding.reason or finding.verdict is Verdict.BOOKED
    assert sum(certificate.counts.values()) == len(pairs)
    counted = [each for each in findings if each.verdict is not Verdict.EXCLUDED]
    assert certificate.difference == sum(
        (each.store_net - each.books_net for each in counted), Decimal(0)
    )
    of_waiting = sum((each.store_net - each.books_net for each in findings
                      if each.verdict is Verdict.WAITING), Decimal(0))  # fmt: skip
    if not any(each.verdict in BAD for each in findings):
        assert certificate.difference == of_waiting


@given(in_store, in_books)
def test_nothing_stands_of_what_is_excluded_and_what_is_booked_agrees(
    store: InStore, books: InBooks | None
) -> None:
    finding = compare(store, books, TERMS)
    if finding.verdict is Verdict.EXCLUDED:
        stands = books is not None and (books.state == "booked" or books.net)
        assert not stands or finding.reason == "left_out"
    if finding.verdict is Verdict.BOOKED:
        assert finding.store_net == finding.books_net


def test_an_order_is_compared_by_what_it_and_its_refunds_come_to(order: Order) -> None:
    store = as_in_store(order)
    assert (store.order_id, store.status, store.refunds) == (501, "processing", (Decimal(118),))
    assert store.net(Decimal(1)) == order.total - 118
