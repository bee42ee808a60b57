"""Nothing that arrives while a drain is at work is left lying."""

import threading
import time
from collections.abc import Callable

import pytest
from django.db import connection, transaction
from django_q.models import OrmQ

from connections.models import StoreConnection
from ledger.models import BooksLock
from sync import tasks
from sync.asking import backfill
from sync.models import Delivery, DeliveryState, Lane
from tests.stores import an_order, deliver

pytestmark = pytest.mark.django_db(transaction=True)


def _take_and_run_a_task() -> None:
    """Do as a worker does: take the oldest task from the queue, then run it."""
    task = OrmQ.objects.order_by("id")[0]
    arguments = task.task["args"]
    task.delete()
    tasks.drain(*arguments)


def _run_and_close() -> None:
    try:
        _take_and_run_a_task()
    finally:
        connection.close()


def _book_history_and_close() -> None:
    """Do as a back-fill does that has asked for enough."""
    try:
        backfill.book_first(StoreConnection.objects.get())
    finally:
        connection.close()


def _await_one_who_waits_for_a_lock() -> None:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
    pytest.fail("nobody waits for a lock")


def _unprocessed() -> int:
    return Delivery.objects.filter(state=DeliveryState.RECEIVED).count()


@pytest.mark.parametrize("drainer", [_run_and_close, _book_history_and_close])
def test_what_arrives_while_a_drain_is_saving_is_drained_without_a_sweep(
    drainer: Callable[[], None], main_store: StoreConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first drain has looked already; the second meets it at work and leaves."""
    monkeypatch.setattr(backfill, "MOST_WAITING", 0)
    deliver(main_store, an_order(1))
    Delivery.objects.update(lane=Lane.BACKFILL)
    first = threading.Thread(target=drainer)
    with transaction.atomic():
        BooksLock.objects.select_for_update().get(company=main_store.company_id)
        first.start()
        _await_one_who_waits_for_a_lock()
        late = threading.Thread(target=_deliver_and_close, args=(main_store,))
        late.start()
        late.join()
        second = threading.Thread(target=_run_and_close)
        second.start()
        second.join()
    first.join()
    assert _unprocessed() == 1
    while OrmQ.objects.exists():
        _take_and_run_a_task()
    assert _unprocessed() == 0


def _deliver_and_close(store: StoreConnection) -> None:
    try:
        deliver(store, an_order(2))
    finally:
        connection.close()


def test_a_quiet_store_has_no_task_left(main_store: StoreConnection) -> None:
    deliver(main_store, an_order(1))
    _take_and_run_a_task()
    assert _unprocessed() == 0
    assert not OrmQ.objects.exists()


def test_a_store_that_is_switched_off_is_not_drained_over_and_over(
    main_store: StoreConnection,
) -> None:
    StoreConnection.objects.filter(pk=main_store.pk).update(is_enabled=False)
    deliver(main_store, an_order(1))
    _take_and_run_a_task()
    assert _unprocessed() == 1
    assert not OrmQ.objects.exists()
