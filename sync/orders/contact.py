"""A buyer's contact details, for the order's page, where the store shares them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Contact:
    """Who is billed or who gets the goods: name and address line by line, phone, e-mail."""

    title: str
    lines: tuple[str, ...]
    phone: str
    email: str


def contacts_of(payload: Mapping[str, Any]) -> list[Contact]:
    """The contact details that a snapshot holds, billing first; those with nothing are left out."""
    parts = (("Billed to", payload.get("billing")), ("Shipped to", payload.get("shipping")))
    found = [_contact(title, part) for title, part in parts if part and _ADDRESS & set(part)]
    return [each for each in found if each.lines or each.phone or each.email]


_ADDRESS = {"address_1", "address_2", "city", "postcode", "phone", "email"}


def _contact(title: str, part: Mapping[str, str]) -> Contact:
    def joined(*names: str) -> str:
        return " ".join(filter(None, (part.get(name, "").strip() for name in names)))

    lines = (
        joined("first_name", "last_name"),
        joined("company"),
        joined("address_1"),
        joined("address_2"),
        joined("postcode", "city"),
        joined("state", "country"),
    )
    return Contact(title, tuple(filter(None, lines)), joined("phone"), joined("email"))
