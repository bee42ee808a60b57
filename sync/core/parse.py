"""From a store's JSON to an order: WooCommerce REST v3, and the plugin's reduced form of it.

Past this module nobody sees a dict. The field notes come from WooCommerce's own source
(includes/rest-api/Controllers/Version3) and from deliveries of running stores.
"""

from datetime import datetime
from decimal import Decimal

from ledger.core.documents import LineKind
from ledger.core.gstin import normalise_gstin
from sync.core.fields import (
    Json,
    UnreadableOrderError,
    amount_of,
    each,
    id_of,
    list_of,
    mapping,
    text,
    time_of,
)
from sync.core.order import Address, Order, OrderLine, Refund, RefundLine, TaxRate

__all__ = ["UnreadableOrderError", "as_read_at", "built_at_of", "parse_order", "version_of"]


def parse_order(payload: Json) -> Order:
    """Read an order.

    :raises UnreadableOrderError: when a field that the books need is missing or absurd.
    """
    order_id = id_of(payload, "id")
    modified_at = _modified_at(payload)
    billing, shipping = mapping(payload, "billing"), mapping(payload, "shipping")
    gstin = normalise_gstin(text(payload, "buyer_gstin")) or None
    return Order(
        order_id=order_id,
        number=text(payload, "number") or str(order_id),
        status=_status(payload),
        currency=_currency(payload),
        created_at=time_of(payload, "date_created_gmt") or modified_at,
        modified_at=modified_at,
        paid_at=time_of(payload, "date_paid_gmt"),
        completed_at=time_of(payload, "date_completed_gmt"),
        total=_total(payload),
        lines=_lines(payload),
        rates={rate.rate_id: rate for rate in each(payload, "tax_lines", _tax_rate)},
        refunds=tuple(sorted(each(payload, "refunds", _refund), key=lambda r: r.refund_id)),
        billing=_address(billing),
        shipping=_address(shipping),
        buyer_name=_buyer_name(billing),
        # Without a GSTIN it is contact detail, which may or may not be shared: no matter here.
        buyer_company=(gstin and text(billing, "company")) or None,
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
    # "0" and not "": the separator itself would sort after every time.
    built_at = built_at or built_at_of(payload) or "0"
    parts = ("line_items", "shipping_lines", "fee_lines", "tax_lines", "refunds")
    newest = max(
        (int(part["id"]) for name in parts for part in list_of(payload, name) if _has_id(part)),
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
    return text(mapping(payload, "counterfoil"), "built_at")


def _modified_at(payload: Json) -> datetime:
    modified_at = time_of(payload, "date_modified_gmt") or time_of(payload, "date_created_gmt")
    if modified_at is None:
        raise UnreadableOrderError("date_created_gmt and date_modified_gmt are missing")
    return modified_at


def _total(payload: Json) -> Decimal:
    total = amount_of(payload, "total")
    if total < 0:
        raise UnreadableOrderError(f"total is negative: {total}")
    return total


def _lines(payload: Json) -> tuple[OrderLine, ...]:
    return (
        *each(payload, "line_items", _product_line),
        *each(payload, "shipping_lines", _shipping_line),
        *each(payload, "fee_lines", _fee_line),
    )


def _has_id(part: Json) -> bool:
    return str(part.get("id")).isdecimal()


def _smallest_unit(payload: Json) -> Decimal:
    """The plugin says the store's decimals; else a total without a point means there are none."""
    decimals = mapping(payload, "counterfoil").get("decimals")
    if type(decimals) is int and 0 <= decimals <= 2:
        return Decimal(1).scaleb(-decimals)
    return Decimal("0.01") if "." in str(payload.get("total")) else Decimal(1)


def _status(payload: Json) -> str:
    status = text(payload, "status").removeprefix("wc-")
    if not status:
        raise UnreadableOrderError("status is missing")
    return status


def _currency(payload: Json) -> str:
    currency = text(payload, "currency").upper()
    if len(currency) != 3:
        raise UnreadableOrderError("currency is missing")
    return currency


def _buyer_name(billing: Json) -> str | None:
    name = f"{text(billing, 'first_name')} {text(billing, 'last_name')}".strip()
    return name or None


def _address(address: Json) -> Address:
    return Address(text(address, "country").upper(), text(address, "state"))


def _tax_rate(tax_line: Json) -> TaxRate:
    percent = tax_line.get("rate_percent")
    label = text(tax_line, "label") or text(tax_line, "rate_code") or "Tax"
    return TaxRate(
        id_of(tax_line, "rate_id"),
        label,
        None if percent in (None, "") else amount_of(tax_line, "rate_percent"),
    )


def _product_line(line: Json) -> OrderLine:
    return OrderLine(
        key=f"line:{id_of(line, 'id')}",
        kind=LineKind.PRODUCT,
        name=text(line, "name"),
        total=amount_of(line, "total"),
        tax=amount_of(line, "total_tax", default="0"),
        taxes=_taxes(line),
        quantity=amount_of(line, "quantity", default="1"),
        sku=text(line, "sku") or None,
        tax_class=text(line, "tax_class"),
    )


def _shipping_line(line: Json) -> OrderLine:
    return OrderLine(
        key=f"shipping:{id_of(line, 'id')}",
        kind=LineKind.SHIPPING,
        name=text(line, "method_title") or "Shipping",
        total=amount_of(line, "total"),
        tax=amount_of(line, "total_tax", default="0"),
        taxes=_taxes(line),
    )


def _fee_line(line: Json) -> OrderLine:
    return OrderLine(
        key=f"fee:{id_of(line, 'id')}",
        kind=LineKind.FEE,
        name=text(line, "name") or "Fee",
        total=amount_of(line, "total"),
        tax=amount_of(line, "total_tax", default="0"),
        taxes=_taxes(line),
        tax_class=text(line, "tax_class"),
    )


def _taxes(line: Json) -> tuple[tuple[int, Decimal], ...]:
    """The tax per rate id. An empty amount means that the rate does not apply to the line."""
    return tuple(
        (id_of(tax, "id"), amount_of(tax, "total"))
        for tax in list_of(line, "taxes")
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
            for line in (_refund_line(item, prefix) for item in list_of(refund, name))
            if line.total or line.tax
        )
    return Refund(
        id_of(refund, "id"),
        abs(amount_of(refund, field)),
        time_of(refund, "date_created_gmt"),
        lines,
    )


_REFUND_LINES = {"line_items": "line", "shipping_lines": "shipping", "fee_lines": "fee"}


def _refund_line(item: Json, prefix: str) -> RefundLine:
    quantity = item.get("quantity")
    return RefundLine(
        line_key=f"{prefix}:{_refunded_item_id(item)}",
        quantity=None if quantity in (None, "") else abs(amount_of(item, "quantity")),
        total=-amount_of(item, "total"),
        tax=-amount_of(item, "total_tax", default="0"),
    )


def _refunded_item_id(item: Json) -> int:
    """The line a refund line gives back, kept by WooCommerce in the meta `_refunded_item_id`."""
    given = item.get("refunded_item_id")
    for meta in list_of(item, "meta_data"):
        if meta.get("key") == "_refunded_item_id":
            given = meta.get("value")
    try:
        return int(str(given))
    except ValueError:
        return 0
