"""Who a store tells of: a buyer or a customer, matched by e-mail address. Values in, values out."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from ledger.core.gstin import normalise_gstin

LONGEST_EMAIL = 200
LEAST_DIGITS, TELLING_DIGITS = 7, 10
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")
_DOTLESS = frozenset({"gmail.com", "googlemail.com"})

ADDRESS = (
    "first_name", "last_name", "company", "address_1", "address_2", "city", "postcode", "state",
    "country", "phone",
)  # fmt: skip
"""What an address is kept of."""


@dataclass(frozen=True, slots=True)
class Person:
    """What is told of a person at a time; empty is what was not said.

    `told_at` is when the store last changed it, UTC. Addresses are as WooCommerce spells them.
    """

    email: str
    name: str = ""
    company_name: str = ""
    gstin: str = ""
    phone: str = ""
    billing: Mapping[str, str] = field(default_factory=dict)
    shipping: Mapping[str, str] = field(default_factory=dict)
    told_at: datetime = LONG_AGO

    @property
    def email_key(self) -> str:
        """By what the person is known."""
        return normal_email(self.email)


DETAILS = ("email", "name", "company_name", "gstin", "phone", "billing", "shipping")


def normal_email(text: str) -> str:
    """An e-mail address as it is compared: `meera@example.in`; empty where it is none."""
    words = unicodedata.normalize("NFKC", text).strip().lower()
    return words if len(words) <= LONGEST_EMAIL and _EMAIL.fullmatch(words) else ""


def mailbox(email_key: str) -> str:
    """Whose letter box it is, tags left out: `meera+shop@…` and `meera@…` are the same."""
    local, _, domain = email_key.partition("@")
    local = local.partition("+")[0] or local
    return f"{local.replace('.', '') if domain in _DOTLESS else local}@{domain}"


def phone_key(text: str) -> str:
    """The last ten digits: `+91 98000 00000` and `098000 00000` are the same; empty if too few."""
    digits = "".join(each for each in text if each.isascii() and each.isdecimal())
    return digits[-TELLING_DIGITS:] if len(digits) >= LEAST_DIGITS else ""


def buyer_of(payload: Mapping[str, Any]) -> Person | None:
    """The buyer of an order as it is kept; None where no e-mail address is."""
    return _person(payload, str(_part(payload, "billing").get("email", "")), "")


def customer_of(kept: Mapping[str, Any]) -> Person | None:
    """The registered customer as it is kept, with the account's e-mail address before billing's."""
    own = str(kept.get("email", ""))
    email = own if normal_email(own) else str(_part(kept, "billing").get("email", ""))
    return _person(kept, email, _joined(kept))


def _person(kept: Mapping[str, Any], email: str, name: str) -> Person | None:
    billing, shipping = _part(kept, "billing"), _part(kept, "shipping")
    if not normal_email(email):
        return None
    return Person(
        email=email.strip(),
        name=(name or _joined(billing) or _joined(shipping))[:200],
        company_name=(billing.get("company", "") or shipping.get("company", "")).strip(),
        gstin=normalise_gstin(str(kept.get("buyer_gstin", ""))) or "",
        phone=(billing.get("phone", "") or shipping.get("phone", "")).strip(),
        billing=_address(billing),
        shipping=_address(shipping),
        told_at=utc(str(kept.get("date_modified_gmt", ""))),
    )


def _part(kept: Mapping[str, Any], name: str) -> Mapping[str, str]:
    part = kept.get(name)
    return part if isinstance(part, Mapping) else {}


def _joined(part: Mapping[str, Any]) -> str:
    names = (str(part.get(name, "")).strip() for name in ("first_name", "last_name"))
    return " ".join(filter(None, names))


def _address(part: Mapping[str, str]) -> dict[str, str]:
    """Its parts; nothing where only a state or a country is said."""
    found = {name: part[name].strip() for name in ADDRESS if part.get(name, "").strip()}
    return found if found.keys() - {"state", "country"} else {}


def utc(text: str) -> datetime:
    """A store's `*_gmt` time, which has no zone and means UTC; long ago where it is none."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return LONG_AGO
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def told_over(known: Person, told: Person) -> Person:
    """What is known after something was told: the later word wins, silence takes nothing away."""
    later, earlier = (told, known) if told.told_at >= known.told_at else (known, told)
    filled = {name: getattr(later, name) or getattr(earlier, name) for name in DETAILS}
    return replace(later, **filled)


def by_email(people: Iterable[Person]) -> dict[str, Person]:
    """One person for each e-mail address, of all that is told."""
    found: dict[str, Person] = {}
    for person in people:
        key = person.email_key
        found[key] = told_over(found[key], person) if key in found else person
    return found
