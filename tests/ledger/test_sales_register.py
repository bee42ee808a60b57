"""The sales register by figures that were worked out by hand."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from ledger.core.documents import Flag, Header, Line, LineKind, VoucherType
from ledger.core.gst import Split, Taxability, TaxGroup, interstate_group, untaxed_group
from ledger.models import Company
from ledger.periods import Period
from ledger.reports.sales_register import sales_register
from ledger.reports.supplies import Part, Rate, Wanted
from ledger.reports.supply_sums import hsn_summary, totals
from tests.factories import LOCAL_18, a_company, a_line, a_note, a_sale, posted

pytestmark = pytest.mark.django_db

NOVEMBER = Period(date(2026, 11, 1), date(2026, 11, 30))
WHOLE = Wanted(period=NOVEMBER)
GSTIN = "29AAGCB7383J1Z4"
AT_18 = Rate("taxable", Decimal(18), is_taxed=True)
AT_5 = Rate("taxable", Decimal(5), is_taxed=True)
EXEMPT = Rate("exempt", Decimal(0), is_taxed=False)
KARNATAKA_5 = interstate_group(Decimal(5))


def a_shirt(value: str, hsn: str | None = "6109") -> Line:
    return replace(a_line(value), hsn=hsn)


@pytest.fixture
def books(company: Company) -> Company:
    """Two sources. East: 1,180.00 with shipping, 590.00 back. West: a business buys, and a book."""
    cloth = replace(a_line("400.00", KARNATAKA_5), hsn="6109")
    book = replace(a_line("100.00", untaxed_group(Taxability.EXEMPT), key="line:2"), hsn="4901")
    shipping = a_line("100.00", key="shipping:1", kind=LineKind.SHIPPING)
    business = Header(buyer_name="Asha Rao", buyer_gstin=GSTIN, place_of_supply="29")
    posted(
        company,
        a_sale(a_shirt("900.00"), shipping, key="east/1/sale/1", day=date(2026, 11, 3)),
        a_sale(cloth, book, key="west/1/sale/1", day=date(2026, 11, 5), header=business),
        a_note(
            a_shirt("500.00"),
            against="east/1/sale/1",
            key="east/1/refund/1",
            day=date(2026, 11, 7),
        ),
        a_sale(a_shirt("50.00"), key="east/2/sale/1", day=date(2026, 10, 31)),
    )
    posted(a_company(name="Other"), a_sale(a_shirt("7777.00"), day=date(2026, 11, 3)))
    return company


def test_each_voucher_shows_value_by_rate_and_tax_by_head(books: Company) -> None:
    rows = sales_register(books, WHOLE, size=10).rows
    assert [(row.voucher.number, dict(row.amounts.values)) for row in rows] == [
        ("INV/26-27/00001", {AT_18: Decimal("1000.00")}),
        ("INV/26-27/00002", {AT_5: Decimal("400.00"), EXEMPT: Decimal("100.00")}),
        ("CN/26-27/00001", {AT_18: Decimal("500.00")}),
    ]
    taxes = [(r.amounts.cgst, r.amounts.sgst, r.amounts.igst, r.amounts.total) for r in rows]
    assert taxes == [
        (Decimal(90), Decimal(90), Decimal(0), Decimal(1180)),
        (Decimal(0), Decimal(0), Decimal(20), Decimal(520)),
        (Decimal(45), Decimal(45), Decimal(0), Decimal(590)),
    ]


def test_a_credit_note_is_taken_off_the_sums(books: Company) -> None:
    found = totals(books, WHOLE)
    assert [(each.type, each.vouchers, each.amounts.total) for each in found.by_type] == [
        ("sales", 2, Decimal(1700)),
        ("credit_note", 1, Decimal(590)),
    ]
    assert dict(found.net.values) == {
        AT_18: Decimal(500),
        AT_5: Decimal(400),
        EXEMPT: Decimal(100),
    }
    assert (found.net.cgst, found.net.igst, found.net.total) == (
        Decimal(45),
        Decimal(20),
        Decimal(1110),
    )


def test_rates_stand_in_order_and_untaxed_values_last(books: Company) -> None:
    assert totals(books, WHOLE).rates == [AT_5, AT_18, EXEMPT]


@pytest.mark.parametrize(
    ("changes", "numbers", "total"),
    [
        ({"source": "east"}, ["INV/26-27/00001", "CN/26-27/00001"], 590),
        ({"source": "eas"}, [], 0),
        ({"types": ["credit_note"]}, ["CN/26-27/00001"], -590),
        ({"is_registered": True}, ["INV/26-27/00002"], 520),
        ({"is_registered": False, "types": ["sales"]}, ["INV/26-27/00001"], 1180),
        ({"period": Period(date(2026, 10, 1), date(2026, 10, 31))}, ["INV/26-27/00003"], 59),
    ],
)
def test_rows_and_sums_are_filtered_alike(
    books: Company, changes: dict[str, object], numbers: list[str], total: int
) -> None:
    wanted = replace(WHOLE, **changes)  # type: ignore[arg-type]
    rows = sales_register(books, wanted, size=10).rows
    assert [row.voucher.number for row in rows] == numbers
    assert totals(books, wanted).net.total == total


def test_hsn_are_summed_by_rate_with_shipping_after_them(books: Company) -> None:
    found = [(s.kind, s.hsn, s.rate, s.quantity, s.taxable_value, s.total) for s in
             hsn_summary(books, WHOLE)]  # fmt: skip
    assert found == [
        ("product", "4901", EXEMPT, Decimal(1), Decimal(100), Decimal(100)),
        ("product", "6109", AT_5, Decimal(1), Decimal(400), Decimal(420)),
        ("product", "6109", AT_18, Decimal(1), Decimal(400), Decimal(472)),
        ("shipping", "", AT_18, Decimal(1), Decimal(100), Decimal(118)),
    ]


def test_pieces_come_back_only_where_a_note_takes_them_back_at_their_price(
    company: Company,
) -> None:
    two = replace(a_shirt("900.00"), quantity=Decimal(2))
    one = replace(a_shirt("450.00"), quantity=Decimal(1))
    cheaper = replace(a_shirt("90.00"), quantity=Decimal(2))
    posted(
        company,
        a_sale(two, key="east/1/sale/1", day=date(2026, 11, 3)),
        a_note(one, against="east/1/sale/1", key="east/1/refund/1"),
        a_note(cheaper, against="east/1/sale/1", key="east/1/edit/1"),
    )
    (sums,) = hsn_summary(company, WHOLE)
    assert (sums.quantity, sums.taxable_value) == (Decimal(1), Decimal(360))


def test_a_part_shows_the_lines_that_match_and_nothing_else_of_their_vouchers(
    books: Company,
) -> None:
    cloth = replace(WHOLE, part=Part(hsn="6109"))
    rows = sales_register(books, cloth, size=10).rows
    assert [row.amounts.total for row in rows] == [Decimal(1062), Decimal(420), Decimal(590)]
    found = totals(books, cloth)
    assert [(each.type, each.vouchers, each.lines) for each in found.by_type] == [
        ("sales", None, 2),
        ("credit_note", None, 1),
    ]
    assert found.net.total == Decimal(892)
    exempt = replace(WHOLE, part=Part(rate=EXEMPT))
    assert [r.voucher.number for r in sales_register(books, exempt, size=9).rows] == [
        "INV/26-27/00002"
    ]
    without = replace(WHOLE, part=Part(hsn="", kind="shipping"))
    assert totals(books, without).net.total == Decimal(118)


def test_a_note_that_reduces_no_tax_stands_in_a_column_of_its_own(books: Company) -> None:
    late = replace(a_shirt("118.00"), group=TaxGroup(Taxability.TAXABLE, Decimal(18), Split.NONE))
    note = a_note(late, against="east/1/sale/1", key="east/1/refund/2", day=date(2026, 11, 9))
    posted(books, replace(note, flags=frozenset({Flag.FINANCIAL_NOTE})))
    financial = Rate("taxable", Decimal(18), is_taxed=False)
    assert totals(books, WHOLE).net.values[financial] == Decimal(-118)
    part = replace(WHOLE, part=Part(rate=financial))
    assert [r.voucher.number for r in sales_register(books, part, size=9).rows] == [
        "CN/26-27/00002"
    ]


def test_pages_go_on_where_they_ended(books: Company) -> None:
    first = sales_register(books, WHOLE, size=2)
    second = sales_register(books, WHOLE, after=first.next, size=2)
    assert [row.voucher.number for row in (*first.rows, *second.rows)] == [
        "INV/26-27/00001",
        "INV/26-27/00002",
        "CN/26-27/00001",
    ]
    assert second.next is None


def test_a_part_turns_pages_although_a_voucher_has_many_of_its_lines(company: Company) -> None:
    """Enough lines for a page are not enough vouchers: the page is short, and more come after."""
    lines = [replace(a_shirt("10.00"), key=f"line:{n}") for n in range(3)]
    for day in (3, 4, 5):
        key = f"east/{day}/sale/1"
        posted(company, a_sale(*lines, key=key, day=date(2026, 11, day)))
    cloth, days, after = replace(WHOLE, part=Part(hsn="6109")), [], None
    for _ in range(5):
        page = sales_register(company, cloth, after=after, size=2)
        days.append([row.voucher.date.day for row in page.rows])
        after = page.next
        if after is None:
            break
    assert [day for page_days in days for day in page_days] == [3, 4, 5]
    assert len(days) > 1


def test_journals_are_no_sales(books: Company) -> None:
    from ledger.models import Account
    from ledger.posting import AccountAmount, Journal, post_journal
    from tests.factories import NOW, a_user

    cash, capital = (Account.objects.get(company=books, code=code) for code in ("1120", "3110"))
    amount, nothing = Decimal(500), Decimal(0)
    sides = [AccountAmount(cash, amount, nothing), AccountAmount(capital, nothing, amount)]
    journal = Journal(VoucherType.JOURNAL, "hand/1", date(2026, 11, 4), "Capital", sides)
    post_journal(books, journal, posted_at=NOW, posted_by=a_user())
    assert len(sales_register(books, WHOLE, size=10).rows) == 3
    assert totals(books, WHOLE).net.total == Decimal(1110)


def test_one_sale_counts_once_however_many_lines_it_has(company: Company) -> None:
    lines = [replace(a_shirt("10.00"), key=f"line:{n}") for n in range(3)]
    posted(company, a_sale(*lines, key="east/1/sale/1", day=date(2026, 11, 3)))
    (sales,) = totals(company, WHOLE).by_type
    assert (sales.vouchers, sales.lines) == (1, 3)


def test_the_split_of_the_place_does_not_matter_for_the_rate(company: Company) -> None:
    both = [a_line("100.00", LOCAL_18), a_line("100.00", interstate_group(Decimal(18)))]
    for n, line in enumerate(both):
        posted(company, a_sale(line, key=f"east/{n}/sale/1", day=date(2026, 11, 3)))
    assert totals(company, WHOLE).net.values == {AT_18: Decimal(200)}
