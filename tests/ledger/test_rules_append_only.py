"""The books only grow: what the app's own role is refused."""

from typing import Any

import pytest
from django.db import Error, IntegrityError, connections, transaction

from ledger.models import (
    Entry,
    Voucher,
    VoucherLine,
    VoucherTax,
)
from ledger.posted_tables import POSTED_TABLES

pytestmark = pytest.mark.django_db


POSTED_MODELS = (Voucher, VoucherLine, VoucherTax, Entry)


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


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_accountday SET debits = 0",
        "DELETE FROM ledger_accountday",
        "INSERT INTO ledger_accountday VALUES (1, 1, '2026-11-21', '', 1, 1, 1)",
        "UPDATE ledger_voucherday SET total = 0",
        "DELETE FROM ledger_voucherday",
        "INSERT INTO ledger_voucherday (company_id) VALUES (1)",
        "UPDATE ledger_supplyday SET igst = 0",
        "DELETE FROM ledger_supplyday",
        "INSERT INTO ledger_supplyday (company_id) VALUES (1)",
    ],
)
def test_nobody_else_writes_the_sums_by_day(sale: Voucher, statement: str) -> None:
    with (
        pytest.raises(IntegrityError, match="sums by day follow the entries"),
        connections["default"].cursor() as cursor,
    ):
        cursor.execute(statement)
