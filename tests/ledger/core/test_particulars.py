"""What a document is called, and which particulars the rules ask for (rules 46, 46A, 49, 53)."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from ledger.core.documents import LineKind, VoucherType
from ledger.core.gst import Taxability
from ledger.core.particulars import Cause, Facts, Gap, LineFacts, Particular, gaps_of, title_of

SHIRT = LineFacts(
    position=1,
    kind=LineKind.PRODUCT,
    taxability=Taxability.TAXABLE,
    has_tax=True,
    hsn="6109",
    unit="PCS",
    is_mapped=True,
)
BOOK = replace(SHIRT, position=2, taxability=Taxability.EXEMPT, has_tax=False, hsn="4901")
SHIPPING = LineFacts(
    position=3, kind=LineKind.SHIPPING, taxability=Taxability.TAXABLE, has_tax=True
)
COMPLETE = Facts(type=VoucherType.SALES, taxable_value=Decimal("1000.00"), lines=(SHIRT, SHIPPING))
NOTE = replace(COMPLETE, type=VoucherType.CREDIT_NOTE)
BILL = replace(COMPLETE, is_bill_of_supply=True)
EXPORT = replace(
    COMPLETE,
    is_export=True,
    lines=(replace(SHIRT, taxability=Taxability.ZERO_RATED, has_tax=False),),
    has_lut=True,
    has_lut_number=True,
)


@pytest.mark.parametrize(
    ("facts", "title"),
    [
        (COMPLETE, "Tax invoice"),
        (BILL, "Bill of supply"),
        (replace(COMPLETE, lines=(SHIRT, BOOK)), "Invoice-cum-bill of supply"),
        (replace(COMPLETE, lines=(SHIRT, BOOK), buyer_is_registered=True), "Tax invoice"),
        (replace(COMPLETE, lines=(SHIRT, replace(SHIPPING, has_tax=False))), "Tax invoice"),
        (NOTE, "Credit note"),
        (replace(BILL, type=VoucherType.CREDIT_NOTE), "Credit note"),
        (replace(COMPLETE, type=VoucherType.DEBIT_NOTE), "Debit note"),
        (EXPORT, "Tax invoice"),
        (replace(COMPLETE, in_india=False), "Invoice"),
    ],
)
def test_a_document_is_called_by_what_it_is(facts: Facts, title: str) -> None:
    assert title_of(facts) == title


@pytest.mark.parametrize("facts", [COMPLETE, NOTE, BILL, EXPORT])
def test_a_complete_document_lacks_nothing(facts: Facts) -> None:
    assert gaps_of(facts) == ()


def test_outside_india_no_rule_asks_for_anything() -> None:
    bare = replace(COMPLETE, in_india=False, supplier_has_address=False, has_buyer_address=False)
    assert gaps_of(bare) == ()


@pytest.mark.parametrize(
    ("facts", "rule"), [(COMPLETE, "46(a)"), (BILL, "49(a)"), (NOTE, "53(1A)(a)")]
)
def test_every_document_names_its_supplier(facts: Facts, rule: str) -> None:
    bare = replace(facts, supplier_has_address=False, supplier_has_gstin=False)
    assert gaps_of(bare) == (
        Gap(Particular.SUPPLIER_ADDRESS, rule, Cause.NOT_SET),
        Gap(Particular.SUPPLIER_GSTIN, rule, Cause.NOT_SET),
    )
    unregistered = replace(bare, supplier_is_registered=False, supplier_has_address=True)
    assert gaps_of(unregistered) == ()


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"taxable_value": Decimal("49999.99")}, None),
        ({"taxable_value": Decimal("50000.00")}, "46(e)"),
        ({"buyer_is_registered": True}, "46(d)"),
        ({"buyer_is_registered": True, "is_bill_of_supply": True}, "49(d)"),
        ({"is_bill_of_supply": True, "taxable_value": Decimal("50000.00")}, None),
        ({"type": VoucherType.CREDIT_NOTE}, "53(1A)(f)"),
        ({"type": VoucherType.DEBIT_NOTE, "buyer_is_registered": True}, "53(1A)(e)"),
        ({"is_export": True}, "46, on exports"),
    ],
)
def test_who_must_be_named_with_an_address(changes: dict[str, Any], rule: str | None) -> None:
    facts = replace(COMPLETE, has_buyer_address=False, no_address=Cause.NOT_SHARED, **changes)
    expected = (Gap(Particular.RECIPIENT_ADDRESS, rule, Cause.NOT_SHARED),) if rule else ()
    assert gaps_of(facts) == expected


def test_where_a_buyer_must_be_named_a_missing_name_is_a_gap() -> None:
    facts = replace(COMPLETE, taxable_value=Decimal(60000), has_buyer_name=False)
    assert gaps_of(facts) == (Gap(Particular.RECIPIENT_NAME, "46(e)", Cause.NOT_SENT),)
    assert gaps_of(replace(COMPLETE, has_buyer_name=False)) == ()


@pytest.mark.parametrize(
    ("digits", "hsn", "is_registered", "cause"),
    [
        (4, "6109", True, None),
        (4, "61", True, Cause.TOO_SHORT),
        (4, "", False, None),
        (4, "", True, Cause.ITEM_HAS_NONE),
        (6, "6109", False, Cause.TOO_SHORT),
        (6, "610910", False, None),
        (6, "", False, Cause.ITEM_HAS_NONE),
    ],
)
def test_the_turnover_decides_how_long_an_hsn_is(
    digits: int, hsn: str, is_registered: bool, cause: Cause | None
) -> None:
    facts = replace(
        COMPLETE,
        hsn_digits=digits,
        buyer_is_registered=is_registered,
        lines=(replace(SHIRT, hsn=hsn), SHIPPING),
    )
    gaps = [gap for gap in gaps_of(facts) if gap.particular is Particular.HSN]
    assert gaps == ([Gap(Particular.HSN, "46(g)", cause, (1,))] if cause else [])


def test_lines_are_named_by_why_they_lack_something() -> None:
    unmapped = replace(SHIRT, position=2, hsn="", unit=None, is_mapped=False)
    bare = replace(SHIRT, position=4, hsn="", unit=None)
    facts = replace(COMPLETE, buyer_is_registered=True, lines=(SHIRT, unmapped, SHIPPING, bare))
    assert gaps_of(facts) == (
        Gap(Particular.HSN, "46(g)", Cause.UNMAPPED, (2,)),
        Gap(Particular.HSN, "46(g)", Cause.ITEM_HAS_NONE, (4,)),
        Gap(Particular.UNIT, "46(i)", Cause.UNMAPPED, (2,)),
        Gap(Particular.UNIT, "46(i)", Cause.ITEM_HAS_NONE, (4,)),
    )


def test_services_are_not_counted_and_bills_and_notes_ask_for_no_unit() -> None:
    bare = replace(SHIRT, unit=None)
    assert gaps_of(replace(COMPLETE, lines=(replace(bare, is_service=True),))) == ()
    assert gaps_of(replace(BILL, lines=(bare,))) == ()
    assert gaps_of(replace(NOTE, lines=(replace(bare, hsn=""),))) == ()


def test_an_export_names_its_country_and_its_letter_of_undertaking() -> None:
    lost = replace(EXPORT, has_country=False)
    assert gaps_of(lost) == (Gap(Particular.COUNTRY, "46, on exports", Cause.NOT_SENT),)
    for missing in ({"has_lut": False}, {"has_lut_number": False}):
        gaps = gaps_of(replace(EXPORT, **missing))  # type: ignore[arg-type]
        assert gaps == (Gap(Particular.LUT, "46, on exports", Cause.NOT_SET),)
    with_tax = replace(EXPORT, lines=(SHIRT,), has_lut=False)
    assert gaps_of(with_tax) == ()


def test_who_issues_e_invoices_is_told_that_this_is_none() -> None:
    large = replace(COMPLETE, hsn_digits=6, lines=(replace(SHIRT, hsn="610910"),))
    irn = Gap(Particular.IRN, "46(r) and 48(4)", Cause.NOT_MADE_HERE)
    assert gaps_of(large) == ()
    assert gaps_of(replace(large, buyer_is_registered=True)) == (irn,)
    assert gaps_of(replace(large, buyer_is_registered=True, type=VoucherType.DEBIT_NOTE)) == (irn,)
    assert gaps_of(replace(large, buyer_is_registered=True, is_bill_of_supply=True)) == ()
