"""What the queue runs. A task loads and makes one call; its arguments are ids."""

from datetime import datetime
from uuid import UUID

from django.utils import timezone
from django_q.tasks import async_task

from connections.models import Status, StoreConnection
from sync import sweep as sweeping
from sync.asking import backfill as backfilling
from sync.asking import customer_looks, errands, looking, order_imports, polling, pulls
from sync.booking import draining
from sync.booking.inbox import take_word
from sync.books import downloads
from sync.health import rounds as health
from sync.items import sku_import
from sync.models import Backfill, CustomerLook, Look, OrderImport, SweepRun, Wakeup
from sync.running import heartbeat

DRAIN_SECONDS = 5.0
"""A drain gives its worker back after this long and queues itself again."""

IMPORT_SECONDS = 5.0
"""So does the check of an import."""

PULL_SECONDS = 10.0
"""A pull gives its worker back after the page that comes to its end after this long."""


def drain(connection_id: str) -> None:
    """Process what has arrived from a store; the wake-up is cleared first, so none is lost.

    Another drain at work may have looked too early to see it. So who meets one leaves word and
    tries once more, and who is at work looks for word after the last commit: one of the two sees
    the other. It counts as a beat as well: a queue full of drains is not stuck.
    """
    heartbeat.beat(timezone.now())
    store = UUID(connection_id)
    take_word(store)
    if draining.drain(store, seconds=DRAIN_SECONDS).is_busy:
        Wakeup.objects.filter(pk=store).update(wake_requested=True)
        draining.drain(store, seconds=DRAIN_SECONDS)


def work_on_sku_import(sku_import_id: int) -> None:
    """Go on with an import of SKU mappings; like a drain it gives its worker back in between."""
    heartbeat.beat(timezone.now())
    if not sku_import.work(sku_import_id, seconds=IMPORT_SECONDS, at=timezone.now()):
        async_task(sku_import.TASK, sku_import_id)


def beat() -> None:
    """Show that the queue works."""
    heartbeat.beat(timezone.now())


def poll(connection_id: str) -> None:
    """Ask a store for what has changed, for some seconds; the rest is queued again."""
    connection = _store_to_ask(connection_id)
    with pulls.slot() as has_slot:
        if connection is None or not has_slot:
            polling.put_off(UUID(connection_id), timezone.now())
            return
        polling.poll(connection, seconds=PULL_SECONDS, beat=beat)


def backfill(backfill_id: int) -> None:
    """Go on with a back-fill for some seconds, or until a poll wants its turn."""
    row = Backfill.objects.select_related("connection__company").get(pk=backfill_id)
    with pulls.slot() as has_slot:
        if not has_slot or not pulls.may_ask(row.connection):
            backfilling.put_off(backfill_id, timezone.now())
            return
        backfilling.run(
            row,
            seconds=PULL_SECONDS,
            beat=beat,
            steps_aside=lambda: _is_anything_asked_for(timezone.now()),
        )


def _is_anything_asked_for(now: datetime) -> bool:
    """Whether a poll or a person waits: history has time."""
    return polling.is_any_due(now) or errands.is_any_due(now)


def work_on_look(look_id: int) -> None:
    """Go on with a look at a store, for some seconds; the rest is queued again."""
    look = Look.objects.select_related("connection__company").get(pk=look_id)
    if pulls.may_ask(look.connection):
        with pulls.slot() as has_slot:
            if has_slot:
                looking.run(look, seconds=PULL_SECONDS, beat=beat)
                return
    errands.put_off(look, timezone.now())


def work_on_customer_look(customer_look_id: int) -> None:
    """Go on with a look at a store's customers, likewise."""
    look = CustomerLook.objects.select_related("connection__company").get(pk=customer_look_id)
    if pulls.may_ask(look.connection):
        with pulls.slot() as has_slot:
            if has_slot:
                customer_looks.run(look, seconds=PULL_SECONDS, beat=beat)
                return
    errands.put_off(look, timezone.now())


def work_on_order_import(order_import_id: int) -> None:
    """Go on with an import of orders, likewise."""
    rows = OrderImport.objects.select_related("connection__company")
    order_import = rows.get(pk=order_import_id)
    if pulls.may_ask(order_import.connection):
        with pulls.slot() as has_slot:
            if has_slot:
                order_imports.run(order_import, seconds=PULL_SECONDS, beat=beat)
                return
    errands.put_off(order_import, timezone.now())


def sweep(run_id: int) -> None:
    """Go on with a certificate for some seconds, or until a poll wants its turn."""
    row = SweepRun.objects.select_related("connection__company").get(pk=run_id)
    with pulls.slot() as has_slot:
        if not has_slot or not pulls.may_ask(row.connection):
            sweeping.put_off(run_id, timezone.now())
            return
        sweeping.run(
            row,
            seconds=PULL_SECONDS,
            beat=beat,
            steps_aside=lambda: _is_anything_asked_for(timezone.now()),
        )


def look_after(connection_id: str) -> None:
    """Look whether a store is heard, and its webhooks and deliveries are well."""
    heartbeat.beat(timezone.now())
    connection = StoreConnection.objects.select_related("company").get(pk=connection_id)
    with pulls.slot() as has_slot:
        if not has_slot:
            health.put_off(connection.pk, timezone.now())
        elif connection.status == Status.ACTIVE:
            health.look_after(connection, now=timezone.now())


def _store_to_ask(connection_id: str) -> StoreConnection | None:
    found = StoreConnection.objects.select_related("company").get(pk=connection_id)
    return found if pulls.may_ask(found) else None


def make_download(download_id: int) -> None:
    """Make a file that somebody asked for."""
    heartbeat.beat(timezone.now())
    downloads.make(download_id)
