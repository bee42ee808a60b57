"""Where a supply takes place, and which address decided (s.10–s.12 IGST Act)."""

from dataclasses import dataclass

from ledger.core.states import OTHER_COUNTRIES, state_code


@dataclass(frozen=True, slots=True)
class PlaceOfSupply:
    """A GST state code (96 abroad) and what decided it: gstin, shipping, billing, company."""

    code: str
    decided_by: str


class UnknownStateError(Exception):
    """An Indian address names a state that nobody knows; a person must say which it is."""


def place_of_supply(
    *,
    gstin: str | None,
    shipping: tuple[str, str],
    billing: tuple[str, str],
    company_state: str,
) -> PlaceOfSupply:
    """The place of supply of a sale; addresses are (country, state) as a store writes them.

    A registered buyer's GSTIN decides; else the address of delivery recorded on the invoice
    (s.10(1)(ca), circular 209/3/2024); else billing; without any address, the supplier's state.
    Delivery abroad is an export whatever the GSTIN says (s.11(b)).

    :raises UnknownStateError: the deciding address has a state that is in no list.
    """
    for source, (country, state) in (("shipping", shipping), ("billing", billing)):
        if not country and not state:
            continue
        if country not in ("", "IN"):
            return PlaceOfSupply(OTHER_COUNTRIES, source)
        if gstin:
            break
        if not state:
            continue
        code = state_code(state)
        if code is None:
            raise UnknownStateError(f"{source} state “{state}”")
        return PlaceOfSupply(code, source)
    if gstin:
        return PlaceOfSupply(gstin[:2], "gstin")
    return PlaceOfSupply(company_state, "company")
