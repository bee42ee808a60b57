"""The supplier on a document: the company as it was when the document was posted.

A document is a copy of what the buyer got, so a new address is for documents from then on. What was
not filled in yet at that time is taken from the first time that it was.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ledger.models import Company, CompanyVersion

_FILLED_IN_LATER = ("legal_name", "gstin", "pan", "phone", "email", "signatory")
_ADDRESS = ("address", "city", "pin_code")
_LUT = ("lut_number", "lut_year")


@dataclass(frozen=True, slots=True, kw_only=True)
class Supplier:
    """What a document says of the company."""

    name: str
    legal_name: str = ""
    address: tuple[str, ...] = ()
    state: str = ""
    gstin: str = ""
    pan: str = ""
    phone: str = ""
    email: str = ""
    scheme: str = ""
    has_lut: bool = False
    lut_number: str = ""
    bank_details: str = ""
    terms: str = ""
    signatory: str = ""
    hsn_digits: int = 4


@dataclass(frozen=True, slots=True)
class Versions:
    """All versions of a company, oldest first."""

    versions: Sequence[CompanyVersion]

    def at(self, moment: datetime, financial_year: str) -> Supplier:
        """The supplier of a document that was posted at a moment, in a financial year."""
        known = [each.details for each in self.versions if each.since <= moment]
        later = [each.details for each in self.versions if each.since > moment]
        now = known[-1] if known else later.pop(0)
        facts = {name: _first([now, *later], name) for name in _FILLED_IN_LATER}
        address = next(filter(_has_address, [now, *later]), now)
        return Supplier(
            name=_text(now, "name"),
            address=_address(address),
            state=_text(now, "state"),
            scheme=_text(now, "scheme"),
            has_lut=bool(now.get("has_lut")),
            lut_number=_lut_number([now, *later], financial_year),
            bank_details=_text(now, "bank_details"),
            terms=_text(now, "document_terms"),
            hsn_digits=int(now.get("hsn_digits") or 4),
            **facts,
        )


def versions_of(company: Company) -> Versions:
    """The versions of a company; one query."""
    return Versions(list(CompanyVersion.objects.filter(company=company).order_by("since")))


def correct_earlier(company: Company) -> None:
    """Let the company's present details hold for all documents: the earlier ones were wrong."""
    newest = CompanyVersion.objects.filter(company=company).order_by("-since")[:1]
    CompanyVersion.objects.filter(company=company).exclude(pk__in=newest.values("pk")).delete()


def _first(versions: Sequence[Mapping[str, Any]], name: str) -> str:
    return next(filter(None, (_text(each, name) for each in versions)), "")


def _text(details: Mapping[str, Any], name: str) -> str:
    return str(details.get(name) or "")


def _has_address(details: Mapping[str, Any]) -> bool:
    return bool(details.get("address") or details.get("city"))


def _address(details: Mapping[str, Any]) -> tuple[str, ...]:
    place = f"{_text(details, 'city')} {_text(details, 'pin_code')}".strip()
    return tuple(filter(None, [*_text(details, "address").splitlines(), place]))


def _lut_number(versions: Sequence[Mapping[str, Any]], financial_year: str) -> str:
    """A letter of undertaking is for one financial year."""
    for details in versions:
        if _text(details, "lut_number") and _text(details, "lut_year") in ("", financial_year):
            return _text(details, "lut_number")
    return ""
