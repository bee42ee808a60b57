"""CSV files as people and their spreadsheets make them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from connections.models import StoreConnection
from ledger.models import Company, Item, User
from sync.items import sku_import
from sync.models import SkuImport, SkuImportRow
from tests.factories import NOW

HEADER = "Store SKU,Item SKU"


@dataclass(slots=True)
class File:
    """A file that somebody uploads."""

    content: bytes
    name: str | None = "mappings.csv"

    @property
    def size(self) -> int:
        """Bytes."""
        return len(self.content)

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
        """From the beginning, in pieces."""
        step = chunk_size or 65_536
        return (self.content[i : i + step] for i in range(0, len(self.content), step))


def sheet(*rows: str, header: str = HEADER) -> File:
    """Rows under a header, as UTF-8."""
    return File("".join(f"{row}\n" for row in (header, *rows)).encode())


def items(company: Company, *skus: str, **facts: Any) -> list[Item]:
    """An item for each SKU."""
    return [Item.objects.create(company=company, sku=sku, name=sku, **facts) for sku in skus]


def upload(connection: StoreConnection, file: File, user: User) -> SkuImport:
    """Send a file in, unchecked."""
    return sku_import.receive(connection, file, user=user, at=NOW)


def worked(made: SkuImport) -> SkuImport:
    """Let the worker do what there is to do for an import, or wait for one that is at it."""
    while True:
        sku_import.work(made.pk, seconds=60, at=NOW)
        found = SkuImport.objects.select_related("connection__company").get(pk=made.pk)
        if not found.is_working:
            return found


def previewed(connection: StoreConnection, file: File, user: User) -> SkuImport:
    """Send a file in and check it."""
    return worked(upload(connection, file, user))


def applied(connection: StoreConnection, file: File, user: User) -> SkuImport:
    """Send a file in, check and apply it."""
    made = previewed(connection, file, user)
    sku_import.ask_to_apply(made, user=user, at=NOW)
    return worked(made)


def undone(made: SkuImport, user: User) -> SkuImport:
    """Take an import back."""
    sku_import.ask_to_undo(made, user=user, at=NOW)
    return worked(made)


def found(made: SkuImport) -> list[tuple[int, str, str]]:
    """Row, kind and reason of each row."""
    rows = SkuImportRow.objects.filter(sku_import=made).order_by("row")
    return [(row.row, row.get_kind_display().lower(), row.reason) for row in rows]


def counts(made: SkuImport) -> dict[str, int]:
    """How many rows of each kind."""
    return {name: getattr(made, name) for name in ("errors", "changed", "new", "unchanged")}
