"""A file of 50,000 rows, 500 of them wrong: every row counted, and a worker that stays small."""

import os
import subprocess
import sys

import pytest

from connections.models import StoreConnection
from ledger.models import Company, Item, User
from sync.core.sku_sheet import RowKind
from sync.items import sku_export, sku_import
from sync.models import SkuImport, SkuImportRow, SkuMapping
from tests import server
from tests.factories import NOW
from tests.stores import a_connection
from tests.sync.skus.files import File, counts, sheet, undone, upload, worked

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

ROWS = 50_000
WRONG = {
    0: "WEB-{n},NO-SUCH",
    1: ",ITEM-{n}",
    2: '"WEB-{n},ITEM-{n}',
    3: "WEB-{n},ITEM-{n},surplus",
    4: "WEB-{n}\x00,ITEM-{n}",
}
"""What is wrong with every hundredth row, by turns."""


def _rows(count: int) -> File:
    return sheet(*(_row(n) for n in range(count)))


def _row(n: int) -> str:
    template = WRONG[n // 100 % 5] if n % 100 == 0 else "WEB-{n},ITEM-{n}"
    return template.format(n=f"{n:05}")


def _in_a_worker(*imports: SkuImport) -> list[float]:
    """The most memory after each, in MB."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.sync.skus.worker", *(str(each.pk) for each in imports)],
        env={**os.environ, **server.as_environment()},
        cwd=server.PROJECT,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return [float(line.split()[1]) for line in done.stdout.splitlines()]


@pytest.fixture
def catalogue(company: Company) -> None:
    """As many items as rows."""
    Item.objects.bulk_create(
        (Item(company=company, sku=f"ITEM-{n:05}", name=f"Article {n}") for n in range(ROWS)),
        batch_size=5_000,
    )


def test_every_row_is_counted_and_memory_does_not_grow_with_the_file(
    main_store: StoreConnection, owner: User, catalogue: None
) -> None:
    small = upload(a_connection(main_store.company, "Other"), _rows(ROWS // 10), owner)
    large = upload(main_store, _rows(ROWS), owner)
    early, late = _in_a_worker(small, large)
    assert late < 1.1 * early

    large = SkuImport.objects.select_related("connection__company").get(pk=large.pk)
    assert counts(large) == {"errors": 500, "changed": 0, "new": 49_500, "unchanged": 0}
    found = SkuImportRow.objects.filter(sku_import=large)
    assert list(found.order_by("row").values_list("row", flat=True)) == list(range(2, ROWS + 2))
    wrong = found.filter(kind=RowKind.ERROR).order_by("row").values_list("row", flat=True)
    assert list(wrong) == list(range(2, ROWS + 2, 100))
    assert sum(1 for _ in sku_export.wrong_rows(large)) == 501

    sku_import.ask_to_apply(large, user=owner, at=NOW)
    assert worked(large).state == "applied"
    assert SkuMapping.objects.filter(connection=main_store).count() == 49_500
    pairs = SkuMapping.objects.values_list("sku", "item__sku").iterator()
    assert all(sku.replace("WEB", "ITEM") == item for sku, item in pairs)
    large = undone(SkuImport.objects.select_related("connection__company").get(pk=large.pk), owner)
    assert (large.state, large.restored, SkuMapping.objects.count()) == ("undone", 49_500, 0)
