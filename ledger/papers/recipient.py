"""The recipient on a document: the ledger knows name and GSTIN, others where the buyer lives."""

from dataclasses import dataclass

from babel import Locale

from ledger.core.particulars import Cause
from ledger.core.states import state_code, state_name

_COUNTRIES = Locale("en").territories


@dataclass(frozen=True, slots=True)
class PostalAddress:
    """An address as its owner wrote it; the country by its code, the state in any spelling."""

    name: str = ""
    company: str = ""
    lines: tuple[str, ...] = ()
    state: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True)
class Recipient:
    """Where the buyer lives and where the goods went; why there is no address, if there is none."""

    billing: PostalAddress = PostalAddress()
    shipping: PostalAddress = PostalAddress()
    no_address: Cause = Cause.NO_ORDER

    @property
    def has_address(self) -> bool:
        """Whether more than a state is known."""
        return bool(self.billing.lines or self.shipping.lines)


UNKNOWN = Recipient()


def address_lines(address: PostalAddress, known_as: str = "") -> list[str]:
    """An address line by line, the state with its GST code, the country where it is not India.

    `known_as` is the name that stands above it already, and is not said twice.
    """
    is_abroad = address.country not in ("", "IN")
    code = None if is_abroad else state_code(address.state)
    state = f"{state_name(code)} ({code})" if code else address.state
    country = _COUNTRIES.get(address.country, address.country) if is_abroad else ""
    company = "" if address.company == known_as else address.company
    return [line for line in (company, *address.lines, state, country) if line]
