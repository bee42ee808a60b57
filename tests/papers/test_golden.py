"""Whole documents, as a buyer reads them. Each file in `golden/` was checked against the rule.

`UPDATE_PAPERS=1` writes them anew; read the difference as an auditor would.
"""

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from ledger.core.documents import Flag
from ledger.core.gst import Split, Taxability, TaxGroup, interstate_group
from ledger.models import Voucher
from sync.booking import pipeline
from sync.orders.acceptance import accept
from tests.factories import NOW, a_line, a_note, a_sale, a_user, posted
from tests.orders import Json
from tests.papers.stage import BENGALURU, BUYER_GSTIN, PUNE, Shop, a_shop, living_at, text_of

pytestmark = pytest.mark.django_db

GOLDEN = Path(__file__).parent / "golden"
LATER = "2026-11-19T06:00:00"
Case = Callable[[], str]


def _shirts(shop: Shop, **facts: object) -> Json:
    """Two shirts and a book of another rate, with shipping."""
    place = {"state": facts.pop("line_state", facts.get("state", "MH"))}
    lines = [
        shop.store.line("Blue shirt", "1000.00", sku="SHIRT-B", quantity=2, line_id=1, **place),  # type: ignore[arg-type]
        shop.store.line("Cotton towel", "250.00", "5", sku="TOWEL", line_id=2, **place),  # type: ignore[arg-type]
    ]
    shipping = [shop.store.shipping("80.00", **place)]  # type: ignore[arg-type]
    return shop.store.order(lines, shipping=shipping, **facts)  # type: ignore[arg-type]


def _stocked(**facts: object) -> Shop:
    shop = a_shop(**facts)  # type: ignore[arg-type]
    shop.sells("SHIRT-B", "6109", unit="PCS")
    shop.sells("TOWEL", "6302", "5", unit="NOS")
    return shop


def tax_invoice_within_the_state() -> str:
    """Rule 46, to an unregistered buyer below ₹50,000: no address is asked for."""
    shop = _stocked()
    shop.book(_shirts(shop))
    return shop.text()


def tax_invoice_to_a_business_elsewhere() -> str:
    """IGST, the buyer's GSTIN and address."""
    shop = _stocked(shares_contact=True)
    order = living_at(_shirts(shop, state="KA", gstin=BUYER_GSTIN), BENGALURU)
    order["billing"]["company"] = "Nandi Homestays LLP"
    shop.book(order)
    return shop.text()


def tax_invoice_from_fifty_thousand_without_address() -> str:
    """Rule 46(e) asks for the address; the document says that it is not there, and why."""
    shop = _stocked()
    shop.book(shop.store.order([shop.store.line("Blue shirt", "60000.00", sku="SHIRT-B")]))
    return shop.text()


def tax_invoice_delivered_elsewhere() -> str:
    """Billed in Pune, delivered in Bengaluru: the parcel's state is the place of supply."""
    shop = _stocked(shares_contact=True)
    order = _shirts(shop, line_state="KA")
    shop.book(living_at(order, PUNE, shipping={**BENGALURU, "state": "KA", "country": "IN"}))
    return shop.text()


def tax_invoice_in_a_union_territory() -> str:
    """UTGST instead of SGST where there is no legislature."""
    shop = _stocked(state="04", gstin="04AAPFU0939F1Z3")
    shop.store.home = "CH"
    shop.book(_shirts(shop, state="CH"))
    return shop.text()


def tax_invoice_with_an_unmapped_sku() -> str:
    """No item, so neither HSN nor unit; a business buys, so both are asked for."""
    shop = _stocked()
    line = shop.store.line("Brass lamp", "500.00", sku="LAMP-9", state="KA")
    shop.book(shop.store.order([line], state="KA", gstin=BUYER_GSTIN))
    return shop.text()


def tax_invoice_of_a_large_company() -> str:
    """Above ₹5 crore: six digits of the HSN, and an e-invoice number that we do not have."""
    shop = _stocked(hsn_digits=6)
    shop.book(_shirts(shop, state="KA", gstin=BUYER_GSTIN))
    return shop.text()


def bill_of_supply_for_exempt_goods() -> str:
    """Rule 49."""
    shop = a_shop()
    shop.sells("BOOK", "4901", "", taxability="exempt")
    shop.book(shop.store.order([shop.store.line("Malabar recipes", "595.00", "0", sku="BOOK")]))
    return shop.text()


def bill_of_supply_under_composition() -> str:
    """The words of rule 5(1)(f) stand at its top; no tax is shown."""
    shop = _stocked(scheme="composition")
    shop.book(shop.store.order([shop.store.line("Blue shirt", "1180.00", "0", sku="SHIRT-B")]))
    return shop.text()


def invoice_cum_bill_of_supply() -> str:
    """Rule 46A: taxable and exempt goods to an unregistered buyer."""
    shop = _stocked()
    shop.sells("BOOK", "4901", "", taxability="exempt")
    lines = [
        shop.store.line("Blue shirt", "1000.00", sku="SHIRT-B"),
        shop.store.line("Malabar recipes", "595.00", "0", sku="BOOK"),
    ]
    shop.book(shop.store.order(lines))
    return shop.text()


def credit_note_for_a_refund() -> str:
    """Rule 53: the invoice it is against, the reason, value, rate and tax."""
    shop = _stocked()
    shop.book(_shirts(shop))
    refunds = [{"id": 9, "total": "-118.00"}]
    shop.book(_shirts(shop, modified=LATER, refunds=refunds))
    return shop.text("credit_note")


def debit_note_for_an_edit() -> str:
    """The order was raised after booking."""
    shop = _stocked()
    shop.book(shop.store.order([shop.store.line("Blue shirt", "500.00", sku="SHIRT-B", line_id=1)]))
    dearer = shop.store.line("Blue shirt", "800.00", sku="SHIRT-B", line_id=1)
    shop.book(shop.store.order([dearer], modified=LATER))
    return shop.text("debit_note")


def credit_note_against_a_bill_of_supply() -> str:
    """It names the bill, and has no tax to take back."""
    shop = _stocked(scheme="composition")
    line = shop.store.line("Blue shirt", "1180.00", "0", sku="SHIRT-B", line_id=1)
    shop.book(shop.store.order([line]))
    shop.book(shop.store.order([line], modified=LATER, refunds=[{"id": 9, "total": "-180.00"}]))
    return shop.text("credit_note")


def credit_note_that_came_too_late() -> str:
    """After 30 November of the next year it reduces no tax, and says so."""
    shop = _stocked()
    posted(shop.company, a_sale(key="a/1/sale/1"))
    late = replace(
        a_line("118.00"), group=TaxGroup(Taxability.TAXABLE, a_line().group.rate, Split.NONE)
    )
    note = a_note(late, against="a/1/sale/1", key="a/1/refund/1")
    posted(shop.company, replace(note, flags=frozenset({Flag.FINANCIAL_NOTE})))
    return shop.text("credit_note")


def export_under_a_letter_of_undertaking() -> str:
    """Without payment of tax, with the endorsement of rule 46 and the ARN."""
    shop = _stocked(has_lut=True, shares_contact=True)
    order = _shirts(shop, state="", country="SG")
    shop.book(living_at(order, {"address_1": "1 Orchard Road", "city": "Singapore",
                                "postcode": "238801"}))  # fmt: skip
    return shop.text()


def export_with_payment_of_tax() -> str:
    """IGST is paid and claimed back: the other endorsement."""
    shop = _stocked()
    line = a_line("1000.00", interstate_group(a_line().group.rate, Taxability.ZERO_RATED))
    header = replace(a_sale().header, place_of_supply="96", buyer_name="Daniel Tan")
    posted(shop.company, a_sale(line, header=header))
    return shop.text()


def export_without_anything() -> str:
    """No tax and no letter of undertaking: no endorsement is made up."""
    shop = _stocked(lut_number="", lut_year="")
    shop.book(_shirts(shop, state="", country="SG"))
    return shop.text()


def invoice_in_a_foreign_currency() -> str:
    """Booked in rupees at a rate that a person entered; the order's own amount stands on it."""
    shop = _stocked(has_lut=True)
    shop.book(_shirts(shop, state="", country="US", currency="USD"))
    accept(shop.connection, 501, "currency", {"rate": "83.25"}, a_user(), at=NOW)
    pipeline.drain(shop.connection.pk, patient=True)
    return shop.text()


def invoice_outside_india() -> str:
    """Another country's tax by its own name; no rule of GST applies."""
    shop = a_shop(
        name="Lamps Ltd", state="", gstin="", country="GB", currency="GBP",
        timezone="Europe/London", pin_code="N1 9GU", city="London", legal_name="",
    )  # fmt: skip
    order = shop.store.order(
        [shop.store.line("Brass lamp", "50.00", "20", state="KA", line_id=1)],
        state="", country="GB", currency="GBP",
    )  # fmt: skip
    for tax_line in order["tax_lines"]:
        tax_line["label"] = "VAT"
    shop.book(order)
    return shop.text()


def several_in_one() -> str:
    """Two documents in one PDF: each begins on a page of its own, with page 1."""
    shop = _stocked()
    shop.book(_shirts(shop, order_id=501), _shirts(shop, order_id=502))
    return text_of(shop.pdf(*Voucher.objects.filter(company=shop.company).order_by("id")))


CASES = (
    tax_invoice_within_the_state,
    tax_invoice_to_a_business_elsewhere,
    tax_invoice_from_fifty_thousand_without_address,
    tax_invoice_delivered_elsewhere,
    tax_invoice_in_a_union_territory,
    tax_invoice_with_an_unmapped_sku,
    tax_invoice_of_a_large_company,
    bill_of_supply_for_exempt_goods,
    bill_of_supply_under_composition,
    invoice_cum_bill_of_supply,
    credit_note_for_a_refund,
    debit_note_for_an_edit,
    credit_note_against_a_bill_of_supply,
    credit_note_that_came_too_late,
    export_under_a_letter_of_undertaking,
    export_with_payment_of_tax,
    export_without_anything,
    invoice_in_a_foreign_currency,
    invoice_outside_india,
    several_in_one,
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
def test_a_document_reads_as_it_should(case: Case) -> None:
    text = case()
    path = GOLDEN / f"{case.__name__}.txt"
    if os.environ.get("UPDATE_PAPERS"):
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


def test_every_golden_document_belongs_to_a_case() -> None:
    assert {path.stem for path in GOLDEN.glob("*.txt")} == {case.__name__ for case in CASES}
