"""The rules of posting, one by one, on orders small enough to check in the head."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from ledger.core.documents import Flag
from ledger.core.entries import entries_of
from sync.core.terms import DEFAULT_ACTIONS, Action
from sync.core.waiting import OrderWaitsError, WaitsFor
from tests.orders import Json, Store
from tests.sync.core.shop import Books, kinds

LATER = "2026-11-19T06:00:00"
LATEST = "2026-11-20T06:00:00"


def lamp_order(store: Store, **given: Any) -> Json:
    """₹1,000 at 18 % with ₹100 of shipping: ₹1,298."""
    return store.order(
        [store.line("Lamp", "1000", line_id=11)],
        shipping=[{**store.shipping("100"), "id": 12}],
        **given,
    )


@pytest.mark.parametrize("status", [s for s, a in DEFAULT_ACTIONS.items() if a is Action.POST])
def test_a_booking_status_posts_a_sale(status: str) -> None:
    books = Books()
    assert kinds(books.deliver(lamp_order(Store(), status=status))) == [("sales", "1298.00")]


@pytest.mark.parametrize("status", ["pending", "on-hold", "awaiting-shipment"])
def test_an_unpaid_or_unknown_status_is_a_draft(status: str) -> None:
    found = Books().plan(lamp_order(Store(), status=status))
    assert found.state == "draft"
    assert found.draft is not None
    assert found.draft.body.total == Decimal("1298.00")
    assert not found.documents


def test_a_cancellation_before_booking_leaves_nothing() -> None:
    found = Books().plan(lamp_order(Store(), status="cancelled"))
    assert (found.state, found.documents, found.draft) == ("ignored", (), None)


def test_a_cancellation_reverses_all_that_stands() -> None:
    books = Books()
    books.deliver(lamp_order(Store()))
    [note] = books.deliver(lamp_order(Store(), status="cancelled", modified=LATER))
    assert kinds([note]) == [("credit_note", "1298.00")]
    assert note.against == books.documents[0].source_key
    assert note.date == date(2026, 11, 19)
    assert books.net == 0


def test_a_deletion_is_dated_by_the_day_it_was_first_seen() -> None:
    books = Books()
    books.deliver(lamp_order(Store()))
    late = datetime(2026, 11, 25, 20, 0, tzinfo=UTC)  # the 26th in India
    [note] = books.deliver(lamp_order(Store()), deleted=True, seen_at=late)
    assert note.date == date(2026, 11, 26)


def test_an_order_that_goes_on_hold_after_booking_is_followed() -> None:
    books = Books()
    books.deliver(lamp_order(Store()))
    refund = {"id": 900, "total": "-298.00"}
    on_hold = lamp_order(Store(), status="on-hold", modified=LATER, refunds=[refund])
    assert kinds(books.deliver(on_hold)) == [("credit_note", "298.00")]


def test_a_reversed_order_posts_nothing_until_it_books_again() -> None:
    books = Books()
    store = Store()
    first = {"id": 900, "total": "-298.00"}
    second = {"id": 901, "total": "-100.00"}
    books.deliver(lamp_order(store, refunds=[first]))
    books.deliver(lamp_order(store, refunds=[first], status="cancelled", modified=LATER))
    both = [first, second]
    assert not books.deliver(lamp_order(store, refunds=both, status="on-hold", modified=LATEST))
    again = books.deliver(lamp_order(store, refunds=both, modified="2026-11-21T06:00:00"))
    assert kinds(again) == [("sales", "1000.00"), ("credit_note", "100.00")]
    assert again[0].date == date(2026, 11, 21)
    assert books.net == Decimal("900.00")


def test_a_cancelled_order_with_nothing_left_to_reverse_is_reversed_all_the_same() -> None:
    store, books = Store(), Books()
    refund = {"id": 900, "total": "-1298.00"}
    books.deliver(lamp_order(store, refunds=[refund]))
    books.deliver(lamp_order(store, refunds=[refund], status="cancelled", modified=LATER))
    assert not books.deliver(lamp_order(store, status="on-hold", modified=LATEST))
    assert (books.state, books.net) == ("reversed", Decimal(0))
    again = books.deliver(lamp_order(store, modified="2026-11-21T06:00:00"))
    assert kinds(again) == [("debit_note", "1298.00")]


def test_an_edit_up_is_a_debit_note_and_an_edit_down_a_credit_note() -> None:
    store, books = Store(), Books()
    books.deliver(store.order([store.line("Lamp", "1000", line_id=11)]))
    up = store.order([store.line("Lamp", "1500", line_id=11)], modified=LATER)
    down = store.order([store.line("Lamp", "1200", line_id=11)], modified=LATEST)
    assert kinds(books.deliver(up)) == [("debit_note", "590.00")]
    assert kinds(books.deliver(down)) == [("credit_note", "354.00")]


def test_tax_groups_that_move_apart_give_two_notes() -> None:
    store, books = Store(), Books()
    books.deliver(store.order([store.line("Lamp", "1000", line_id=11)]))
    swapped = store.order([store.line("Tea", "1000", "5", line_id=12)], modified=LATER)
    notes = books.deliver(swapped)
    assert kinds(notes) == [("debit_note", "1050.00"), ("credit_note", "1180.00")]
    assert all(part.taxable_value > 0 for note in notes for part in note.body.groups)


def test_an_edit_that_moves_no_amount_posts_nothing() -> None:
    store, books = Store(), Books()
    books.deliver(store.order([store.line("Lamp", "1000", line_id=11)]))
    found = books.plan(store.order([store.line("Chair", "1000", line_id=12)], modified=LATER))
    assert (found.documents, found.rule) == ((), "unchanged")


def test_another_place_of_supply_is_reversed_and_sold_again() -> None:
    store, books = Store(), Books()
    books.deliver(store.order([store.line("Lamp", "1000", line_id=11)]))
    moved = store.order(
        [store.line("Lamp", "1000", state="KA", line_id=11)], state="KA", modified=LATER
    )
    notes = books.deliver(moved)
    assert kinds(notes) == [("credit_note", "1180.00"), ("sales", "1180.00")]
    assert notes[0].reason == "05 Change in place of supply"
    assert [note.header.place_of_supply for note in notes] == ["27", "29"]
    assert notes[0].body.tax("CGST") == Decimal("90.00")
    assert notes[1].body.tax("IGST") == Decimal("180.00")


def test_a_deleted_refund_is_undone_by_a_debit_note() -> None:
    store, books = Store(), Books()
    books.deliver(lamp_order(store, refunds=[{"id": 900, "total": "-298.00"}]))
    [note] = books.deliver(lamp_order(store, modified=LATER))
    assert kinds([note]) == [("debit_note", "298.00")]
    assert note.source_key == "store/501/refund-undone/900"
    assert books.net == Decimal("1298.00")


@pytest.mark.parametrize(
    ("state", "tax", "value"), [("KA", "15.26", "84.75"), ("US", "0", "100.00")]
)
def test_a_refund_undone_after_a_move_is_taxed_at_the_present_place(
    state: str, tax: str, value: str
) -> None:
    store, books = Store(), Books()
    refund = {"id": 900, "total": "-100.00"}
    books.deliver(store.order([store.line("Lamp", "1000", line_id=11)], refunds=[refund]))
    line = store.line("Lamp", "1000", state=state, line_id=11)
    country = "US" if state == "US" else "IN"
    given: Json = {"state": state, "country": country}
    books.deliver(store.order([line], **given, refunds=[refund], modified=LATER))
    [note] = books.deliver(store.order([line], **given, modified=LATEST))
    assert kinds([note]) == [("debit_note", "100.00")]
    assert (note.body.tax("CGST"), note.body.tax("IGST")) == (Decimal(0), Decimal(tax))
    assert note.body.taxable_value == Decimal(value)


def test_a_bare_refund_is_spread_over_what_remains_by_value_with_tax() -> None:
    store, books = Store(), Books()
    lines = [store.line("Lamp", "1000", line_id=11), store.line("Tea", "1000", "5", line_id=12)]
    books.deliver(store.order(lines))
    refund = {"id": 900, "total": "-223.00"}  # a tenth of ₹2,230
    [note] = books.deliver(store.order(lines, refunds=[refund], modified=LATER))
    values = [(line.key, str(line.taxable_value)) for line in note.body.lines]
    assert values == [("line:11", "100.00"), ("line:12", "100.00")]
    assert Flag.ALLOCATED in note.flags


def test_the_refund_that_takes_the_rest_takes_all_of_it() -> None:
    store, books = Store(), Books()
    line = store.line("Mug", "846.61", line_id=11)
    refunds = [{"id": 900, "total": "-333.00"}]
    books.deliver(store.order([line], total="999.00", refunds=refunds))
    refunds.append({"id": 901, "total": "-666.00"})
    [last] = books.deliver(store.order([line], total="999.00", refunds=refunds, modified=LATER))
    first = books.documents[1]
    assert first.body.taxable_value + last.body.taxable_value == Decimal("846.61")
    assert books.net == 0


def test_a_refund_of_a_line_that_is_gone_counts_as_amount() -> None:
    store, books = Store(), Books()
    lines = [store.line("Lamp", "1000", line_id=11), store.line("Tea", "1000", "5", line_id=12)]
    books.deliver(store.order(lines))
    part = {"refunded_item_id": 99, "total": "-100.00", "total_tax": "-18.00"}
    refund = {"id": 900, "amount": "118.00", "line_items": [part]}
    [note] = books.deliver(store.order(lines, refunds=[refund], modified=LATER))
    assert len(note.body.lines) == 2
    assert Flag.ALLOCATED in note.flags


def test_a_refund_of_nothing_posts_nothing() -> None:
    store, books = Store(), Books()
    books.deliver(lamp_order(store))
    assert not books.deliver(lamp_order(store, refunds=[{"id": 900, "total": "-0.00"}]))


def test_more_given_back_than_stands_waits_with_the_sums() -> None:
    store, books = Store(), Books()
    books.deliver(lamp_order(store, refunds=[{"id": 900, "total": "-1000.00"}]))
    less = store.order(
        [store.line("Lamp", "500", line_id=11)],
        refunds=[{"id": 900, "total": "-1000.00"}],
        modified=LATER,
    )
    with pytest.raises(OrderWaitsError) as waits:
        books.deliver(less)
    assert waits.value.code is WaitsFor.BELOW_ZERO
    assert "₹" in waits.value.sentence
    assert books.net == Decimal("298.00")


def test_an_edit_whose_tax_does_not_fit_waits_and_says_what_is_left_over() -> None:
    """By a program: a line ₹50 dearer, its tax of 18 % as before; 9.00 of tax are missing."""
    store, books = Store(), Books()
    line = store.line("Lamp", "1000")
    books.deliver(store.order([line]))
    dearer = {**line, "total": "1050.00", "subtotal": "1050.00"}
    edited = store.order([dearer], total="1230.00", modified=LATER)
    with pytest.raises(OrderWaitsError) as waits:
        books.deliver(edited)
    assert waits.value.code is WaitsFor.DIFFERENCE
    assert "9.00 is left over" in waits.value.sentence


def test_a_free_order_is_posted_with_its_lines_and_no_entries() -> None:
    store, books = Store(), Books()
    [sale] = books.deliver(store.order([store.line("Sample", "0")]))
    assert sale.body.total == 0
    assert len(sale.body.lines) == 1
    assert entries_of(sale) == ()
    assert Flag.FREE_SUPPLY in sale.flags


def test_a_total_that_rounding_cannot_explain_waits_until_somebody_accepts_it() -> None:
    store, books = Store(), Books()
    order = store.order([store.line("Lamp", "1000")], total="1100.00")
    with pytest.raises(OrderWaitsError) as waits:
        books.deliver(order)
    assert waits.value.code is WaitsFor.DIFFERENCE
    [sale] = books.deliver(order, answers={WaitsFor.DIFFERENCE: {}})
    assert sale.body.total == Decimal("1100.00")
    assert sale.body.tax("CGST") == sale.body.tax("SGST") == Decimal("90.00")
    assert sale.body.round_off == Decimal("-80.00")
    assert Flag.TAX_AS_CHARGED in sale.flags


def test_a_store_that_rounds_to_the_rupee_may_say_so() -> None:
    store = Store()
    order = store.order([store.line("Lamp", "1000.40")], total="1181.00")
    with pytest.raises(OrderWaitsError):
        Books().deliver(order)
    [sale] = Books(rounds_to_rupee=True).deliver(order)
    assert sale.body.round_off == Decimal("0.52")


def test_a_store_without_decimals_rounds_by_the_rupee() -> None:
    store = Store(decimals=0)
    order = store.order([store.line("Pen", "51"), store.line("Ink", "33")])
    [sale] = Books().deliver(order)
    assert sale.body.total == Decimal("100.00")  # 51 + 5 + 5 and 33 + 3 + 3: rounded by the store
    assert sale.body.taxable_value == Decimal("84.00")


def test_an_unknown_state_waits_until_somebody_chooses_one() -> None:
    store, books = Store(), Books()
    order = store.order([store.line("Lamp", "1000")], state="Atlantis")
    order["line_items"] = [store.line("Lamp", "1000")]
    with pytest.raises(OrderWaitsError) as waits:
        books.deliver(order)
    assert waits.value.code is WaitsFor.PLACE_OF_SUPPLY
    assert "Atlantis" in waits.value.sentence
    [sale] = books.deliver(order, answers={WaitsFor.PLACE_OF_SUPPLY: {"state": "29"}})
    assert sale.header.place_of_supply == "29"
    assert sale.header.place_decided_by == "person"


def test_another_currency_waits_for_a_rate_and_keeps_the_original() -> None:
    store, books = Store(), Books()
    order = store.order(
        [store.line("Lamp", "100", state="CA")], state="CA", country="US", currency="USD"
    )
    with pytest.raises(OrderWaitsError) as waits:
        books.deliver(order)
    assert waits.value.code is WaitsFor.CURRENCY
    [sale] = books.deliver(order, answers={WaitsFor.CURRENCY: {"rate": "83.25"}})
    assert sale.body.total == Decimal("8325.00")
    assert sale.header.original_total == Decimal("100.00")
    assert sale.header.exchange_rate == Decimal("83.25")


def test_composition_splits_off_no_tax() -> None:
    store = Store()
    [sale] = Books(is_regular=False).deliver(store.order([store.line("Lamp", "1000")]))
    assert sale.body.taxable_value == Decimal("1180.00")
    assert sale.body.tax("CGST", "SGST", "IGST") == 0


def test_the_law_splits_the_tax_whatever_the_store_calls_it() -> None:
    store = Store()
    order = store.order([store.line("Lamp", "1000", state="KA")], state="MH")
    [sale] = Books().deliver(order)
    assert sale.body.tax("CGST") == sale.body.tax("SGST") == Decimal("90.00")
    assert Flag.TAX_KIND_DIFFERS in sale.flags


def test_a_gstin_decides_the_place_of_supply() -> None:
    store = Store()
    [sale] = Books().deliver(lamp_order(store, gstin="07LMNDP3456Q1ZJ"))
    assert sale.header.place_of_supply == "07"
    assert sale.header.place_decided_by == "gstin"


def test_a_credit_note_to_a_registered_buyer_is_flagged() -> None:
    store, books = Store(), Books()
    gstin = "27PQRDS5678K1ZY"
    refund = {"id": 900, "total": "-298.00"}
    books.deliver(lamp_order(store, gstin=gstin, refunds=[refund]))
    assert Flag.CREDIT_REVERSAL_UNCONFIRMED in books.documents[1].flags


def test_a_credit_note_after_30_november_of_the_next_year_reduces_no_tax() -> None:
    store, books = Store(), Books()
    books.deliver(lamp_order(store, created="2025-03-31T06:00:00"))
    in_time = {"id": 900, "total": "-298.00", "date_created_gmt": "2025-11-30T06:00:00"}
    late = {"id": 901, "total": "-500.00", "date_created_gmt": "2025-12-01T06:00:00"}
    given = {"created": "2025-03-31T06:00:00", "modified": LATER}
    first, second = books.deliver(lamp_order(store, refunds=[in_time, late], **given))
    assert first.body.tax("CGST") > 0
    assert second.body.tax("CGST", "SGST", "IGST") == 0
    assert second.body.taxable_value == second.body.total == Decimal("500.00")
    assert Flag.FINANCIAL_NOTE in second.flags
    assert {entry.account for entry in entries_of(second)} <= {
        "clearing:store", "returns:financial", "shipping",
    }  # fmt: skip


def test_a_note_that_a_locked_period_moves_past_that_day_reduces_no_tax_either() -> None:
    store, books = Store(), Books(locked_until=date(2025, 11, 30))
    books.deliver(lamp_order(store, created="2025-03-31T06:00:00"))
    in_time = {"id": 900, "total": "-298.00", "date_created_gmt": "2025-11-30T06:00:00"}
    given = {"created": "2025-03-31T06:00:00", "modified": LATER}
    [note] = books.deliver(lamp_order(store, refunds=[in_time], **given))
    assert note.date == date(2025, 11, 30)
    assert Flag.FINANCIAL_NOTE in note.flags


@pytest.mark.parametrize(
    ("paid", "completed", "day"),
    [
        ("2026-11-18T20:00:00", None, 19),  # 01:30 on the 19th in India
        (None, None, 18),
        ("2026-11-25T08:00:00", "2026-11-25T08:00:00", 18),  # COD: paid at completion
    ],
)
def test_a_sale_is_dated_by_payment_or_else_creation(
    paid: str | None, completed: str | None, day: int
) -> None:
    order = lamp_order(Store(), paid=paid)
    order["date_completed_gmt"] = completed
    [sale] = Books().deliver(order)
    assert sale.date == date(2026, 11, day)


def test_a_note_is_never_dated_before_its_sale() -> None:
    store, books = Store(), Books()
    early = {"id": 900, "total": "-298.00", "date_created_gmt": "2026-11-01T06:00:00"}
    books.deliver(lamp_order(store, refunds=[early]))
    assert [each.date for each in books.documents] == [date(2026, 11, 18)] * 2


def test_a_connection_can_keep_everything_as_drafts() -> None:
    found = Books(post_as="draft").plan(lamp_order(Store()))
    assert (found.state, found.documents) == ("draft", ())


def test_a_status_can_mean_something_else_here() -> None:
    actions = {**DEFAULT_ACTIONS, "awaiting-shipment": Action.POST}
    assert Books(actions=actions).deliver(lamp_order(Store(), status="awaiting-shipment"))


def test_a_negative_fee_spread_over_two_rates_becomes_a_line_per_rate() -> None:
    """As recorded from a store: −33.33 taxed −0.93 −0.93 at 9 % and −0.57 −0.57 at 2.5 %."""
    store = Store()
    fee = {
        **store.fee("Discount", "-33.33", "0"),
        "total_tax": "-3.00",
        "taxes": [
            {"id": 1801, "total": "-0.93"},
            {"id": 1802, "total": "-0.93"},
            {"id": 501, "total": "-0.57"},
            {"id": 502, "total": "-0.57"},
        ],
    }
    lines = [store.line("Lamp", "1000"), store.line("Tea", "1000", "5")]
    [sale] = Books().deliver(store.order(lines, fees=[fee]))
    parts = [line for line in sale.body.lines if line.description == "Discount"]
    assert sum(line.taxable_value for line in parts) == Decimal("-33.33")
    assert [str(line.taxable_value) for line in parts] == ["-10.39", "-22.94"]
    assert sorted(line.group.rate for line in parts) == [5, 18]


def test_a_rate_that_the_store_forgot_is_inferred_and_flagged() -> None:
    store = Store()
    order = store.order([store.line("Lamp", "1000")])
    order["tax_lines"] = []
    [sale] = Books().deliver(order)
    assert sale.body.tax("CGST") == Decimal("90.00")
    assert Flag.RATE_INFERRED in sale.flags


def test_a_tax_that_no_rate_explains_waits() -> None:
    store = Store()
    order = store.order([{**store.line("Lamp", "1000"), "total_tax": "77.00", "taxes": []}])
    with pytest.raises(OrderWaitsError) as waits:
        Books().deliver(order)
    assert waits.value.code is WaitsFor.RATE


def test_a_rate_that_a_person_gave_books_it_as_inferred() -> None:
    """77 on 1,000 fits no rate: at 5 % it is 50, and the 27 more are a difference to accept."""
    store = Store()
    order = store.order([{**store.line("Lamp", "1000"), "total_tax": "77.00", "taxes": []}])
    order["total"] = "1077.00"
    answers = {WaitsFor.RATE: {"rate": "5"}}
    with pytest.raises(OrderWaitsError) as waits:
        Books().deliver(order, answers=answers)
    assert waits.value.code is WaitsFor.DIFFERENCE
    [sale] = Books().deliver(order, answers={**answers, WaitsFor.DIFFERENCE: {}})
    assert sale.body.total == Decimal("1077.00")
    assert {line.group.rate for line in sale.body.lines} == {Decimal(5)}
    assert Flag.RATE_INFERRED in sale.flags


def test_a_refund_that_came_back_is_booked_again_once_a_person_says_so() -> None:
    store, books = Store(), Books()
    refund = {"id": 900, "total": "-298.00"}
    with_it = lamp_order(store, refunds=[refund], modified=LATEST)
    books.deliver(lamp_order(store, refunds=[refund]))
    books.deliver(lamp_order(store, modified=LATER))
    with pytest.raises(OrderWaitsError) as waits:
        books.deliver(with_it)
    assert waits.value.code is WaitsFor.REFUND_REAPPEARED
    answers = {WaitsFor.REFUND_REAPPEARED: {"900": "1"}}
    [again] = books.deliver(with_it, answers=answers)
    assert kinds([again]) == [("credit_note", "298.00")]
    assert again.source_key == "store/501/refund/900/2"
    [undone] = books.deliver(lamp_order(store, modified=LATEST), answers=answers)
    assert undone.source_key == "store/501/refund-undone/900/2"
    with pytest.raises(OrderWaitsError):
        books.deliver(with_it, answers=answers)


def test_a_tax_of_unknown_rate_is_given_back_in_proportion() -> None:
    """Abroad the tax is as charged: half of the money is half of the value and half of the tax."""
    store, books = Store(), Books(country="GB", state="", currency="INR")
    line = {**store.line("Mug", "100.00", "0"), "total_tax": "10.00"}
    books.deliver(store.order([line], country="GB"))
    refund = {"id": 900, "total": "-55.00"}
    [note] = books.deliver(store.order([line], country="GB", refunds=[refund], modified=LATER))
    assert note.body.taxable_value == Decimal("50.00")
    assert note.body.tax("Tax") == Decimal("5.00")
    assert note.body.round_off == 0
