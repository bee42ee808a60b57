"""Post documents: whatever their number, with a fixed number of statements."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Protocol

from django.db import connection
from django.db.backends.utils import CursorWrapper

from ledger.accounts import ids_for
from ledger.core.documents import SUPPLIES, Document, Flag, VoucherType, first_open_day
from ledger.core.entries import entries_of
from ledger.models import Company, User
from ledger.posting.books import PSEUDO, Books, hold_books
from ledger.posting.inserting import Row, insert
from ledger.posting.numbers import take_numbers
from ledger.posting.references import Sale, parties_of, sales_by_key
from ledger.posting.rows import (
    ENTRY_COLUMNS,
    LINE_COLUMNS,
    TAX_COLUMNS,
    VOUCHER_COLUMNS,
    Place,
    line_rows,
    tax_rows,
    voucher_row,
)


class NotInTransactionError(Exception):
    """Posting joins its caller's transaction, and there is none."""


class UnknownSaleError(Exception):
    """A note is against a sale that is neither posted nor earlier in the same batch."""


@dataclass(frozen=True, slots=True)
class Posted:
    """What became of a document."""

    id: int
    number: str
    type: VoucherType
    source_key: str
    date: date


class Side(Protocol):
    """A debit or a credit; `account` is a key, or the id of an account that a person chose."""

    @property
    def account(self) -> str | int: ...
    @property
    def debit(self) -> Decimal: ...
    @property
    def credit(self) -> Decimal: ...


@dataclass(frozen=True, slots=True)
class Booking:
    """A document with its entries, in rupees.

    `party_id` is the party that a person chose; supplies find theirs by the buyer's GSTIN.
    """

    document: Document
    entries: Sequence[Side]
    party_id: int | None = None


def post(
    company: Company,
    documents: Sequence[Document],
    *,
    posted_at: datetime,
    posted_by: User | None = None,
    labels: Mapping[str, str] | None = None,
) -> list[Posted]:
    """Post documents in the caller's transaction, numbered in the order given.

    A date in a locked period moves to the first open day, flagged. Missing accounts, parties and
    series are opened; `labels` names new accounts whose key is opaque.

    :raises NotInTransactionError: outside of `atomic`.
    :raises UnknownSaleError: when a note's sale is not in the books.
    :raises UnknownAccountKeyError: when an entry is for an account that nobody knows.
    :raises django.db.IntegrityError: when a document already stands, or breaks a rule of the books.
    """
    bookings = [Booking(document, entries_of(document)) for document in documents]
    return write(company, bookings, posted_at=posted_at, posted_by=posted_by, labels=labels)


def write(
    company: Company,
    bookings: Sequence[Booking],
    *,
    posted_at: datetime,
    posted_by: User | None,
    labels: Mapping[str, str] | None = None,
) -> list[Posted]:
    """Write bookings into the books: hold them, date, number, insert."""
    if not connection.in_atomic_block:
        raise NotInTransactionError("posting needs a transaction around it")
    if not bookings:
        return []
    documents = [booking.document for booking in bookings]
    with connection.cursor() as cursor:
        books = _hold(cursor, company, bookings, labels)
        sales = sales_by_key(cursor, company.pk, documents)
        dated, against = _date(documents, books.ids, sales, books.locked_until)
        numbers = take_numbers(cursor, company, [(doc.type, day) for doc, day in dated])
        by = posted_by.pk if posted_by else None
        placed = [
            (document, Place(id_, number, year, day, _party(each, books), sale, posted_at, by))
            for each, (document, day), id_, sale, (year, number) in zip(
                bookings, dated, books.ids, against, numbers, strict=True
            )
        ]
        _insert(cursor, company, placed, [_sides(b, books.accounts) for b in bookings])
    return [
        Posted(place.id, place.number, document.type, document.source_key, place.date)
        for document, place in placed
    ]


def _hold(
    cursor: CursorWrapper,
    company: Company,
    bookings: Sequence[Booking],
    labels: Mapping[str, str] | None,
) -> Books:
    """Hold the books with all accounts and parties that the bookings need, new ones opened."""
    headers = [booking.document.header for booking in bookings]
    keys = {
        side.account
        for booking in bookings
        for side in booking.entries
        if isinstance(side.account, str)
    }
    gstins = {header.buyer_gstin for header in headers if header.buyer_gstin}
    books = hold_books(cursor, company.pk, vouchers=len(bookings), account_keys=keys, gstins=gstins)
    missing = keys - books.accounts.keys()
    return replace(
        books,
        accounts=books.accounts | (ids_for(company.pk, missing, labels) if missing else {}),
        parties=parties_of(cursor, company.pk, headers, books.parties),
    )


def _sides(booking: Booking, accounts: Mapping[str, int]) -> list[Row]:
    return [
        (
            accounts[side.account] if isinstance(side.account, str) else side.account,
            side.debit,
            side.credit,
        )
        for side in booking.entries
    ]


def _date(
    documents: Sequence[Document],
    ids: Sequence[int],
    sales: dict[str, Sale],
    locked_until: date | None,
) -> tuple[list[tuple[Document, date]], list[int | None]]:
    """The day of each document: open, and for a note not before its sale; and the sale's id."""
    first_open = first_open_day(locked_until)
    dated: list[tuple[Document, date]] = []
    against: list[int | None] = []
    for document, id_ in zip(documents, ids, strict=True):
        sale = _sale_of(document, sales)
        day = max(document.date, first_open, sale.date if sale else date.min)
        dated.append((_flagged(document, first_open), day))
        against.append(sale.id if sale else None)
        sales[document.source_key] = Sale(id_, day)
    return dated, against


def _flagged(document: Document, first_open: date) -> Document:
    if document.date >= first_open:
        return document
    return replace(document, flags=document.flags | {Flag.LOCKED_PERIOD})


def _sale_of(document: Document, sales: dict[str, Sale]) -> Sale | None:
    if document.against is None:
        return None
    if document.against not in sales:
        raise UnknownSaleError(f"there is no sale {document.against}")
    return sales[document.against]


def _party(booking: Booking, books: Books) -> int | None:
    if booking.document.type not in SUPPLIES:
        return booking.party_id
    return books.parties[booking.document.header.buyer_gstin or PSEUDO]


def _insert(
    cursor: CursorWrapper,
    company: Company,
    placed: Sequence[tuple[Document, Place]],
    entries: Sequence[Sequence[Row]],
) -> None:
    vouchers: list[Row] = []
    lines: list[Row] = []
    taxes: list[Row] = []
    sides: list[Row] = []
    for (document, place), part in zip(placed, entries, strict=True):
        vouchers.append(voucher_row(company, document, place))
        lines += line_rows(company.pk, place.id, document.body)
        taxes += tax_rows(company.pk, place.id, document)
        sides += [(company.pk, place.id, i, *entry) for i, entry in enumerate(part, 1)]
    insert(
        cursor,
        {
            "ledger_voucher": (VOUCHER_COLUMNS, vouchers),
            "ledger_voucherline": (LINE_COLUMNS, lines),
            "ledger_vouchertax": (TAX_COLUMNS, taxes),
            "ledger_entry": (ENTRY_COLUMNS, sides),
        },
    )
