"""Which fields of an order are asked for, so that personal data does not even cross the wire.

They are what `sync.core.minimise` keeps; a test compares the two. WordPress can leave out whole
fields and parts of an address (`_fields`), and meta by name (`include_meta`, since WooCommerce
8.6; older ones send all of an order's meta). Out of lists it cannot leave anything: items come with
their meta and a refund with its reason, and the inbox drops those.
"""

from collections.abc import Collection

_PLACE = ("state", "country")
_NAME = ("first_name", "last_name")
_CONTACT = ("company", "address_1", "address_2", "city", "postcode", "phone")

ORDER = (
    "id", "number", "status", "currency", "prices_include_tax",
    "date_created_gmt", "date_modified_gmt", "date_paid_gmt", "date_completed_gmt",
    "discount_total", "discount_tax", "shipping_total", "shipping_tax", "cart_tax",
    "total", "total_tax", "payment_method",
    *(f"billing.{part}" for part in (*_NAME, "company", *_PLACE)),
    *(f"shipping.{part}" for part in _PLACE),
    "line_items", "shipping_lines", "fee_lines", "tax_lines", "refunds", "meta_data",
)  # fmt: skip
"""The company's name is kept of a business buyer alone, whose GSTIN stands in the meta."""

CONTACT = (
    *(f"billing.{part}" for part in (*_CONTACT, "email")),
    *(f"shipping.{part}" for part in (*_NAME, *_CONTACT)),
)

SUM = (
    "id", "status", "currency", "total", "refunds", "date_created_gmt", "date_modified_gmt"
)  # fmt: skip

REFUND = (
    "id", "parent_id", "date_created_gmt", "amount", "line_items", "shipping_lines", "fee_lines"
)  # fmt: skip

CUSTOMER = ("id", "email", "first_name", "last_name", "date_modified_gmt", "billing")


def order_parameters(gstin_fields: Collection[str], *, shares_contact: bool) -> dict[str, str]:
    """The parameters that ask for an order's fields, and of its meta for the GSTIN alone."""
    names = dict.fromkeys((*ORDER, *(CONTACT if shares_contact else ())))
    if not gstin_fields:
        names.pop("meta_data")
        return {"_fields": ",".join(names)}
    return {"_fields": ",".join(names), "include_meta": ",".join(gstin_fields)}
