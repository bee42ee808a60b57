"""Every rule that the database itself keeps, broken on purpose."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import Error, IntegrityError, connections, transaction
from django.db.models import Max

from ledger.core.numbering import voucher_number
from ledger.models import (
    Account,
    BooksLock,
    Company,
    Entry,
    Party,
    Series,
    Voucher,
    VoucherLine,
    VoucherTax,
)
from ledger.posted_tables import POSTED_TABLES
from tests.factories import NOW, TODAY, a_company, a_copy, a_note, a_sale, posted

pytestmark = pytest.mark.django_db

POSTED_MODELS = (Voucher, VoucherLine, VoucherTax, Entry)


def check_as_at_commit(alias: str = "default") -> None:
    """Run the deferred rules now: a rolled-back test never commits."""
    with connections[alias].cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


@pytest.fixture
def sale(company: Company) -> Voucher:
    """A posted sale of 1180 rupees."""
    (result,) = posted(company, a_sale())
    check_as_at_commit()
    return Voucher.objects.get(pk=result.id)


# Nothing posted changes -------------------------------------------------------------------------


@pytest.mark.parametrize("model", POSTED_MODELS)
def test_posted_rows_are_never_deleted_by_the_orm(sale: Voucher, model: type[Any]) -> None:
    with pytest.raises(Error), transaction.atomic():
        model.objects.filter(company=sale.company)._raw_delete("default")


def test_a_posted_voucher_is_never_saved_again(sale: Voucher) -> None:
    sale.reference = "2"
    with pytest.raises(Error), transaction.atomic():
        sale.save()


@pytest.mark.parametrize("table", POSTED_TABLES)
@pytest.mark.parametrize(
    "statement",
    ["UPDATE {} SET company_id = company_id", "DELETE FROM {}", "TRUNCATE {} CASCADE"],
)
def test_the_app_may_only_add_posted_rows(sale: Voucher, table: str, statement: str) -> None:
    with (
        pytest.raises(Error, match=r"permission denied|posted vouchers are never changed"),
        transaction.atomic(),
        connections["default"].cursor() as cursor,
    ):
        cursor.execute(statement.format(table))


# Every voucher adds up --------------------------------------------------------------------------


@pytest.fixture
def next_voucher(sale: Voucher) -> Callable[..., Voucher]:
    """Insert a second voucher like the sale by the ORM, with the next number of its series."""

    def insert(**changes: Any) -> Voucher:
        series = Series.objects.get(company=sale.company, type=changes.get("type", "sales"))
        number = voucher_number(series.prefix, series.financial_year, series.next_ordinal)
        series.next_ordinal += 1
        series.save()
        voucher: Voucher = a_copy(
            Voucher.objects.get(pk=sale.pk),
            **({"number": number, "source_key": "store/2/sale/1"} | changes),
        )
        voucher.save(force_insert=True)
        return voucher

    return insert


def add_parts(voucher: Voucher, like: Voucher, **changes: Decimal) -> None:
    """Give a voucher the lines, taxes and entries of another; `changes` alters its first entry."""
    for row in (*like.lines.all(), *like.taxes.all()):
        a_copy(row, voucher=voucher).save(force_insert=True)
    for position, entry in enumerate(like.entries.order_by("position")):
        altered = changes if not position else {}
        a_copy(entry, voucher=voucher, **altered).save(force_insert=True)


def test_a_voucher_whose_parts_agree_can_be_committed(
    sale: Voucher, next_voucher: Callable[..., Voucher]
) -> None:
    add_parts(next_voucher(), sale)
    check_as_at_commit()


def test_an_unbalanced_voucher_cannot_be_committed(
    sale: Voucher, next_voucher: Callable[..., Voucher]
) -> None:
    add_parts(next_voucher(), sale, debit=Decimal("1180.01"))
    with pytest.raises(IntegrityError, match="does not balance"):
        check_as_at_commit()


def test_a_voucher_without_entries_cannot_be_committed(
    next_voucher: Callable[..., Voucher],
) -> None:
    next_voucher()
    with pytest.raises(IntegrityError, match="has no entries"):
        check_as_at_commit()


def test_a_voucher_is_the_sum_of_its_lines(
    sale: Voucher, next_voucher: Callable[..., Voucher]
) -> None:
    voucher = next_voucher()
    add_parts(voucher, sale)
    a_copy(sale.lines.get(), voucher=voucher, position=2).save(force_insert=True)
    with pytest.raises(IntegrityError, match="is not the sum of its lines"):
        check_as_at_commit()


def test_a_voucher_is_the_sum_of_its_taxes(
    sale: Voucher, next_voucher: Callable[..., Voucher]
) -> None:
    voucher = next_voucher()
    add_parts(voucher, sale)
    a_copy(sale.taxes.get(name="CGST"), voucher=voucher, name="IGST").save(force_insert=True)
    with pytest.raises(IntegrityError, match="is not the sum of its lines"):
        check_as_at_commit()


def test_a_journal_is_of_what_it_debits(
    sale: Voucher, next_voucher: Callable[..., Voucher]
) -> None:
    voucher = next_voucher(type="journal", total=Decimal(5))
    add_parts(voucher, sale)
    with pytest.raises(IntegrityError, match="but debits"):
        check_as_at_commit()


def test_no_voucher_pretends_to_be_of_another_transaction(sale: Voucher) -> None:
    """Else somebody could leave a door open for rows that come later."""
    Series.objects.filter(company=sale.company, type="sales").update(next_ordinal=3)
    columns = [field.attname for field in Voucher._meta.concrete_fields if field.attname != "id"]
    altered = {"number": "'INV/26-27/00002'", "source_key": "'store/2/sale/1'"}
    with connections["default"].cursor() as cursor:
        cursor.execute(
            f"INSERT INTO ledger_voucher ({', '.join(columns)}, posted_xid)"
            f" SELECT {', '.join(altered.get(column, column) for column in columns)}, '999999999'"
            " FROM ledger_voucher WHERE id = %s",
            [sale.pk],
        )
    with pytest.raises(IntegrityError, match="posted by another transaction"):
        check_as_at_commit()


@pytest.mark.parametrize(("debit", "credit"), [("1", "1"), ("0", "0"), ("-1", "0"), ("0", "-1")])
def test_an_entry_is_a_debit_or_a_credit(
    sale: Voucher, next_voucher: Callable[..., Voucher], debit: str, credit: str
) -> None:
    voucher = next_voucher()
    entry = a_copy(sale.entries.first(), voucher=voucher)
    entry.debit, entry.credit = Decimal(debit), Decimal(credit)
    with pytest.raises(IntegrityError, match="entry_is_debit_or_credit"):
        entry.save(force_insert=True)


def test_a_tax_is_value_times_rate(sale: Voucher, next_voucher: Callable[..., Voucher]) -> None:
    tax = a_copy(sale.taxes.first(), voucher=next_voucher(), amount=Decimal("90.01"))
    with pytest.raises(IntegrityError, match="voucher_tax_is_value_times_rate"):
        tax.save(force_insert=True)


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"cgst": Decimal(1)}, "voucher_cgst_equals_sgst"),
        ({"round_off": Decimal(1)}, "voucher_total_is_the_sum_of_its_parts"),
        ({"total": Decimal(-1), "round_off": Decimal(-1181)}, "voucher_total_is_not_negative"),
        ({"number": "inv 1"}, "voucher_number_fits_an_invoice"),
        ({"source_key": "store/1/sale/1"}, "voucher_source_key_once_per_company"),
        ({"number": "INV/26-27/00001"}, "voucher_number_once_per_year"),
    ],
)
def test_a_voucher_that_breaks_a_rule_is_refused(
    next_voucher: Callable[..., Voucher], changes: dict[str, Any], rule: str
) -> None:
    with pytest.raises(IntegrityError, match=rule):
        next_voucher(**changes)


# Numbers ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "number", ["INV/26-27/00003", "INV/25-26/00002", "CN/26-27/00002", "INV/26-27/000002"]
)
def test_a_number_comes_from_its_series(next_voucher: Callable[..., Voucher], number: str) -> None:
    with pytest.raises(IntegrityError, match="was not taken from its series"):
        next_voucher(number=number)


def test_a_number_that_was_taken_has_a_voucher(sale: Voucher) -> None:
    Series.objects.filter(company=sale.company, type="sales").update(next_ordinal=3)
    with pytest.raises(IntegrityError, match="INV/26-27/00002 was taken"):
        check_as_at_commit()


def test_another_companys_voucher_does_not_fill_a_gap(sale: Voucher) -> None:
    other = a_company(name="Other")
    assert other.pk > sale.company_id
    posted(other, a_sale())
    posted(other, a_note())
    Series.objects.filter(company=sale.company, type="credit_note").update(next_ordinal=2)
    with pytest.raises(IntegrityError, match="CN/26-27/00001 was taken"):
        check_as_at_commit()


@pytest.mark.parametrize("changes", [{"next_ordinal": 1}, {"prefix": "X"}, {"type": "payment"}])
def test_a_series_that_gave_numbers_never_goes_back(sale: Voucher, changes: dict[str, Any]) -> None:
    series = Series.objects.filter(company=sale.company, type="sales")
    with pytest.raises(IntegrityError, match="series INV/26-27"):
        series.update(**changes)


def test_a_series_that_gave_numbers_is_never_deleted(sale: Voucher) -> None:
    with pytest.raises(IntegrityError, match="has given out numbers"):
        Series.objects.filter(company=sale.company, type="sales").delete()


def test_an_unused_series_may_change_its_prefix(sale: Voucher) -> None:
    series = Series.objects.filter(company=sale.company, type="payment")
    assert series.update(prefix="PMT") == 1


# Notes ------------------------------------------------------------------------------------------


def test_a_sale_is_against_nothing(sale: Voucher, next_voucher: Callable[..., Voucher]) -> None:
    with pytest.raises(IntegrityError, match="voucher_is_against_a_sale_if_a_note"):
        next_voucher(against_id=sale.pk)


def test_a_note_is_against_something(next_voucher: Callable[..., Voucher], sale: Voucher) -> None:
    with pytest.raises(IntegrityError, match="voucher_is_against_a_sale_if_a_note"):
        next_voucher(type="credit_note")


def test_a_note_is_not_against_a_note(company: Company, sale: Voucher) -> None:
    posted(company, a_note(key="first"))
    with pytest.raises(IntegrityError, match="is against no sale"):
        posted(company, a_note(key="second", against="first"))


def test_a_note_is_not_dated_before_its_sale(
    sale: Voucher, next_voucher: Callable[..., Voucher]
) -> None:
    with pytest.raises(IntegrityError, match="dated before it"):
        next_voucher(
            type="credit_note",
            against_id=sale.pk,
            date=TODAY.replace(day=20),
        )


# One company ------------------------------------------------------------------------------------


@pytest.fixture
def other(sale: Voucher) -> Company:
    """Another company with a sale of its own."""
    company = a_company(name="Other")
    posted(company, a_sale())
    return company


def test_a_voucher_refers_to_its_own_companys_party(
    other: Company, next_voucher: Callable[..., Voucher]
) -> None:
    party = Party.objects.get(company=other)
    with pytest.raises(IntegrityError, match="voucher_party_of_same_company"):
        next_voucher(party_id=party.pk)


def test_a_note_refers_to_its_own_companys_sale(
    other: Company, sale: Voucher, next_voucher: Callable[..., Voucher]
) -> None:
    theirs = Voucher.objects.get(company=other)
    with pytest.raises(IntegrityError, match="voucher_against_same_company"):
        next_voucher(type="credit_note", against_id=theirs.pk)


def test_an_entry_refers_to_its_own_companys_account(
    other: Company, sale: Voucher, next_voucher: Callable[..., Voucher]
) -> None:
    account = Account.objects.filter(company=other).first()
    entry = a_copy(sale.entries.first(), voucher=next_voucher(), account=account)
    with pytest.raises(IntegrityError, match="entry_account_of_same_company"):
        entry.save(force_insert=True)


@pytest.mark.parametrize(
    ("model", "rule"),
    [
        (VoucherLine, "voucher_line_voucher_of_same_company"),
        (VoucherTax, "voucher_tax_voucher_of_same_company"),
        (Entry, "entry_voucher_of_same_company"),
    ],
)
def test_a_part_refers_to_its_own_companys_voucher(
    other: Company,
    sale: Voucher,
    next_voucher: Callable[..., Voucher],
    model: type[Any],
    rule: str,
) -> None:
    part = a_copy(model.objects.filter(voucher=sale).first(), voucher=next_voucher(), company=other)
    with pytest.raises(IntegrityError, match=rule):
        part.save(force_insert=True)


def test_an_items_rate_is_of_the_items_company(other: Company, company: Company) -> None:
    item = company.items.create(sku="A", name="A")
    with pytest.raises(IntegrityError, match="item_rate_item_of_same_company"):
        item.rates.create(company=other, rate=Decimal(18), valid_from=TODAY)


def test_a_line_refers_to_its_own_companys_item(
    other: Company, sale: Voucher, next_voucher: Callable[..., Voucher]
) -> None:
    item = other.items.create(sku="A", name="A")
    line = a_copy(sale.lines.get(), voucher=next_voucher(), item=item)
    with pytest.raises(IntegrityError, match="voucher_line_item_of_same_company"):
        line.save(force_insert=True)


# Sums by day ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_accountday SET debits = 0",
        "DELETE FROM ledger_accountday",
        "INSERT INTO ledger_accountday VALUES (1, 1, '2026-11-21', 1, 1)",
    ],
)
def test_nobody_else_writes_the_sums_by_day(sale: Voucher, statement: str) -> None:
    with (
        pytest.raises(IntegrityError, match="sums by day follow the entries"),
        connections["default"].cursor() as cursor,
    ):
        cursor.execute(statement)


# Locked periods ---------------------------------------------------------------------------------


def test_no_voucher_gets_into_a_locked_period(
    sale: Voucher, next_voucher: Callable[..., Voucher]
) -> None:
    BooksLock.objects.filter(company=sale.company).update(locked_until=TODAY)
    with pytest.raises(IntegrityError, match="falls into the period locked until 2026-11-21"):
        next_voucher()


def test_no_voucher_is_posted_without_a_lock(
    sale: Voucher, next_voucher: Callable[..., Voucher]
) -> None:
    BooksLock.objects.filter(company=sale.company).delete()
    with pytest.raises(IntegrityError, match="locked until ever"):
        next_voucher()


def test_ids_ascend_in_the_order_of_posting(company: Company, sale: Voucher) -> None:
    (later,) = posted(company, a_sale(key="store/2/sale/1"))
    assert later.id == Voucher.objects.aggregate(Max("id"))["id__max"] > sale.pk
    assert sale.posted_at == NOW
