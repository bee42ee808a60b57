"""FakeStore against the recordings of a real store: status, headers that matter, shape."""

import base64
import gzip
import json
import re
from collections.abc import Iterator
from http.client import HTTPSConnection
from pathlib import Path
from ssl import create_default_context
from typing import Any

import pytest

from tests.contract.shape import differences, shape
from tests.deliveries import RECORDINGS
from tests.fakes.store import KEY, SECRET, FakeStore, load_history, load_recorded
from tests.fakes.store.certificates import make_certificate
from tests.fakes.store.recorded import recordings
from tests.fakes.store.shelf import moment


def sample_orders() -> Iterator[dict[str, Any]]:
    """The 42 recorded single orders, with their refunds in full."""
    with gzip.open(RECORDINGS / "samples" / "orders.jsonl.gz", "rt") as lines:
        for row in map(json.loads, lines):
            yield {"id": row["order"]["id"], **row}


def listed_orders() -> Iterator[dict[str, Any]]:
    """The orders that stand in recorded lists, whole."""
    for each in recordings():
        body = each["body"]
        rows = body if isinstance(body, list) else [body]
        if re.search(r"/orders(/\d+)?(\?|$)", each["request"]) and each["status"] == 200:
            yield from (row for row in rows if "line_items" in row)


def _row(order: dict[str, Any]) -> dict[str, Any]:
    return {"id": order["id"], "order": order, "refunds": []}


def _recorded(name: str) -> dict[str, Any]:
    return next(each for each in recordings() if each["name"] == name)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for 127.0.0.1."""
    return make_certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture(scope="module")
def store(certificate: Path) -> Iterator[FakeStore]:
    """A store that holds what the recorded one did, as far as it was recorded."""
    with FakeStore(certificate=certificate) as store:
        rows = {row["id"]: row for row in sample_orders()}
        rows |= {order["id"]: rows.get(order["id"], _row(order)) for order in listed_orders()}
        trashed = {order["id"] for order in _recorded("orders-status-trash")["body"]}
        for order_id in [each for each, row in rows.items() if row["order"]["status"] == "trash"]:
            if order_id not in trashed:
                del rows[order_id]
        load_recorded(store, rows.values())
        for topic in ("order.created", "order.updated") * 6:
            content = {"topic": topic, "delivery_url": "http://127.0.0.1:9/hook"}
            store.hooks.create(content)
        yield store


def ask(store: FakeStore, certificate: Path, target: str) -> tuple[int, dict[str, str], Any]:
    """Status, headers and decoded body of a GET with the keys."""
    context = create_default_context(cafile=str(certificate))
    connection = HTTPSConnection("127.0.0.1", store.port, context=context, timeout=10)
    token = base64.b64encode(f"{KEY}:{SECRET}".encode()).decode()
    connection.request("GET", target, headers={"Authorization": f"Basic {token}"})
    answer = connection.getresponse()
    headers, body = dict(answer.getheaders()), json.loads(answer.read())
    connection.close()
    return answer.status, headers, body


@pytest.mark.parametrize("recording", recordings(), ids=lambda each: each["name"])
def test_the_fake_answers_as_the_real_store_did(
    store: FakeStore, certificate: Path, recording: dict[str, Any]
) -> None:
    method, target = recording["request"].split(" ")
    assert method == "GET"
    status, headers, body = ask(store, certificate, target)
    assert status == recording["status"]
    assert differences(shape(recording["body"]), shape(body)) == []
    if recording["headers"]:
        assert _telling(headers) == _telling(recording["headers"])
    if recording["status"] != 200:
        assert body == recording["body"]
    if "beyond" in recording["name"]:
        assert body == []


def _telling(headers: dict[str, str]) -> dict[str, object]:
    """What a client may rely on, without the numbers of another store."""
    link = headers.get("Link", "")
    return {
        "type": headers["Content-Type"],
        "counts": {name for name in headers if name.startswith("X-WP-")},
        "has_rows": headers.get("X-WP-Total", "") not in ("", "0"),
        "relations": set(re.findall(r'rel="([^"]+)"', link)),
        "allow": headers.get("Allow"),
    }


def test_what_is_made_up_has_the_shape_of_what_was_recorded(
    certificate: Path,
) -> None:
    with FakeStore(certificate=certificate) as store:
        load_history(store, 40, begin=moment("2026-11-01T00:00:00"))
        _, _, orders = ask(store, certificate, "/wp-json/wc/v3/orders?per_page=100")
        _, _, refunds = ask(store, certificate, "/wp-json/wc/v3/refunds")
    assert differences(shape(_recorded("orders-page1")["body"]), shape(orders)) == []
    assert differences(shape(_recorded("refunds-all")["body"]), shape(refunds)) == []


def test_an_order_is_as_recorded_to_the_last_field(store: FakeStore, certificate: Path) -> None:
    """Links hold the store's own address; nothing else may differ."""
    recording = _recorded("order-one")
    _, _, body = ask(store, certificate, "/wp-json/wc/v3/orders/66")
    assert {**body, "_links": None} == {**recording["body"], "_links": None}


def test_the_check_of_shapes_can_fail() -> None:
    real = {"id": 1, "lines": [{"id": 1, "total": "1.00"}], "paid": None}
    assert differences(shape(real), shape(real)) == []
    wrongs: tuple[dict[str, Any], ...] = (
        {"id": "1", "lines": [], "paid": None},
        {"id": 1, "lines": [{"id": 1}], "paid": None},
        {"id": 1, "lines": [{"id": 1, "total": 1.0}], "paid": None},
        {"id": 1, "lines": {}, "paid": None},
        {"id": 1, "lines": []},
        {**real, "more": 1},
    )
    for wrong in wrongs:
        assert differences(shape(real), shape(wrong))


@pytest.mark.parametrize(
    ("target", "status", "code"),
    [
        ("orders?per_page=0", 400, "rest_invalid_param"),
        ("orders?status=nonsense", 400, "rest_invalid_param"),
        ("orders?orderby=nonsense", 400, "rest_invalid_param"),
        ("nope", 404, "rest_no_route"),
        ("webhooks/99999999", 404, "woocommerce_rest_shop_webhook_invalid_id"),
        ("orders/99999999/refunds", 200, ""),
        ("orders?offset=9999", 200, ""),
    ],
)
def test_what_was_seen_but_not_recorded(
    store: FakeStore, certificate: Path, target: str, status: int, code: str
) -> None:
    found, _, body = ask(store, certificate, f"/wp-json/wc/v3/{target}")
    assert found == status
    assert body == [] if status == 200 else body["code"] == code
