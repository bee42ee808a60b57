"""What a voucher's form begins with: rows that the type, or where one came from, suggests."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.http import QueryDict

from ledger.core.documents import VoucherType
from ledger.entry_forms import CREDIT, DEBIT, MAX_ROWS
from ledger.forms import id_asked_for
from ledger.models import Account, Company, Party
from ledger.quick_search import account_label, party_label

FEWEST_ROWS = 4
MORE_ROWS = 4
Rows = Sequence[Mapping[str, Any]]
Side = tuple[str, Account | None]


def suggested_rows(company: Company, type_: VoucherType, about: Account | None) -> Rows:
    """The rows of a new voucher; `about` is the account that a person came from.

    Money of a gateway for a store's clearing account comes less its fee.
    """
    in_use = Account.objects.filter(company=company, is_active=True).order_by("code")
    bank = in_use.filter(group="Bank Accounts").first()
    if type_ is VoucherType.PAYMENT:
        return _rows((DEBIT, about), (CREDIT, bank))
    if type_ is VoucherType.JOURNAL:
        return _rows((DEBIT, about), (CREDIT, None))
    if about is not None and about.key.startswith("clearing:"):
        fees = in_use.filter(name__icontains="gateway charges").first()
        return _rows((DEBIT, bank), (DEBIT, fees), (CREDIT, about))
    return _rows((DEBIT, bank), (CREDIT, about))


def account_asked_for(company: Company, query: QueryDict) -> Account | None:
    """The account that the address names, or for a customer the customers' own."""
    accounts = Account.objects.filter(company=company, is_active=True)
    asked = id_asked_for(query, "account")
    if asked is not None:
        return accounts.filter(pk=asked).first()
    return accounts.filter(key="debtors").first() if query.get("party") else None


def party_asked_for(company: Company, query: QueryDict) -> str:
    """The label of the party that the address names."""
    asked = id_asked_for(query, "party")
    party = asked and Party.objects.filter(company=company, is_pseudo=False, pk=asked).first()
    return party_label(party) if party else ""


def day_asked_for(query: QueryDict, today: date) -> date:
    """The day of the voucher before, so that a pile of one day is entered at a stretch."""
    try:
        return min(date.fromisoformat(query.get("date", "")), today)
    except ValueError:
        return today


def rows_sent(data: QueryDict) -> Rows:
    """What was entered so far, unchecked, and some rows more: for those without JavaScript."""
    sent = data.get("row-TOTAL_FORMS", "")
    count = min(int(sent) if sent.isdecimal() and len(sent) < 5 else 0, MAX_ROWS)
    names = ("side", "account", "amount")
    rows = [{name: data.get(f"row-{n}-{name}", "") for name in names} for n in range(count)]
    return [*rows, *[{"side": DEBIT}] * MORE_ROWS][:MAX_ROWS]


def _rows(*sides: Side) -> Rows:
    rows: list[Mapping[str, Any]] = [
        {"side": side, "account": account_label(account) if account else ""}
        for side, account in sides
    ]
    return [*rows, *[{"side": DEBIT}] * (FEWEST_ROWS - len(rows))]
