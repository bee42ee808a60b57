"""Data minimisation: of what a store sends, what the books need is kept, and nothing else.

A store sends addresses, phones, notes, and whatever its plugins add. Kept are the order's id,
dates, status and amounts, the buyer's name and state, and the lines; of a business buyer the GSTIN
and the company's name; contact details where the merchant has switched that on. A field is kept
only if it is named here *and* looks as it should: free text in the place of a code, or an object in
the place of text, is dropped like everything unknown.
"""

from collections.abc import Collection, Mapping

from ledger.core.gstin import normalise_gstin
from sync.core.shapes import (
    MAX_PARTS,
    Json,
    Keep,
    Shape,
    amount,
    clean_text,
    flag,
    identity,
    kept,
    many,
    matching,
    moment,
    one,
    one_of,
    text,
)

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
    {
        "bacs", "cheque", "cod", "paypal", "ppcp-gateway", "stripe", "stripe_cc", "stripe_upi",
        "razorpay", "payubiz", "payu", "payuindia", "payumoney", "ccavenue", "cashfree",
        "instamojo", "paytm", "phonepe", "billdesk", "easebuzz", "simpl", "upi", "wallet",
        "woocommerce_payments", "square_credit_card", "klarna_payments", "braintree_cc",
        "amazon_payments_advanced", "authorize_net_cim_credit_card",
    }
)  # fmt: skip
"""Codes of known gateways. Others are dropped: the field is free text to a store's plugins."""


def _refund_lines(shape: Shape) -> Keep:
    """Lines of a refund, each with the line it gives back, which stands in the line's meta."""
    plain = many({**shape, "refunded_item_id": identity, "meta_data": _refunded_item})

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
            return identity(value)
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


_NAME = text(300)
_TAX_CLASS = one_of({"", "reduced-rate", "zero-rate", "other"}, other="other")
_TAX_STATUS = one_of({"taxable", "shipping", "none"})
_TAXES = many({"id": identity, "total": amount})
_CHARGE = {"id": identity, "total": amount, "total_tax": amount, "taxes": _TAXES}

LINE = _CHARGE | {
    "name": _NAME,
    "sku": text(100),
    "product_id": identity,
    "variation_id": identity,
    "quantity": amount,
    "subtotal": amount,
    "tax_class": _TAX_CLASS,
}
SHIPPING_LINE = _CHARGE | {"method_title": _NAME, "tax_status": _TAX_STATUS}
FEE_LINE = _CHARGE | {"name": _NAME, "tax_class": _TAX_CLASS, "tax_status": _TAX_STATUS}
TAX_LINE = {
    "id": identity,
    "rate_id": identity,
    "rate_code": text(100),
    "label": text(100),
    "compound": flag,
    "rate_percent": amount,
    "tax_total": amount,
    "shipping_tax_total": amount,
}
_REFUNDED = _refund_lines(_CHARGE | {"quantity": amount})
REFUND = {
    "id": identity,
    "total": amount,
    "amount": amount,
    "date_created_gmt": moment,
    "line_items": _REFUNDED,
    "shipping_lines": _REFUNDED,
    "fee_lines": _REFUNDED,
}
_PLACE = {"state": text(60), "country": matching("[A-Za-z]{2}|")}
_PLUGIN = {
    "schema": identity,
    "built_at": moment,
    "plugin": matching(r"[0-9][0-9A-Za-z.+-]{0,30}"),
    "home": matching(r"https?://[^\s@?#]{1,200}"),
    "store_timezone": matching(r"[A-Za-z0-9_+:/-]{1,64}"),
    "prices_include_tax": flag,
    "decimals": identity,
    "missing": flag,
}
ORDER = {
    "id": identity,
    "number": text(60),
    "status": text(60),
    "currency": matching("[A-Za-z]{3}"),
    "prices_include_tax": flag,
    "date_created_gmt": moment,
    "date_modified_gmt": moment,
    "date_paid_gmt": moment,
    "date_completed_gmt": moment,
    **dict.fromkeys(
        ("discount_total", "discount_tax", "shipping_total", "shipping_tax", "cart_tax"), amount
    ),
    "total": amount,
    "total_tax": amount,
    "payment_method": one_of(PAYMENT_METHODS),
    "billing": one({"first_name": text(100), "last_name": text(100), **_PLACE}),
    "shipping": one(_PLACE),
    "line_items": many(LINE),
    "shipping_lines": many(SHIPPING_LINE),
    "fee_lines": many(FEE_LINE),
    "tax_lines": many(TAX_LINE),
    "refunds": many(REFUND),
    "counterfoil": one(_PLUGIN),
}

_ADDRESS = {
    "company": text(150),
    "address_1": text(200),
    "address_2": text(200),
    "city": text(100),
    "postcode": text(40),
    "phone": text(50),
}
BUYER = {"first_name": text(100), "last_name": text(100), **_PLACE, **_ADDRESS}
WITH_CONTACT = ORDER | {"billing": one(BUYER | {"email": text(200)}), "shipping": one(BUYER)}


def minimise(
    order: Mapping[str, object],
    *,
    gstin_fields: Collection[str] = (),
    shares_contact: bool = False,
) -> Json:
    """Keep of an order what `ORDER` names, and a business buyer's GSTIN and company.

    `gstin_fields` are the meta keys that may hold the GSTIN; without any, the usual ones. Its check
    digit must be right. With `shares_contact` addresses, phones and the e-mail address are kept
    too. Minimising the result again changes nothing.

    :raises UnreadableBodyError: when a list is absurdly long.
    """
    order_kept = kept(order, WITH_CONTACT if shares_contact else ORDER)
    gstin = buyer_gstin(order, gstin_fields or GSTIN_FIELDS)
    if gstin:
        order_kept["buyer_gstin"] = gstin
        billing = order.get("billing")
        company = billing.get("company") if isinstance(billing, dict) else None
        if isinstance(company, str) and company:
            order_kept.setdefault("billing", {})["company"] = clean_text(company, 150)
    return order_kept


def buyer_gstin(order: Mapping[str, object], fields: Collection[str]) -> str | None:
    """The first right GSTIN of an order or a customer, in one of these fields of its meta."""
    found = [order.get("buyer_gstin")]
    found += [value for name, value in _meta(order.get("meta_data")) if name in fields]
    numbers = (normalise_gstin(value) for value in found if isinstance(value, str))
    return next(filter(None, numbers), None)
