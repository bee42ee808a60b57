"""A look at a store and an import from it that have come to their ends."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.utils import timezone

from connections import lifecycle
from connections.lifecycle import RestAccess
from connections.models import StoreConnection
from ledger.models import User
from ledger.periods import Period
from sync.asking import look_page, looking, order_imports
from sync.models import Look, OrderImport
from tests import pulled
from tests.fakes.store import KEY, SECRET, an_order, load_history

NOVEMBER = Period(date(2026, 11, 1), date(2026, 11, 30))


@dataclass(frozen=True)
class Imported:
    """A look, the import of some of its orders, and a look that has not begun."""

    look: Look
    order_import: OrderImport
    waiting: Look


def an_import(connection: StoreConnection, by: User, *, orders: int = 60) -> Imported:
    """Look at a store of so many orders and one in dollars; import that and the oldest five."""
    with pulled.a_store() as there:
        load_history(there, orders, begin=datetime(2026, 11, 1, tzinfo=UTC))
        there.clock.at = datetime(2026, 11, 20, tzinfo=UTC)
        there.life.place({**an_order(1), "currency": "USD"})
        there.clock.at = pulled.now()
        keys = RestAccess(there.url, KEY, SECRET, allow_http=True)
        lifecycle.keep_keys(connection, keys, now=timezone.now())
        connection.refresh_from_db()
        look = looking.look_at(connection, NOVEMBER, by=by, now=timezone.now())
        looking.run(look)
        look.refresh_from_db()
        ids = look.orders.order_by("order_id").values_list("order_id", flat=True)
        chosen = look_page.numbers_of(look, [*ids[:5], *ids.reverse()[:1]])
        made = order_imports.begin(connection, chosen, by=by, now=timezone.now())
        order_imports.run(made)
        made.refresh_from_db()
    waiting = looking.look_at_orders(connection, [1003, 1006], by=by, now=timezone.now())
    return Imported(look, made, waiting)
