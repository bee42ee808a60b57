"""What an authentic delivery is: an order, a deletion, or nothing that the books are about."""

import hashlib
import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sync.core.minimise import minimise
from sync.core.shapes import UnreadableBodyError, read_json

DELETED = "order.deleted"
MAX_ORDER_ID = 2**63 - 1
_ERROR_CODE = re.compile(r"(woocommerce|rest)_[a-z_]{1,60}", re.ASCII)


@dataclass(frozen=True, slots=True)
class OrderContent:
    """An order as the store describes it, as JSON. `digest` is the same for the same content.

    `built_at` is when the plugin read it, which is no part of the content; WooCommerce says none.
    """

    order_id: int
    payload: str
    digest: bytes
    is_deletion: bool = False
    built_at: str = ""


@dataclass(frozen=True, slots=True)
class NoOrder:
    """A delivery without an order: ignored by a named rule, or an alarm on the connection."""

    rule: str
    sentence: str
    is_alarm: bool


NOT_AN_ORDER = NoOrder("not_an_order", "It is not about an order.", is_alarm=False)
CUSTOMER_NOT_SHARED = NoOrder(
    "not_an_order",
    "It is about a customer, and the store shares no contact details: nothing of it is kept.",
    is_alarm=False,
)


def read_delivery(
    body: bytes | Mapping[str, object],
    *,
    topic: str,
    resource: str,
    store_delivery_id: str,
    gstin_fields: Collection[str] = (),
    shares_contact: bool = False,
) -> OrderContent | NoOrder:
    """Tell what a delivery is; only what `minimise` keeps of it goes on.

    Only the resource `order` is an order: the deletion of a coupon looks like that of an order.
    """
    if resource != "order":
        return CUSTOMER_NOT_SHARED if resource == "customer" else NOT_AN_ORDER
    try:
        order = read_json(body) if isinstance(body, bytes) else body
        if not isinstance(order, Mapping) or "id" not in order:
            return without_order(order)
        kept = minimise(order, gstin_fields=gstin_fields, shares_contact=shares_contact)
    except UnreadableBodyError as error:
        return NoOrder("unreadable", f"The body could not be read: {error}.", is_alarm=True)
    order_id = kept.get("id")
    if not isinstance(order_id, int) or not 0 < order_id <= MAX_ORDER_ID:
        return NoOrder("no_order_id", "The body names no order.", is_alarm=True)
    built_at = kept.get("counterfoil", {}).get("built_at", "")
    if _is_deletion(kept, topic):
        return replace(_deletion(order_id, store_delivery_id), built_at=built_at)
    payload = _as_json(kept)
    return OrderContent(order_id, payload, content_digest(kept), built_at=built_at)


def without_order(body: object) -> NoOrder:
    """WooCommerce signs and sends errors too, when the webhook's owner is gone or the order is."""
    data = body.get("data") if isinstance(body, Mapping) else None
    if not isinstance(body, Mapping) or "code" not in body or not isinstance(data, Mapping):
        return NoOrder("no_order_id", "The body names no order.", is_alarm=True)
    code = body["code"]
    name = code if isinstance(code, str) and _ERROR_CODE.fullmatch(code) else "an unknown error"
    return NoOrder("store_error", f"The store sent {name} instead of an order.", is_alarm=True)


def _is_deletion(kept: Mapping[str, Any], topic: str) -> bool:
    """The store's `order.deleted` holds the id alone; the plugin says `missing`."""
    if kept.get("counterfoil", {}).get("missing") is True:
        return True
    return topic == DELETED and "status" not in kept


def _deletion(order_id: int, store_delivery_id: str) -> OrderContent:
    """Trash, restore, trash again sends the same bytes; the store's delivery id tells them apart.

    It is no identity for anything else: all deliveries of one second share it.
    """
    text = json.dumps(["deleted", order_id, store_delivery_id])
    digest = hashlib.sha256(text.encode()).digest()
    return OrderContent(order_id, _as_json({"id": order_id}), digest, is_deletion=True)


def content_digest(kept: Mapping[str, Any]) -> bytes:
    """Of the content alone: when an order was read makes no difference to what it says."""
    plugin = {name: value for name, value in kept.get("counterfoil", {}).items()
              if name != "built_at"}  # fmt: skip
    content = {name: value for name, value in kept.items() if name != "counterfoil"}
    return hashlib.sha256(
        _as_json({**content, "counterfoil": plugin} if plugin else content).encode()
    ).digest()


def _as_json(kept: Mapping[str, Any]) -> str:
    return json.dumps(kept, sort_keys=True, separators=(",", ":"))
