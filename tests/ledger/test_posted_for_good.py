"""What was committed stays as it is, whoever asks."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, connections, transaction

from ledger.models import Voucher
from ledger.posted_tables import POSTED_TABLES
from tests.factories import a_company, a_copy, a_sale, posted

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])


@pytest.fixture
def sale() -> Voucher:
    """A posted sale that every connection sees."""
    (result,) = posted(a_company(), a_sale())
    return Voucher.objects.get(pk=result.id)


@pytest.mark.parametrize(
    "statement",
    ["UPDATE {} SET company_id = company_id", "DELETE FROM {}", "TRUNCATE {} CASCADE"],
)
def test_not_even_the_owner_of_the_database_changes_posted_rows(
    sale: Voucher, statement: str
) -> None:
    for table in POSTED_TABLES:
        with (
            pytest.raises(IntegrityError, match="posted vouchers are never changed: post a note"),
            transaction.atomic("owner"),
            connections["owner"].cursor() as cursor,
        ):
            cursor.execute(statement.format(table))


@pytest.mark.parametrize("alias", ["default", "owner"])
def test_no_row_is_added_to_a_voucher_later(sale: Voucher, alias: str) -> None:
    late: list[Callable[[], Any]] = [
        lambda: a_copy(sale.lines.get(), position=9),
        lambda: a_copy(sale.taxes.first()),
        lambda: a_copy(sale.entries.first(), position=9),
    ]
    for row in late:
        with (
            pytest.raises(IntegrityError, match="only while it is posted"),
            transaction.atomic(alias),
        ):
            row().save(using=alias, force_insert=True)
