"""A connected store that can be asked: FakeStore on loopback, with the present time."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.test import override_settings

from connections import lifecycle
from connections.lifecycle import RestAccess
from connections.models import PairedSite, StoreConnection
from ledger.models import Company, Voucher
from tests.factories import a_company
from tests.fakes.store import KEY, PLUGIN_SECRET, SECRET, FakeStore


def now() -> datetime:
    """The present, as stores write it: in whole seconds."""
    return datetime.now(UTC).replace(microsecond=0)


@contextmanager
def a_store(**options: Any) -> Iterator[FakeStore]:
    """A store over http that this installation may call; its clock shows the present."""
    with FakeStore(**options) as store:
        store.clock.at = now()
        allowed = [*settings.ALLOW_PRIVATE_STORES, f"127.0.0.1:{store.port}"]
        with override_settings(ALLOW_PRIVATE_STORES=allowed):
            yield store


def connected_to(
    store: FakeStore, company: Company | None = None, *, name: str = "Shop"
) -> StoreConnection:
    """A connection with the keys of the store."""
    rest = RestAccess(store.url, KEY, SECRET, allow_http=True)
    return lifecycle.connect(company or a_company(), name=name, secret=PLUGIN_SECRET, rest=rest)


def paired(connection: StoreConnection, store: FakeStore) -> StoreConnection:
    """The connection's site, paired with the plugin."""
    PairedSite.objects.create(
        company_id=connection.company_id,
        connection=connection,
        site_url=store.url,
        rest_url=f"{store.url}/wp-json/",
        paired_at=now(),
        told_at=now(),
    )
    return connection


def booked(connection: StoreConnection) -> dict[int, Decimal]:
    """What each order comes to in the books, where that is anything."""
    nets: dict[int, Decimal] = {}
    rows = Voucher.objects.filter(order_document__connection=connection)
    for voucher in rows.select_related("order_document"):
        order_id = voucher.order_document.order_id
        sign = -1 if voucher.type == "credit_note" else 1
        nets[order_id] = nets.get(order_id, Decimal(0)) + sign * voucher.total
    return {order_id: net for order_id, net in nets.items() if net}
