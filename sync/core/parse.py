"""From a store's JSON to an order: WooCommerce REST v3, and the plugin's reduced form of it.

Past this module nobody sees a dict. The field notes come from WooCommerce's own source
(includes/rest-api/Controllers/Version3) and from deliveries of running stores.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar

from ledger.core.documents import LineKind
from ledger.core.gstin import normalise_gstin
from sync.core.order import Address, Order, OrderLine, Refund, RefundLine, TaxRate

Json = Mapping[str, Any]
T = TypeVar("T")

MAX_AMOUNT = Decimal(10) ** 11
MAX_DIGITS_AFTER_POINT = 12
MAX_ID = 2**63 - 1


class UnreadableOrderError(Exception):
    """The payload is not an order that we can read; the text says which field."""


def parse_order(payload: Json) -> Order:
    """Read an order.

    :raises UnreadableOrderError: when a field that the books need is missing or absurd.
    """
    order_id = _id(payload, "id")
    modified_at = _modified_at(payload)
    billing, shipping = _mapping(payload, "billing"), _mapping(payload, "shipping")
    gstin = normalise_gstin(_text(payload, "buyer_gstin")) or None
    return Order(
        order_id=order_id,
        number=_text(payload, "number") or str(order_id),
        status=_status(payload),
        currency=_currency(payload),
        created_at=_time(payload, "date_created_gmt") or modified_at,
        modified_at=modified_at,
        paid_at=_time(payload, "date_paid_gmt"),
        completed_at=_time(payload, "date_completed_gmt"),
        total=_total(payload),
        lines=_lines(payload),
        rates={rate.rate_id: rate for rate in _each(payload, "tax_lines", _tax_rate)},
        refunds=tuple(sorted(_each(payload, "refunds", _refund), key=lambda r: r.refund_id)),
        billing=_address(billing),
        shipping=_address(shipping),
        buyer_name=_buyer_name(billing),
        # Without a GSTIN it is contact detail, which may or may not be shared: no matter here.
        buyer_company=(gstin and _text(billing, "company")) or None,
        buyer_gstin=gstin,
        smallest_unit=_smallest_unit(payload),
    )


def version_of(payload: Json, built_at: str = "") -> str:
    """What sorts the snapshots of one order by age, as text.

    `built_at` is when the plugin read this content once more, where it came before.

    First comes the modification, then when the plugin read the order, then the newest part. The
    third settles snapshots of one second that the store sent without a time of building: ids only
    grow, so the one that holds the newest line or refund is the later one.

    :raises UnreadableOrderError: when the order has no time of its own.
    """
    modified_at = _modified_at(payload)
    built_at = built_at or built_at_of(payload)
    parts = ("line_items", "shipping_lines", "fee_lines", "tax_lines", "refunds")
    newest = max(
        (int(part["id"]) for name in parts for part in _list(payload, name) if _has_id(part)),
        default=0,
    )
    return f"{modified_at:%Y-%m-%dT%H:%M:%S}|{built_at[:32]}|{newest:020}"


def as_read_at(version: str, built_at: str) -> str:
    """The same version, if it was read once more later."""
    modified_at, before, newest = version.split("|")
    return "|".join((modified_at, max(before, built_at[:32]), newest))


def built_at_of(payload: Json) -> str:
    """When the plugin read the order, by the store's database: ISO, UTC; "" where none says so.

    :raises UnreadableOrderError: when it is no text.
    """
    return _text(_mapping(payload, "counterfoil"), "built_at")


def _modified_at(payload: Json) -> datetime:
    modified_at = _time(payload, "date_modified_gmt") or _time(payload, "date_created_gmt")
    if modified_at is None:
        raise UnreadableOrderError("date_created_gmt and date_modified_gmt are missing")
    return modified_at


def _total(payload: Json) -> Decimal:
    total = _amount(payload, "total")
    if total < 0:
        raise UnreadableOrderError(f"total is negative: {total}")
    return total


def _lines(payload: Json) -> tuple[OrderLine, ...]:
    return (
        *_each(payload, "line_items", _product_line),
        *_each(payload, "shipping_lines", _shipping_line),
        *_each(payload, "fee_lines", _fee_line),
    )


def _has_id(part: Json) -> bool:
    return str(part.get("id")).isdecimal()


def _smallest_unit(payload: Json) -> Decimal:
    """The plugin says the store's decimals; else a total without a point means there are none."""
    decimals = _mapping(payload, "counterfoil").get("decimals")
    if type(decimals) is int and 0 <= decimals <= 2:
        return Decimal(1).scaleb(-decimals)
    return Decimal("0.01") if "." in str(payload.get("total")) else Decimal(1)


def _status(payload: Json) -> str:
    status = _text(payload, "status").removeprefix("wc-")
    if not status:
        raise UnreadableOrderError("status is missing")
    return status


def _currency(payload: Json) -> str:
    currency = _text(payload, "currency").upper()
    if len(currency) != 3:
        raise UnreadableOrderError("currency is missing")
    return currency


def _buyer_name(billing: Json) -> str | None:
    name = f"{_text(billing, 'first_name')} {_text(billing, 'last_name')}".strip()
    return name or None


def _address(address: Json) -> Address:
    return Address(_text(address, "country").upper(), _text(address, "state"))


def _tax_rate(tax_line: Json) -> TaxRate:
    percent = tax_line.get("rate_percent")
    label = _text(tax_line, "label") or _text(tax_line, "rate_code") or "Tax"
    return TaxRate(
        _id(tax_line, "rate_id"),
        label,
        None if percent in (None, "") else _amount(tax_line, "rate_percent"),
    )


def _product_line(line: Json) -> OrderLine:
    return OrderLine(
        key=f"line:{_id(line, 'id')}",
        kind=LineKind.PRODUCT,
        name=_text(line, "name"),
        total=_amount(line, "total"),
        tax=_amount(line, "total_tax", default="0"),
        taxes=_taxes(line),
        quantity=_amount(line, "quantity", default="1"),
        sku=_text(line, "sku") or None,
        tax_class=_text(line, "tax_class"),
    )


def _shipping_line(line: Json) -> OrderLine:
    return OrderLine(
        key=f"shipping:{_id(line, 'id')}",
        kind=LineKind.SHIPPING,
        name=_text(line, "method_title") or "Shipping",
        total=_amount(line, "total"),
        tax=_amount(line, "total_tax", default="0"),
        taxes=_taxes(line),
    )


def _fee_line(line: Json) -> OrderLine:
    return OrderLine(
        key=f"fee:{_id(line, 'id')}",
        kind=LineKind.FEE,
        name=_text(line, "name") or "Fee",
        total=_amount(line, "total"),
        tax=_amount(line, "total_tax", default="0"),
        taxes=_taxes(line),
        tax_class=_text(line, "tax_class"),
    )


def _taxes(line: Json) -> tuple[tuple[int, Decimal], ...]:
    """The tax per rate id. An empty amount means that the rate does not apply to the line."""
    return tuple(
        (_id(tax, "id"), _amount(tax, "total"))
        for tax in _list(line, "taxes")
        if tax.get("total") not in ("", None)
    )


def _refund(refund: Json) -> Refund:
    """In an order a refund has a negative `total`; in full it has a positive `amount`."""
    field = "amount" if "amount" in refund else "total"
    lines = None
    if any(name in refund for name in _REFUND_LINES):
        lines = tuple(
            line
            for name, prefix in _REFUND_LINES.items()
            for line in (_refund_line(item, prefix) for item in _list(refund, name))
            if line.total or line.tax
        )
    return Refund(
        _id(refund, "id"), abs(_amount(refund, field)), _time(refund, "date_created_gmt"), lines
    )


_REFUND_LINES = {"line_items": "line", "shipping_lines": "shipping", "fee_lines": "fee"}


def _refund_line(item: Json, prefix: str) -> RefundLine:
    quantity = item.get("quantity")
    return RefundLine(
        line_key=f"{prefix}:{_refunded_item_id(item)}",
        quantity=None if quantity in (None, "") else abs(_amount(item, "quantity")),
        total=-_amount(item, "total"),
        tax=-_amount(item, "total_tax", default="0"),
    )


def _refunded_item_id(item: Json) -> int:
    """The line a refund line gives back, kept by WooCommerce in the meta `_refunded_item_id`."""
    given = item.get("refunded_item_id")
    for meta in _list(item, "meta_data"):
        if meta.get("key") == "_refunded_item_id":
            given = meta.get("value")
    try:
        return int(str(given))
    except ValueError:
        return 0


def _each(payload: Json, name: str, read: Callable[[Json], T]) -> list[T]:
    return [read(part) for part in _list(payload, name)]


def _list(payload: Json, name: str) -> Sequence[Json]:
    value = payload.get(name) or ()
    if not isinstance(value, list | tuple) or not all(isinstance(part, dict) for part in value):
        raise UnreadableOrderError(f"{name} is not a list of objects")
    return value


def _mapping(payload: Json, name: str) -> Json:
    value = payload.get(name) or {}
    if not isinstance(value, dict):
        raise UnreadableOrderError(f"{name} is not an object")
    return value


def _text(payload: Json, name: str) -> str:
    value = payload.get(name)
    if value is None:
        return ""
    if isinstance(value, dict | list | bool):
        raise UnreadableOrderError(f"{name} is not text")
    return str(value).strip()


def _id(payload: Json, name: str) -> int:
    try:
        number = int(str(payload.get(name)))
    except ValueError:
        number = -1
    if not 0 <= number <= MAX_ID:
        raise UnreadableOrderError(f"{name} is not an id: {payload.get(name)!r:.40}")
    return number


def _amount(payload: Json, name: str, default: str | None = None) -> Decimal:
    """A number given as text or JSON number; finite, and of a size that books can hold."""
    value = payload.get(name)
    if value in (None, "") and default is not None:
        return Decimal(default)
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        raise UnreadableOrderError(f"{name} is not a number: {value!r:.40}") from None
    if not amount.is_finite() or abs(amount) > MAX_AMOUNT:
        raise UnreadableOrderError(f"{name} is not a sensible number: {value!r:.40}")
    exponent = amount.as_tuple().exponent
    if isinstance(exponent, int) and -exponent > MAX_DIGITS_AFTER_POINT:
        return amount.quantize(Decimal(1).scaleb(-MAX_DIGITS_AFTER_POINT))
    return amount


def _time(payload: Json, name: str) -> datetime | None:
    """A `*_gmt` field: UTC without a zone (WooCommerce leaves the Z out)."""
    value = _text(payload, name)
    if not value:
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        raise UnreadableOrderError(f"{name} is not a time: {value!r:.40}") from None
    if not 1990 <= moment.year <= 2200:
        raise UnreadableOrderError(f"{name} is not a sensible time: {value!r:.40}")
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
