"""The mapping of a store as rows of a sheet: what stands, and what there is to fill in."""

from collections.abc import Iterator

from connections.models import StoreConnection
from sync.core.sku_sheet import RowKind
from sync.items import sku_mapping, unmapped_skus
from sync.models import SkuImport, SkuImportRow

AT_ONCE = 2000
Row = tuple[object, ...]

COLUMNS = ("Store SKU", "Item SKU")


def mapping_rows(connection: StoreConnection) -> Iterator[Row]:
    """All mappings, in a shape that an import takes."""
    yield (*COLUMNS, "Item name")
    for each in sku_mapping.of_connection(connection).iterator(chunk_size=AT_ONCE):
        yield each.sku, each.item.sku, each.item.name


def template_rows(connection: StoreConnection) -> Iterator[Row]:
    """The unmapped SKUs with what is known of them; the item is to be filled in.

    Where an item has the very same SKU, it stands there already.
    """
    yield (*COLUMNS, "Product in the store", "Booked lines", "Last order")
    before = ""
    while True:
        page = unmapped_skus.page(connection, "", before)
        for row in page.rows:
            seen = row.seen
            yield seen.sku, row.suggestion, seen.name, seen.lines, f"#{seen.last_number}"
        if not page.older:
            return
        before = page.older


def wrong_rows(sku_import: SkuImport) -> Iterator[Row]:
    """The rows of an import that are errors, as they were, with the reason behind them."""
    width = max(len(sku_import.header), 2)
    yield (*(sku_import.header or COLUMNS), "Reason")
    wrong = SkuImportRow.objects.filter(sku_import=sku_import, kind=RowKind.ERROR)
    for row in wrong.order_by("row").iterator(chunk_size=AT_ONCE):
        cells = [*row.cells, *[""] * (width - len(row.cells))]
        yield (*cells[:width], row.reason, *cells[width:])
