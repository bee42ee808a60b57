"""The masters and settings that a voucher rests on, and the edits of them."""

from collections.abc import Iterable, Iterator
from uuid import UUID

from connections.models import StoreConnection
from ledger.edit_log import edits_of_any, record_of
from ledger.edit_words import Line, in_words
from ledger.models import Account, Company, Edit, Item, Party, Voucher
from ledger.queries import VoucherParts

SHOWN = 10


def edits_behind(
    company: Company, parts: VoucherParts, store: UUID | None, items: Iterable[int]
) -> list[Line]:
    """The newest changes of the voucher's company, store, accounts, party and items.

    That they were added says nothing: each was, before it stood on a voucher.
    """
    records = list(_records(company, parts.voucher, store))
    records += [record_of(Account(pk=entry.account_id)) for entry in parts.entries]
    records += [record_of(Item(pk=item)) for item in items]
    changes = edits_of_any(company, dict.fromkeys(records)).exclude(action=Edit.Action.INSERT)
    return in_words(list(changes[:SHOWN]))


def _records(company: Company, voucher: Voucher, store: UUID | None) -> Iterator[str]:
    yield record_of(company)
    if store:
        yield record_of(StoreConnection(pk=store))
    if voucher.party_id:
        yield record_of(Party(pk=voucher.party_id))
