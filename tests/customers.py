"""People as stores tell of them: in orders, and as registered customers."""

from typing import Any

from tests.orders import Json
from tests.stores import an_order


def an_order_of(email: str, order_id: int = 501, **facts: Any) -> Json:
    """An order whose buyer has this address; `billing` and `modified` may say more."""
    billing = {"email": email, **facts.pop("billing", {})}
    modified = facts.pop("modified", None)
    order = an_order(order_id, **facts)
    order["billing"] = {**order["billing"], **billing}
    return order | ({"date_modified_gmt": modified} if modified else {})


def a_registered(number: int = 17, email: str = "meera@example.in", **changes: Any) -> Json:
    """A customer as `customer.updated` has it, with what must not be kept."""
    billing = {
        "first_name": "Meera", "last_name": "Nair", "company": "", "address_1": "12 MG Road",
        "address_2": "", "city": "Kochi", "postcode": "682001", "country": "IN", "state": "KL",
        "email": email, "phone": "9800000017",
    }  # fmt: skip
    return {
        "id": number,
        "date_created_gmt": "2026-11-01T05:00:00",
        "date_modified_gmt": "2026-11-20T05:00:00",
        "email": email,
        "first_name": "Meera",
        "last_name": "Nair",
        "role": "customer",
        "username": "canary-user",
        "billing": billing,
        "shipping": {**billing, "address_1": ""},
        "is_paying_customer": True,
        "avatar_url": "https://secure.gravatar.com/avatar/canary-face",
        "meta_data": [{"id": 1, "key": "session", "value": "canary-meta"}],
        **changes,
    }
