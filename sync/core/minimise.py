"""Data minimisation: of what a store sends, what the books need is kept, and nothing else.

A store sends addresses, phones, notes, and whatever its plugins add. Kept are the order's id,
dates, status and amounts, the buyer's name and state, and the lines; of a business buyer the GSTIN
and the company's name. A field is kept only if it is named here *and* looks as it should: free text
in the place of a code, or an object in the place of text, is dropped like everything unknown.
"""

import json
import re
from collections.abc import Callable, Collection, Mapping
from typing import Any

from ledger.core.gstin import normalise_gstin

Json = dict[str, Any]
Keep = Callable[[object], Any]
"""Returns what is kept of a value, or None where it is not what it should be."""

MAX_PARTS = 5_000
"""So many lines, taxes or refunds at most; a body of 1 MiB holds fewer in any sane form."""

GSTIN_FIELDS = (
    "_billing_gstin", "billing_gstin", "_billing_gst", "billing_gst", "_billing_gst_number",
    "billing_gst_number", "_billing_gst_no", "billing_gst_no", "_billing_gst_in", "_gstin", "gstin",
    "gstin_number", "_gstin_number", "gst_number", "_gst_number", "gst_no", "_gst_no", "gst",
    "customer_gstin", "_customer_gstin", "buyer_gstin", "_buyer_gstin", "company_gstin",
    "billing_vat_number", "_billing_vat_number", "billing_vat", "_billing_vat", "_vat_number",
    "vat_number", "_billing_tax_id", "billing_tax_id",
)  # fmt: skip
"""Where the usual checkout plugins keep a buyer's GSTIN; a connection can name others instead."""

PAYMENT_METHODS = frozenset(
    "bacs cheque cod paypal ppcp-gateway ppcp stripe stripe_cc stripe_upi razorpay payubiz payu payuindia"
    " payumoney ccavenue cashfree instamojo paytm phonepe phonepe_payment_solutions billdesk"
    " easebuzz simpl wallet upi woocommerce_payments square_credit_card mollie_wc_gateway_ideal"
    " klarna_payments amazon_payments_advanced authorize_net_cim_credit_card braintree_cc".split()
)
"""Codes of known gateways. Others are dropped: the field is free text to a store's plugins."""

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_NUMBER = re.compile(r"-?[0-9]{1,20}(\.[0-9]{1,20})?([eE][+-]?[0-9]{1,4})?")
_WHOLE = re.compile(r"[0-9]{1,18}")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)?", re.ASCII)


class UnreadableBodyError(Exception):
    """The body is not JSON that an order could stand in; the text says why."""


def read_json(body: bytes) -> object:
    """Decode a body. Numbers beyond 18 digits and all fractions stay the text they were.

    So nothing becomes a float, and neither 1e400 nor a number of a million digits does harm.

    :raises UnreadableBodyError: for anything that is not JSON; NaN and Infinity are not.
    """
    try:
        return _decoder.decode(body.decode())
    except RecursionError:
        raise UnreadableBodyError("it is nested too deeply") from None
    except ValueError:
        raise UnreadableBodyError("it is not JSON") from None


def _whole_number(text: str) -> int | str:
    return int(text) if len(text) <= 18 else text


def _no_number(name: str) -> object:
    raise UnreadableBodyError(f"{name} is not a number in JSON")


_decoder = json.JSONDecoder(
    parse_float=str, parse_int=_whole_number, parse_constant=_no_number, strict=False
)


def clean_text(value: str, longest: int) -> str:
    """Text that PostgreSQL can store: NUL and lone surrogates replaced, cut to `longest`."""
    return _UNSTORABLE.sub("\ufffd", value[:longest])


def _text(longest: int) -> Keep:
    def keep(value: object) -> str | None:
        return clean_text(value, longest) if isinstance(value, str) else None

    return keep


def _matching(pattern: str) -> Keep:
    shape = re.compile(pattern, re.ASCII)

    def keep(value: object) -> str | None:
        return value if isinstance(value, str) and shape.fullmatch(value) else None

    return keep


def _one_of(known: Collection[str], other: str | None = None) -> Keep:
    def keep(value: object) -> str | None:
        if not isinstance(value, str):
            return None
        return value if value in known else other

    return keep


def _amount(value: object) -> str | int | None:
    """A number, as text or JSON number; also "", which WooCommerce writes for “does not apply”."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, str) and (not value or _NUMBER.fullmatch(value.strip())):
        return value
    return None


def _id(value: object) -> int | None:
    if isinstance(value, str) and _WHOLE.fullmatch(value):
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _flag(value: object) -> bool | None:
    return value if isinstance(value, bool) else None


def _time(value: object) -> str | None:
    return value if isinstance(value, str) and _TIME.fullmatch(value) else None


def _object(shape: Mapping[str, Keep]) -> Keep:
    def keep(value: object) -> Json | None:
        return _kept(value, shape) if isinstance(value, dict) else None

    return keep


def _list(shape: Mapping[str, Keep]) -> Keep:
    def keep(value: object) -> list[Json] | None:
        if not isinstance(value, list):
            return None
        if len(value) > MAX_PARTS:
            raise UnreadableBodyError(f"it has more than {MAX_PARTS:,} parts")
        return [_kept(part, shape) for part in value if isinstance(part, dict)]

    return keep


def _kept(value: Mapping[str, object], shape: Mapping[str, Keep]) -> Json:
    kept = {}
    for name, keep in shape.items():
        if name in value and (part := keep(value[name])) is not None:
            kept[name] = part
    return kept


def _refund_lines(shape: Mapping[str, Keep]) -> Keep:
    """Lines of a refund, each with the line it gives back, which stands in the line's meta."""
    plain = _list(shape | {"refunded_item_id": _id, "meta_data": _refunded_item})

    def keep(value: object) -> list[Json] | None:
        lines: list[Json] | None = plain(value)
        for line in lines or ():
            given_back = line.pop("meta_data", None)
            if given_back is not None:
                line["refunded_item_id"] = given_back
        return lines

    return keep


def _refunded_item(meta_data: object) -> int | None:
    for name, value in _meta(meta_data):
        if name == "_refunded_item_id":
            return _id(value)
    return None


def _meta(meta_data: object) -> list[tuple[str, object]]:
    """Name and value of each meta entry."""
    if not isinstance(meta_data, list):
        return []
    return [
        (entry["key"], entry.get("value"))
        for entry in meta_data[:MAX_PARTS]
        if isinstance(entry, dict) and isinstance(entry.get("key"), str)
    ]


_NAME = _text(300)
_TAX_CLASS = _one_of({"", "reduced-rate", "zero-rate", "other"}, other="other")
_TAX_STATUS = _one_of({"taxable", "shipping", "none"})
_TAXES = _list({"id": _id, "total": _amount})
_CHARGE = {"id": _id, "total": _amount, "total_tax": _amount, "taxes": _TAXES}

LINE = _CHARGE | {
    "name": _NAME,
    "sku": _text(100),
    "product_id": _id,
    "variation_id": _id,
    "quantity": _amount,
    "subtotal": _amount,
    "tax_class": _TAX_CLASS,
}
SHIPPING_LINE = _CHARGE | {"method_title": _NAME, "tax_status": _TAX_STATUS}
FEE_LINE = _CHARGE | {"name": _NAME, "tax_class": _TAX_CLASS, "tax_status": _TAX_STATUS}
TAX_LINE = {
    "id": _id,
    "rate_id": _id,
    "rate_code": _text(100),
    "label": _text(100),
    "compound": _flag,
    "rate_percent": _amount,
    "tax_total": _amount,
    "shipping_tax_total": _amount,
}
_REFUNDED = _refund_lines(_CHARGE | {"quantity": _amount})
REFUND = {
    "id": _id,
    "total": _amount,
    "amount": _amount,
    "date_created_gmt": _time,
    "line_items": _REFUNDED,
    "shipping_lines": _REFUNDED,
    "fee_lines": _REFUNDED,
}
_PLACE = {"state": _text(60), "country": _matching("[A-Za-z]{2}|")}
_PLUGIN = {
    "schema": _id,
    "built_at": _time,
    "plugin": _matching(r"[0-9][0-9A-Za-z.+-]{0,30}"),
    "home": _matching(r"https?://[^\s@?#]{1,200}"),
    "store_timezone": _matching(r"[A-Za-z0-9_+:/-]{1,64}"),
    "prices_include_tax": _flag,
    "decimals": _id,
    "missing": _flag,
}
ORDER = {
    "id": _id,
    "number": _text(60),
    "status": _text(60),
    "currency": _matching("[A-Za-z]{3}"),
    "prices_include_tax": _flag,
    "date_created_gmt": _time,
    "date_modified_gmt": _time,
    "date_paid_gmt": _time,
    "date_completed_gmt": _time,
    **dict.fromkeys(
        ("discount_total", "discount_tax", "shipping_total", "shipping_tax", "cart_tax"), _amount
    ),
    "total": _amount,
    "total_tax": _amount,
    "payment_method": _one_of(PAYMENT_METHODS),
    "billing": _object({"first_name": _text(100), "last_name": _text(100), **_PLACE}),
    "shipping": _object(_PLACE),
    "line_items": _list(LINE),
    "shipping_lines": _list(SHIPPING_LINE),
    "fee_lines": _list(FEE_LINE),
    "tax_lines": _list(TAX_LINE),
    "refunds": _list(REFUND),
    "counterfoil": _object(_PLUGIN),
}


def minimise(order: Mapping[str, object], *, gstin_fields: Collection[str] = ()) -> Json:
    """Keep of an order what `ORDER` names, and a business buyer's GSTIN and company.

    `gstin_fields` are the meta keys that may hold the GSTIN; without any, the usual ones. Its check
    digit must be right. Minimising the result again changes nothing.

    :raises UnreadableBodyError: when a list is absurdly long.
    """
    kept = _kept(order, ORDER)
    gstin = _buyer_gstin(order, gstin_fields or GSTIN_FIELDS)
    if gstin:
        kept["buyer_gstin"] = gstin
        billing = order.get("billing")
        company = billing.get("company") if isinstance(billing, dict) else None
        if isinstance(company, str) and company:
            kept.setdefault("billing", {})["company"] = clean_text(company, 150)
    return kept


def _buyer_gstin(order: Mapping[str, object], fields: Collection[str]) -> str | None:
    found = [order.get("buyer_gstin")]
    found += [value for name, value in _meta(order.get("meta_data")) if name in fields]
    numbers = (normalise_gstin(value) for value in found if isinstance(value, str))
    return next(filter(None, numbers), None)
