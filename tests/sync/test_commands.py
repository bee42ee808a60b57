"""The commands: connect a store, replay a recording, drain; what they print and how they end."""

import base64
import json
import time
from concurrent.futures import ThreadPoolExecutor
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connections, transaction

from connections import lifecycle
from connections.models import StoreConnection, UnmappedSku
from ledger.models import Company, Item, Voucher
from sync.models import Delivery, Order, OrderState, Snapshot
from tests.orders import Json
from tests.stores import an_order, deliver, signed

pytestmark = pytest.mark.django_db


def _run(name: str, *arguments: str) -> Any:
    """What a command prints with --json: one document and nothing else."""
    out = StringIO()
    call_command(name, *arguments, "--json", stdout=out)
    return json.loads(out.getvalue())


def _record(path: Path, secret: str, *orders: Json) -> str:
    lines = []
    for order in orders:
        body, headers = signed(secret, order, "order.updated")
        record = {
            "received_at": "2026-11-18T06:00:01.5+00:00",
            "headers": list(headers.items()),
            "body_base64": base64.b64encode(body).decode(),
        }
        lines.append(json.dumps(record))
    path.write_text("\n".join([*lines, ""]))
    return str(path)


def _connect(company: Company, *arguments: str) -> Any:
    given = ("--company", str(company.pk), "--name", "Shop", "--secret", "s3cret")
    return _run("connect_store", *given, *arguments)


def test_a_store_is_connected_with_its_own_secret(company: Company) -> None:
    answer = _connect(company)
    connection = StoreConnection.objects.get(pk=answer["connection"])
    assert answer["webhook_url"].endswith(f"/hooks/woocommerce/{connection.pk}")
    assert (connection.name, lifecycle.secret_of(connection)) == ("Shop", "s3cret")


def test_keys_for_asking_the_store_are_kept_sealed(company: Company) -> None:
    keys = ("--url", "https://shop.example", "--consumer-key", "ck_1", "--consumer-secret", "cs_1")
    connection = StoreConnection.objects.get(pk=_connect(company, *keys)["connection"])
    assert connection.site_url == "https://shop.example"
    assert "ck_1" not in connection.consumer_key
    assert "cs_1" not in connection.consumer_secret


@pytest.mark.parametrize(
    "arguments",
    [
        ("--url", "https://shop.example"),
        ("--consumer-key", "ck_1", "--consumer-secret", "cs_1"),
        ("--url", "http://shop.example", "--consumer-key", "ck_1", "--consumer-secret", "cs_1"),
    ],
)
def test_half_an_access_and_keys_in_clear_are_refused(
    company: Company, arguments: tuple[str, ...]
) -> None:
    with pytest.raises(CommandError):
        _connect(company, *arguments)


def test_an_unknown_company_or_an_empty_secret_is_refused(company: Company) -> None:
    with pytest.raises(CommandError, match="no company"):
        _run("connect_store", "--company", "0", "--name", "Shop", "--secret", "s")
    with pytest.raises(CommandError, match="empty"):
        _run("connect_store", "--company", str(company.pk), "--name", "Shop", "--secret", "")


def test_a_recording_goes_through_the_door_and_into_the_books(
    company: Company, tmp_path: Path
) -> None:
    connection = _connect(company)["connection"]
    recording = _record(tmp_path / "d.jsonl", "s3cret", an_order(501), an_order(502), an_order(501))
    assert _run("replay", recording, "--connection", connection) == {"answers": {"200": 3}}
    assert Snapshot.objects.first().first_seen_at.isoformat() == "2026-11-18T06:00:01.500000+00:00"  # type: ignore[union-attr]
    counts = _run("drain", "--connection", connection)
    assert counts == {"orders": 2, "documents": 2, "waiting": 0, "left": 0}
    assert Voucher.objects.count() == 2


def test_a_wrong_signature_is_refused_unless_the_recording_is_trusted(
    company: Company, tmp_path: Path
) -> None:
    connection = _connect(company)["connection"]
    recording = _record(tmp_path / "d.jsonl", "another", an_order(501))
    arguments = (recording, "--connection", connection)
    assert _run("replay", *arguments) == {"answers": {"401": 1}}
    assert not Delivery.objects.exists()
    assert _run("replay", *arguments, "--trust") == {"answers": {"200": 1}}


@pytest.mark.parametrize("line", ["{", "[]", "{}", '{"received_at": "noon", "headers": []}'])
def test_a_line_that_is_no_delivery_is_named(
    main_store: StoreConnection, tmp_path: Path, line: str
) -> None:
    path = tmp_path / "d.jsonl"
    path.write_text(line)
    with pytest.raises(CommandError, match="Line 1"):
        _run("replay", str(path), "--connection", str(main_store.pk))


def test_a_recording_that_is_not_there_is_named(main_store: StoreConnection) -> None:
    with pytest.raises(CommandError, match="no file"):
        _run("replay", "nowhere.jsonl", "--connection", str(main_store.pk))


def test_drain_tries_a_waiting_order_again_only_when_its_obstacle_is_gone(
    main_store: StoreConnection,
) -> None:
    main_store.unmapped_sku = UnmappedSku.WAIT
    main_store.save()
    deliver(main_store, an_order(501))
    assert _run("drain") == {"orders": 1, "documents": 0, "waiting": 1, "left": 0}
    assert _run("drain") == {"orders": 0, "documents": 0, "waiting": 0, "left": 0}
    Item.objects.create(company=main_store.company, sku="SHIRT-B", name="Blue shirt")
    assert _run("drain") == {"orders": 1, "documents": 1, "waiting": 0, "left": 0}
    assert Order.objects.get().state == OrderState.BOOKED


def test_drain_takes_one_store_or_all_that_are_switched_on(
    company: Company, main_store: StoreConnection
) -> None:
    others = [lifecycle.connect(company, name=name) for name in ("Off", "Deleted")]
    for connection in (main_store, *others):
        deliver(connection, an_order(501))
    StoreConnection.objects.filter(name="Off").update(is_enabled=False)
    lifecycle.delete(others[1])
    assert _run("drain", "--connection", str(others[0].pk))["orders"] == 0
    assert _run("drain")["orders"] == 1
    assert Voucher.objects.count() == 1


def test_drain_of_an_unknown_store_is_refused() -> None:
    with pytest.raises(CommandError, match="no such connection"):
        call_command("drain", connection="7c900670-3000-42e0-8d14-c480e2cf1a32")


@pytest.mark.django_db(transaction=True)
def test_drain_waits_for_a_drainer_that_is_at_work(main_store: StoreConnection) -> None:
    deliver(main_store, an_order(501))

    def drain() -> Any:
        try:
            return _run("drain")
        finally:
            connections.close_all()

    with ThreadPoolExecutor() as pool:
        with transaction.atomic():
            StoreConnection.objects.select_for_update(no_key=True).get(pk=main_store.pk)
            counts = pool.submit(drain)
            _wait_until_somebody_waits_for_a_lock()
            assert not counts.done()
        assert counts.result(timeout=30)["documents"] == 1


def _wait_until_somebody_waits_for_a_lock() -> None:
    deadline = time.monotonic() + 10
    with connections["default"].cursor() as cursor:
        while time.monotonic() < deadline:
            cursor.execute("SELECT 1 FROM pg_locks WHERE NOT granted")
            if cursor.fetchone():
                return
    pytest.fail("nobody waits")


def test_retry_looks_at_waiting_orders_again(main_store: StoreConnection) -> None:
    deliver(main_store, an_order(currency="USD"))
    _run("drain")
    given = ("retry", "--connection", str(main_store.pk))
    assert _run(*given, "--reason", "difference") == {"retried": 0, "documents": 0, "waiting": 0}
    assert _run(*given, "--order", "501") == {"retried": 1, "documents": 0, "waiting": 1}
    main_store.company.currency = "USD"
    main_store.company.save()
    assert _run(*given) == {"retried": 1, "documents": 1, "waiting": 0}


def test_retry_of_an_unknown_store_says_so() -> None:
    with pytest.raises(CommandError, match="no such connection"):
        call_command("retry", "--connection", "00000000-0000-0000-0000-000000000000")
