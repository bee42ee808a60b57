"""Quick search: accounts and parties by a few letters, and the one that a text names.

People see and type labels, `1110 · Bank - Current A/c`; no id is hidden in the form. So a form
that was filled in without JavaScript, or by heart, is read the same way.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import connection
from django.db.models import BooleanField, Case, IntegerField, Q, QuerySet, Value, When
from django.db.models.expressions import RawSQL

from ledger.core.money import ZERO
from ledger.models import Account, Company, Party
from ledger.models.account import Nature

SHOWN = 12
CARRIED_OVER = (Nature.ASSET, Nature.LIABILITY)


class UnknownNameError(Exception):
    """Nothing, or more than one, is called like this; the text tells the person which."""


def account_label(account: Account) -> str:
    """What an account is called in a form."""
    return f"{account.code} · {account.name}"


def party_label(party: Party) -> str:
    """What a party is called in a form; names alone repeat themselves."""
    return f"{party.name} · {party.gstin or f'#{party.pk}'}"


def accounts_like(company: Company, text: str) -> list[Account]:
    """The accounts that a text may mean: by code, by how the name begins, posted to before."""
    words = text.strip()
    found = accounts_in_use(company)
    if words:
        found = found.filter(Q(code__istartswith=words) | Q(name__icontains=words))
    return list(
        found.annotate(rank=_rank(words), used=_USED).order_by("rank", "-used", "code")[:SHOWN]
    )


_USED = RawSQL(
    "EXISTS (SELECT FROM ledger_accountday AS day WHERE day.company_id = ledger_account.company_id"
    " AND day.account_id = ledger_account.id)",
    (),
    output_field=BooleanField(),
)


def _rank(words: str) -> Case:
    return Case(
        When(code__istartswith=words, then=Value(0)),
        When(name__istartswith=words, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )


def accounts_named(company: Company, texts: Iterable[str]) -> Mapping[str, Account | str]:
    """The account that each text names, or the sentence why there is none; one query."""
    accounts = list(accounts_in_use(company))
    return {text: _account_named(accounts, text) for text in texts}


def _account_named(accounts: Sequence[Account], text: str) -> Account | str:
    words = text.strip().casefold()
    for name in (account_label, lambda each: each.code, lambda each: each.name):
        exact = [each for each in accounts if name(each).casefold() == words]
        if exact:
            return exact[0]
    similar = [each for each in accounts if words in account_label(each).casefold()]
    if len(similar) == 1:
        return similar[0]
    if not similar:
        return f"No account is called “{text.strip()}”."
    some = ", ".join(account_label(each) for each in similar[:3])
    return f"“{text.strip()}” fits several: {some}{' …' if len(similar) > 3 else ''}"


def accounts_in_use(company: Company) -> QuerySet[Account]:
    """The accounts that can be posted to, by code."""
    return Account.objects.filter(company=company, is_active=True).order_by("code")


def parties_like(company: Company, text: str) -> list[Party]:
    """The parties that a text may mean, by name or GSTIN."""
    words = text.strip()
    found = Party.objects.filter(company=company, is_pseudo=False)
    if words:
        found = found.filter(Q(name__icontains=words) | Q(gstin__istartswith=words))
    return list(found.order_by("name", "id")[:SHOWN])


def party_named(company: Company, text: str) -> Party:
    """The party that a text names: by its label, GSTIN, number or name, or by a part of one name.

    :raises UnknownNameError: when that is none or more than one.
    """
    words = text.strip()
    name, _, mark = words.rpartition(" · ")
    numbered = re.fullmatch(r"#(\d{1,18})", mark or words)
    wanted = Q(gstin__iexact=mark or words) & ~Q(gstin="") | Q(name__iexact=words)
    if numbered:
        wanted = Q(pk=int(numbered[1])) & (Q(name=name) if name else Q())
    parties = Party.objects.filter(company=company, is_pseudo=False)
    found = parties.filter(wanted)[:2] or parties.filter(name__icontains=words)[:2]
    if len(found) == 1:
        return found[0]
    if not found:
        raise UnknownNameError(f"No customer is called “{words}”.")
    raise UnknownNameError(f"“{words}” fits several customers: choose one from the list.")


@dataclass(frozen=True, slots=True)
class AccountChoice:
    """An account to choose, with what it stands at: debits less credits."""

    account: Account
    balance: Decimal
    is_used: bool

    @property
    def label(self) -> str:
        """What it is called in a form."""
        return account_label(self.account)


def choices_of(
    company: Company, accounts: Sequence[Account], *, year_start: date
) -> list[AccountChoice]:
    """Accounts with what they stand at, in the order given; income and expense since a day."""
    with connection.cursor() as cursor:
        cursor.execute(_BALANCES, [year_start, company.pk, [account.pk for account in accounts]])
        sums: dict[int, Decimal] = dict(cursor.fetchall())
    return [
        AccountChoice(account, sums.get(account.pk, ZERO), account.pk in sums)
        for account in accounts
    ]


_BALANCES = f"""
    SELECT account.id, coalesce(sum(day.debits - day.credits) FILTER (
        WHERE account.nature IN ({", ".join(f"'{nature}'" for nature in CARRIED_OVER)})
            OR day.date >= %s), 0.00)
    FROM ledger_account AS account
    JOIN ledger_accountday AS day
        ON day.company_id = account.company_id AND day.account_id = account.id
    WHERE account.company_id = %s AND account.id = ANY(%s)
    GROUP BY account.id
"""  # noqa: S608 -- names of our own


def clearing_accounts(company: Company) -> list[Account]:
    """Where the stores' sales wait for the money of gateways and couriers."""
    return list(accounts_in_use(company).filter(key__startswith="clearing:"))
