"""Posting: what becomes of a document."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from ledger.core.documents import Flag, Header, LineKind
from ledger.core.gst import (
    TaxComponent,
    foreign_group,
    interstate_group,
    local_group,
)
from ledger.models import Company, Party, Series, Voucher
from ledger.posting import (
    NotInTransactionError,
    UnknownSaleError,
    post,
)
from tests.factories import (
    NOW,
    TODAY,
    a_company,
    a_line,
    a_note,
    a_sale,
    entries_in_books,
    posted,
)

pytestmark = pytest.mark.django_db

MEERAS_GSTIN = "29AAGCB7383J1Z4"


def test_a_sale_is_posted_with_all_its_parts(company: Company) -> None:
    (result,) = posted(company, a_sale(total="1180.01"))
    voucher = Voucher.objects.get(pk=result.id)
    assert (voucher.number, voucher.financial_year, voucher.date) == (
        "INV/26-27/00001",
        "26-27",
        TODAY,
    )
    assert (voucher.taxable_value, voucher.cgst, voucher.sgst) == (
        Decimal(1000),
        Decimal(90),
        Decimal(90),
    )
    assert (voucher.round_off, voucher.total) == (Decimal("0.01"), Decimal("1180.01"))
    assert (voucher.posted_at, voucher.original_date, voucher.flags) == (NOW, None, [])
    line = voucher.lines.get()
    assert (line.source_line, line.tax_names) == ("line:1", ["CGST", "SGST"])
    assert line.taxes == [Decimal(90), Decimal(90)]
    assert [(tax.name, tax.amount) for tax in voucher.taxes.order_by("id")] == [
        ("CGST", Decimal(90)),
        ("SGST", Decimal(90)),
    ]
    assert entries_in_books(voucher.pk) == {
        "store Clearing": ("1180.01", "0.00"),
        "Sales 18% - Local": ("0.00", "1000.00"),
        "Output CGST": ("0.00", "90.00"),
        "Output SGST": ("0.00", "90.00"),
        "Round Off": ("0.00", "0.01"),
    }


def test_a_credit_note_turns_the_sale_around(company: Company) -> None:
    sale, note = posted(company, a_sale(), a_note())
    assert Voucher.objects.get(pk=note.id).against_id == sale.id
    assert entries_in_books(note.id) == {
        "store Clearing": ("0.00", "1180.00"),
        "Sales Returns 18% - Local": ("1000.00", "0.00"),
        "Output CGST": ("90.00", "0.00"),
        "Output SGST": ("90.00", "0.00"),
    }


def test_a_batch_is_numbered_in_the_order_given(company: Company) -> None:
    batch = [a_sale(key="a"), a_note(key="b", against="a"), a_sale(key="c"), a_sale(key="d")]
    results = posted(company, *batch)
    assert [result.source_key for result in results] == ["a", "b", "c", "d"]
    assert [result.number for result in results] == [
        "INV/26-27/00001",
        "CN/26-27/00001",
        "INV/26-27/00002",
        "INV/26-27/00003",
    ]
    assert [r.id for r in results] == sorted(r.id for r in results)


def test_numbers_go_on_where_they_stood(company: Company) -> None:
    posted(company, a_sale(key="a"))
    (result,) = posted(company, a_sale(key="b"))
    assert result.number == "INV/26-27/00002"


def test_a_new_financial_year_starts_a_series_with_the_same_prefix(company: Company) -> None:
    Series.objects.filter(company=company, type="sales").update(prefix="ASH")
    results = posted(
        company,
        a_sale(key="a", day=date(2027, 3, 31)),
        a_sale(key="b", day=date(2027, 4, 1)),
        a_sale(key="c", day=date(2027, 4, 2)),
    )
    assert [result.number for result in results] == [
        "ASH/26-27/00001",
        "ASH/27-28/00001",
        "ASH/27-28/00002",
    ]


def test_companies_number_apart(company: Company) -> None:
    posted(company, a_sale())
    (result,) = posted(a_company(name="Other"), a_sale())
    assert result.number == "INV/26-27/00001"


def test_the_same_document_is_never_posted_twice(company: Company) -> None:
    posted(company, a_sale())
    with pytest.raises(IntegrityError, match="voucher_source_key_once_per_company"):
        posted(company, a_sale())
    assert Series.objects.get(company=company, type="sales").next_ordinal == 2


def test_a_note_needs_its_sale(company: Company) -> None:
    with pytest.raises(UnknownSaleError, match="store/1/sale/1"):
        posted(company, a_note())


def test_a_note_is_never_dated_before_its_sale(company: Company) -> None:
    posted(company, a_sale())
    (result,) = posted(company, a_note(day=date(2026, 11, 3)))
    note = Voucher.objects.get(pk=result.id)
    assert (note.date, note.original_date) == (TODAY, date(2026, 11, 3))
    assert note.flags == []


@pytest.mark.django_db(transaction=True)
def test_posting_joins_a_transaction() -> None:
    company = a_company()
    with pytest.raises(NotInTransactionError):
        post(company, [a_sale()], posted_at=NOW)


def test_nothing_to_post_is_no_matter(company: Company) -> None:
    assert posted(company) == []


def test_a_registered_buyer_is_a_party_of_his_own(company: Company) -> None:
    header = Header("Meera Nair", MEERAS_GSTIN, "Nair Foods", "29", "gstin")
    results = posted(
        company, a_sale(key="a", header=header), a_sale(key="b", header=header), a_sale(key="c")
    )
    parties = [Voucher.objects.get(pk=result.id).party for result in results]
    assert [party and party.name for party in parties] == [
        "Nair Foods",
        "Nair Foods",
        "Store customers",
    ]
    assert Party.objects.get(company=company, gstin=MEERAS_GSTIN).state == "29"


def test_text_arrives_as_it_was(company: Company) -> None:
    strange = 'Tab\there, back\\slash, "quote", {brace}, new\nline, \\N and ₹'
    header = Header(buyer_name=strange, place_of_supply="27")
    (result,) = posted(company, a_sale(header=header))
    assert Voucher.objects.get(pk=result.id).buyer_name == strange


def test_a_foreign_taxs_name_arrives_as_it_was(company: Company) -> None:
    name = 'State "Tax", \\ {NY}'
    group = foreign_group((TaxComponent(name, Decimal("8.875")),))
    (result,) = posted(company, a_sale(a_line("100.00", group)))
    voucher = Voucher.objects.get(pk=result.id)
    assert voucher.lines.get().tax_names == [name]
    assert (voucher.other_tax, voucher.taxes.get().is_as_charged) == (Decimal("8.88"), True)


def test_utgst_stands_in_the_column_of_sgst(db: None) -> None:
    company = a_company(state="04")
    (result,) = posted(company, a_sale(a_line("100.00", local_group(Decimal(18), "04"))))
    voucher = Voucher.objects.get(pk=result.id)
    assert voucher.cgst == voucher.sgst == Decimal(9)
    assert "Output UTGST" in entries_in_books(voucher.pk)


def test_shipping_and_fees_have_their_own_income_accounts(company: Company) -> None:
    group = interstate_group(Decimal(18))
    (result,) = posted(
        company,
        a_sale(
            a_line("100.00", group),
            a_line("50.00", group, kind=LineKind.SHIPPING, key="shipping:1"),
            a_line("-10.00", group, kind=LineKind.FEE, key="fee:1"),
        ),
    )
    entries = entries_in_books(result.id)
    assert entries["Sales 18% - Interstate"] == ("0.00", "100.00")
    assert entries["Shipping & COD Charges Collected"] == ("0.00", "50.00")
    assert entries["Fees Collected"] == ("10.00", "0.00")


def test_a_free_supply_stands_without_entries(company: Company) -> None:
    (result,) = posted(company, a_sale(a_line("0.00")))
    voucher = Voucher.objects.get(pk=result.id)
    assert (voucher.lines.count(), voucher.entries.count()) == (1, 0)


def test_another_currency_is_kept_beside_the_companys(company: Company) -> None:
    header = Header(currency="USD", exchange_rate=Decimal("84.5"), original_total=Decimal("13.96"))
    (result,) = posted(company, a_sale(header=header))
    voucher = Voucher.objects.get(pk=result.id)
    assert (voucher.currency, voucher.original_currency) == ("INR", "USD")
    assert (voucher.exchange_rate, voucher.original_total) == (Decimal("84.5"), Decimal("13.96"))


def test_tax_as_charged_need_not_be_value_times_rate(company: Company) -> None:
    sale = a_sale()
    (part,) = sale.body.groups
    odd = replace(part, taxes=(Decimal("89.99"), Decimal("89.99")))
    body = replace(sale.body, groups=(odd,), round_off=Decimal("0.02"))
    as_charged = replace(sale, body=body, flags=frozenset({Flag.TAX_AS_CHARGED, Flag.ALLOCATED}))
    (result,) = posted(company, as_charged)
    voucher = Voucher.objects.get(pk=result.id)
    assert all(tax.is_as_charged for tax in voucher.taxes.all())
    assert voucher.flags == ["allocated", "tax_as_charged"]


# How much work it is ------------------------------------------------------------------------


def test_posting_more_documents_takes_no_more_statements(company: Company) -> None:
    posted(company, a_sale(key="warm up"))
    counts = []
    for size in (1, 50):
        with CaptureQueriesContext(connection) as queries:
            posted(company, *[a_sale(key=f"{size}/{i}") for i in range(size)])
        counts.append(len(queries))
    assert counts[0] == counts[1]
