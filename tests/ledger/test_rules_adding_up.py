"""Every voucher adds up, whoever inserts it."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connections

from ledger.models import (
    Series,
    Voucher,
)
from tests.factories import (
    a_copy,
    check_as_at_commit,
)

pytestmark = pytest.mark.django_db


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
