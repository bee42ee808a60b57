"""The accounts of a company: its start chart, and the account behind a key."""

import csv
from collections.abc import Collection, Iterable, Mapping
from itertools import chain, count
from pathlib import Path

from django.db import connection, transaction

from ledger.account_keys import Meaning, meaning_of
from ledger.models import Account, BooksLock, Company

LONGEST_NAME = 110
"""Leaves room for a number within the column's 120 characters."""
_CHARTS = Path(__file__).with_name("charts")


def open_chart(company: Company) -> None:
    """Give a new company the accounts that its books start with: India's, or a plain chart."""
    chart = _CHARTS / ("india.csv" if company.country == "IN" else "plain.csv")
    with chart.open(newline="", encoding="utf-8") as rows:
        Account.objects.bulk_create(Account(company=company, **row) for row in csv.DictReader(rows))


def ids_for(
    company_id: int, keys: Collection[str], labels: Mapping[str, str] | None = None
) -> dict[str, int]:
    """The id of the account behind each key; accounts that are missing are opened.

    `labels` names accounts whose key is opaque, such as a store's clearing account, when they are
    opened; it never renames one.

    :raises UnknownAccountKeyError: when a key has no meaning; nothing is opened then.
    """
    wanted = set(keys)
    found = _existing(company_id, wanted)
    missing = sorted(wanted - found.keys())
    if missing:
        labels = labels or {}
        meanings = {key: meaning_of(key, labels.get(key)) for key in missing}
        with transaction.atomic():
            found |= _open(company_id, meanings)
    return found


def _existing(company_id: int, keys: Collection[str]) -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT key, id FROM ledger_account"
            " WHERE company_id = %s AND key <> '' AND key = ANY(%s)",
            [company_id, list(keys)],
        )
        return dict(cursor.fetchall())


def _open(company_id: int, meanings: Mapping[str, Meaning]) -> dict[str, int]:
    """Open accounts under the company's lock, so that two never take the same code or name."""
    BooksLock.objects.select_for_update(no_key=True).get(pk=company_id)
    opened = _existing(company_id, meanings)
    taken = list(Account.objects.filter(company_id=company_id).values_list("code", "name"))
    codes, names = {code for code, _ in taken}, {name for _, name in taken}
    accounts = [
        Account(
            company_id=company_id,
            key=key,
            code=_code(codes, meaning.code),
            name=_name(names, meaning.name[:LONGEST_NAME]),
            group=meaning.group,
            nature=meaning.nature,
        )
        for key, meaning in meanings.items()
        if key not in opened
    ]
    Account.objects.bulk_create(accounts)
    return opened | {account.key: account.pk for account in accounts}


def _code(taken: set[str], wanted: str) -> str:
    """The code that is wanted; one that ends in `-` or is taken gets the next free number."""
    stem = wanted.removesuffix("-")
    numbered = (f"{stem}-{number}" for number in count(1))
    return _take(taken, numbered if wanted.endswith("-") else chain([wanted], numbered))


def _name(taken: set[str], wanted: str) -> str:
    return _take(taken, chain([wanted], (f"{wanted} {number}" for number in count(2))))


def _take(taken: set[str], candidates: Iterable[str]) -> str:
    free = next(candidate for candidate in candidates if candidate not in taken)
    taken.add(free)
    return free
