"""Founding a company: everything that its books need to be posted to."""

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from django.db import connection, transaction

from ledger.accounts import open_chart
from ledger.core.documents import VoucherType
from ledger.core.gstin import normalise_gstin
from ledger.core.numbering import financial_year
from ledger.core.states import STATE_NAMES, state_code, state_name
from ledger.models import BooksLock, Company, Membership, Party, Role, User
from ledger.models.company import Scheme
from ledger.posting.numbers import open_series


class UnfitCompanyError(Exception):
    """The company cannot be founded like this; the text says what is wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Founding:
    """What must be known to found a company. `state` is a code, or any name of an Indian state."""

    name: str
    country: str = "IN"
    state: str = ""
    gstin: str = ""
    scheme: str = Scheme.REGULAR
    has_lut: bool = False
    currency: str = "INR"
    timezone: str = "Asia/Kolkata"
    year_start_month: int = 4


@transaction.atomic
def found_company(founding: Founding, *, owner: User, today: date) -> Company:
    """Found a company with its chart of accounts, series, books lock and pseudo-customer.

    :raises UnfitCompanyError: when state, GSTIN, scheme or time zone do not fit together.
    """
    company = Company(
        name=_name(founding),
        country=founding.country.upper(),
        state=_state(founding),
        gstin=_gstin(founding),
        scheme=_scheme(founding),
        has_lut=founding.has_lut,
        currency=founding.currency.upper(),
        timezone=_timezone(founding),
        year_start_month=founding.year_start_month,
    )
    company.save(force_insert=True)
    BooksLock.objects.create(company=company)
    Membership.objects.create(company=company, user=owner, role=Role.OWNER)
    Party.objects.create(company=company, name="Store customers", is_pseudo=True)
    open_chart(company)
    year = financial_year(today, company.year_start_month)
    with connection.cursor() as cursor:
        open_series(cursor, company.pk, [(type_.value, year) for type_ in VoucherType])
    return company


def _name(founding: Founding) -> str:
    name = founding.name.strip()
    if not name:
        raise UnfitCompanyError("A company needs a name.")
    return name


def _state(founding: Founding) -> str:
    if founding.country.upper() != "IN":
        return ""
    code = state_code(founding.state)
    if code not in STATE_NAMES:
        raise UnfitCompanyError(f"“{founding.state}” is not a state of India.")
    return code


def _gstin(founding: Founding) -> str:
    if founding.gstin.strip() and founding.country.upper() != "IN":
        raise UnfitCompanyError("Only a company in India has a GSTIN.")
    return checked_gstin(founding.gstin, state=_state(founding), scheme=founding.scheme)


def checked_gstin(text: str, *, state: str, scheme: str) -> str:
    """The GSTIN of a company in a state (GST code) under a scheme; empty stays empty.

    :raises UnfitCompanyError: when it is none, or of another state, or the scheme has none.
    """
    if not text.strip():
        return ""
    if scheme == Scheme.UNREGISTERED:
        raise UnfitCompanyError("An unregistered company has no GSTIN.")
    gstin = normalise_gstin(text)
    if gstin is None:
        raise UnfitCompanyError(f"{text} is not a valid GSTIN.")
    if gstin[:2] != state:
        raise UnfitCompanyError(
            f"{gstin} is of {state_name(gstin[:2])}, the company of {state_name(state)}."
        )
    return gstin


def _scheme(founding: Founding) -> Scheme:
    try:
        return Scheme(founding.scheme)
    except ValueError as error:
        raise UnfitCompanyError(f"“{founding.scheme}” is not a GST scheme.") from error


def _timezone(founding: Founding) -> str:
    try:
        return ZoneInfo(founding.timezone).key
    except (KeyError, ValueError) as error:
        raise UnfitCompanyError(f"“{founding.timezone}” is not a time zone.") from error
