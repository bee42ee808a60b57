"""The cast of the SKU mapping: the owner's store, and items to map to."""

from collections.abc import Callable

import pytest

from connections.models import StoreConnection, UnmappedSku
from ledger.models import Company, Item
from tests.orders import Json, Store
from tests.sync.skus.files import items


@pytest.fixture
def kettle(company: Company) -> Item:
    """An item that no SKU of the store is called by."""
    return items(company, "KETTLE")[0]


@pytest.fixture
def choosy(main_store: StoreConnection) -> StoreConnection:
    """Lets orders wait for items."""
    main_store.unmapped_sku = UnmappedSku.WAIT
    main_store.save()
    return main_store


@pytest.fixture
def order_of() -> Callable[..., Json]:
    """Orders with a line of ₹100 for each SKU."""

    def order(order_id: int, *skus: str, **facts: str) -> Json:
        store = Store()
        lines = [
            store.line(f"Product {sku}", "100.00", sku=sku, line_id=order_id * 10 + place)
            for place, sku in enumerate(skus)
        ]
        return store.order(lines, order_id=order_id, **facts)  # type: ignore[arg-type]

    return order
