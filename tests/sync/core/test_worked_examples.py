"""Every worked example of `docs/worked-examples.json` whose inputs the product takes, to the paisa.

The figures were computed by hand and with integers elsewhere; here they are only read.
"""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from ledger.core.documents import Document, Flag
from ledger.core.entries import entries_of
from ledger.core.gst import Taxability
from sync.core.books import OrderBooks, Posted, posted_as
from sync.core.parse import parse_order
from sync.core.plan import plan
from sync.core.situation import Situation
from sync.core.terms import ItemFacts, Terms
from tests.orders import Json, Store, paise
from tests.sync.core.shop import catalogue_of

DOCS = Path(__file__).parents[3] / "docs"
EXAMPLES = {each["id"]: each for each in json.loads((DOCS / "worked-examples.json").read_text())}

NOT_TAKEN = {
    "E17": "shares shipping over the rates of the goods; the product books it as charged",
    "E35": "an SEZ buyer is not visible in an order",
}
NOTES = ("E48", "E54", "E56")
ABROAD = ("E57", "E59")
SALES = [key for key in EXAMPLES if key not in (*NOT_TAKEN, *NOTES, *ABROAD)]

STATES = {"27": "MH", "29": "KA", "33": "TN", "07": "DL", "24": "GJ", "04": "CH"}
ITEM_FACTS = {
    "E20": (Taxability.EXEMPT, None),
    "E24": (Taxability.NIL_RATED, None),
    "E44": (Taxability.TAXABLE, "5"),
    "E45": (Taxability.TAXABLE, "18"),
}
FLAGS = {"E44": Flag.RATE_DIFFERS, "E45": Flag.TAX_NOT_CHARGED}
RETURNS = "Sales Returns"


def test_the_examples_left_out_are_listed_with_the_reason() -> None:
    text = (DOCS / "worked-examples.md").read_text()
    for key, reason in NOT_TAKEN.items():
        assert key in text
        assert reason in text
    assert set(EXAMPLES) == {*SALES, *NOTES, *ABROAD, *NOT_TAKEN}


@pytest.mark.parametrize("key", SALES)
def test_a_sale_comes_out_to_the_paisa(key: str) -> None:
    example = EXAMPLES[key]
    document = sale_of(example)
    assert_figures(document, example["expected"])
    if key in FLAGS:
        assert FLAGS[key] in document.flags


def test_one_of_three_mugs_comes_back() -> None:
    sale = order_of(EXAMPLES["E47"])
    line_id = sale["line_items"][0]["id"]
    refund = {
        "id": 900,
        "amount": "333.00",
        "date_created_gmt": "2026-11-18T08:00:00",
        "line_items": [
            {
                "id": 901,
                "refunded_item_id": line_id,
                "quantity": -1,
                "total": "-282.20",
                "total_tax": "-50.80",
            }
        ],
    }
    note = note_after(sale, {**sale, "refunds": [refund]}, EXAMPLES["E47"])
    assert_figures(note, EXAMPLES["E48"]["expected"])


def test_an_edit_adds_a_chair() -> None:
    store = Store()
    gstin = EXAMPLES["E25"]["input"]["buyer_gstin"]
    chairs = store.line("Chair", "9998")
    third = {**store.line("Chair", "14997"), "id": chairs["id"]}
    before = store.order([chairs], gstin=gstin)
    after = store.order([third], gstin=gstin, modified="2026-11-18T09:00:00")
    note = note_after(before, after, EXAMPLES["E25"])
    assert_figures(note, EXAMPLES["E54"]["expected"])


def test_a_note_keeps_the_rate_of_its_sale() -> None:
    before = Store().order([Store().line("Umbrella", "850", "12")], created="2025-09-20T06:00:00")
    refund = {"id": 900, "total": "-952.00", "date_created_gmt": "2025-11-05T06:00:00"}
    note = note_after(before, {**before, "refunds": [refund]}, EXAMPLES["E39"])
    assert_figures(note, EXAMPLES["E56"]["expected"])


@pytest.mark.parametrize("key", ABROAD)
def test_another_country_keeps_the_store_s_components(key: str) -> None:
    expected = EXAMPLES[key]["expected"]
    components = expected["components"]
    taxes = [{"id": i, "total": part["amount"]} for i, part in enumerate(components, 1)]
    tax = sum(Decimal(part["amount"]) for part in components)
    store = Store()
    line = {**store.line("Toy", expected["taxable"], "0"), "taxes": taxes, "total_tax": str(tax)}
    shipping = [store.shipping(expected["nontaxable"], "0")] if "nontaxable" in expected else []
    order = store.order([line], shipping=shipping, total=expected["invoice_value"], country="GB")
    order["tax_lines"] = [
        {"id": i, "rate_id": i, "label": part["name"], "rate_percent": part["rate"]}
        for i, part in enumerate(components, 1)
    ]
    document = planned(order, EXAMPLES["E01"], country="GB")[0]
    assert [
        (component.name, tax)
        for part in document.body.groups
        for component, tax in zip(part.group.components, part.taxes, strict=True)
    ] == [(part["name"], Decimal(part["amount"])) for part in components]
    assert document.body.total == Decimal(expected["invoice_value"])
    assert document.body.round_off == Decimal(expected["round_off"])


def order_of(example: Mapping[str, Any]) -> Json:
    """The example as an order of a store that charges what the example's buyer paid."""
    given, expected = example["input"], example["expected"]
    home = STATES[given["seller_state"]]
    state = "CA" if given["pos"] == "96" else STATES[given["pos"]]
    store = Store(home)
    is_untaxed = example["id"] == "E45" or given.get("seller_kind") or given.get("lut")
    lines, shipping, fees = [], [], []
    for line in expected["lines"]:
        rate = "0" if is_untaxed else line["rate"]
        total = line["basis_amount"] if example["id"] == "E45" else line["taxable"]
        if line["name"] == "Shipping":
            shipping.append(store.shipping(total, rate, state=state))
        elif line["name"] == "COD fee":
            fees.append(store.fee(line["name"], total, rate, state=state))
        else:
            sku = f"SKU-{line['name']}"
            lines.append(store.line(line["name"], total, rate, state=state, sku=sku))
    abroad = given["pos"] == "96"
    order = store.order(
        lines,
        shipping=shipping,
        fees=fees,
        state=state,
        country="US" if abroad else "IN",
        total=expected["invoice_value"],
        gstin=given.get("buyer_gstin"),
        created=f"{given.get('date', '2026-11-18')}T06:00:00",
    )
    if abroad and not is_untaxed:
        _charge_igst(order, expected)
    if example["id"] == "E29":
        order["billing"] |= {"state": "", "country": ""}
        order["shipping"] = {"state": "", "country": ""}
    return order


def _charge_igst(order: Json, expected: Mapping[str, Any]) -> None:
    """An export with payment of tax: the store has a rate for everywhere."""
    order["line_items"][0] |= {
        "total_tax": expected["igst"],
        "taxes": [{"id": 503, "total": expected["igst"]}],
    }
    order["tax_lines"] = [{"id": 1, "rate_id": 503, "label": "IGST", "rate_percent": "5"}]


def sale_of(example: Mapping[str, Any]) -> Document:
    return planned(order_of(example), example)[0]


def note_after(before: Json, after: Json, example: Mapping[str, Any]) -> Document:
    sale = planned(before, example)
    books = OrderBooks([posted_as(*_cause(each)) for each in _plan(before, example).documents])
    assert len(sale) == 1
    notes = planned(after, example, books=books)
    assert len(notes) == 1
    return notes[0]


def _cause(each: Any) -> tuple[Any, Document, int | None]:
    return each.cause, each.document, each.refund_id


def planned(order: Json, example: Mapping[str, Any], **given: Any) -> list[Document]:
    return [each.document for each in _plan(order, example, **given).documents]


def _plan(
    order: Json,
    example: Mapping[str, Any],
    *,
    books: OrderBooks | None = None,
    country: str = "IN",
) -> Any:
    given = example["input"]
    no_documents: list[Posted] = []
    situation = Situation(
        terms=Terms(
            connection="store",
            country=country,
            state=given["seller_state"] if country == "IN" else "",
            is_regular=given.get("seller_kind") != "composition",
            has_lut=bool(given.get("lut")),
            currency="INR",
            zone=ZoneInfo("Asia/Kolkata"),
            clearing_account="clearing:store",
            rounds_to_rupee=bool(given.get("round_rupee")),
        ),
        catalogue=catalogue_of(_items(example)),
        answers={},
        books=books or OrderBooks(no_documents),
        seen_at=datetime(2026, 11, 18, 7, 0, tzinfo=UTC),
        refunds_seen_at={},
    )
    return plan(parse_order(order), situation)


def _items(example: Mapping[str, Any]) -> dict[str, ItemFacts]:
    if example["id"] not in ITEM_FACTS:
        return {}
    taxability, rate = ITEM_FACTS[example["id"]]
    rates = ((date(2025, 9, 22), Decimal(rate)),) if rate else ()
    names = [line["name"] for line in example["input"]["lines"]]
    name = names[-1] if example["id"] == "E24" else names[0]
    return {f"SKU-{name}": ItemFacts(1, "", taxability, rates)}


def assert_figures(document: Document, expected: Mapping[str, Any]) -> None:
    """Totals, the tax of every line, and the journal, as the example has them."""
    body = document.body
    second = expected["second_tax_name"]
    assert document.header.place_of_supply == expected["pos"]
    assert body.taxable_value == Decimal(expected["taxable"])
    assert body.tax("CGST") == Decimal(expected["cgst"])
    assert body.tax(second) == Decimal(expected["sgst_or_utgst"])
    assert body.tax("IGST") == Decimal(expected["igst"])
    assert body.round_off == Decimal(expected["round_off"])
    assert body.total == Decimal(expected["invoice_value"])
    taxes = [(line.taxable_value, sum(line.taxes, Decimal(0))) for line in body.lines]
    assert taxes == [
        (Decimal(line["taxable"]), sum(Decimal(line[name]) for name in ("cgst", "sgst", "igst")))
        for line in expected["lines"]
    ]
    assert _journal_of(document) == _journal(expected["journal"])


def _journal(rows: list[Mapping[str, str]]) -> dict[str, Decimal]:
    """Signed credits by what the account is for; the money account goes by different names."""
    journal: dict[str, Decimal] = {}
    for row in rows:
        name = row["ledger"].replace("4E+1%", "40%")
        if name in ("Payment Gateway Clearing", "Cash", "COD Receivable - Courier"):
            name = "money"
        if name.startswith("Shipping"):
            name = "charges"
        sign = 1 if row["side"] == "Cr" else -1
        journal[name] = journal.get(name, Decimal(0)) + sign * Decimal(row["amount"])
    return journal


def _journal_of(document: Document) -> dict[str, Decimal]:
    journal: dict[str, Decimal] = {}
    for entry in entries_of(document):
        name = _name(entry.account)
        journal[name] = journal.get(name, Decimal(0)) + entry.credit - entry.debit
    return journal


def _name(account: str) -> str:
    kind, _, rest = account.partition(":")
    if kind in ("shipping", "fees"):
        return "charges"
    if kind in ("clearing", "round_off"):
        return {"clearing": "money", "round_off": "Round Off"}[kind]
    if kind == "output":
        return f"Output {rest}"
    book = RETURNS if kind == "returns" else "Sales"
    names = {
        "exempt": "Exempt",
        "nil_rated": "Nil",
        "zero_rated:unpaid": "Export (LUT)",
        "zero_rated:paid": "Export (with IGST)",
        "bill_of_supply": "Bill of Supply",
    }
    if rest in names:
        return f"{book} - {names[rest]}"
    rate, _, place = rest.partition(":")
    return f"{book} {rate}% - {place.title()}"


def test_the_test_store_rounds_like_a_till() -> None:
    assert paise(Decimal("0.005")) == Decimal("0.01")
    assert paise(Decimal("-0.005")) == Decimal("-0.01")
