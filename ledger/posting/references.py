"""What vouchers point to: their parties, and the sales that notes correct."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.backends.utils import CursorWrapper

from ledger.core.documents import Document, Header
from ledger.posting.books import PSEUDO


@dataclass(frozen=True, slots=True)
class Sale:
    """A posted sale that a note is against."""

    id: int
    date: date


def sales_by_key(
    cursor: CursorWrapper, company_id: int, documents: Sequence[Document]
) -> dict[str, Sale]:
    """The posted sales that the documents are against, by source key; none is looked up twice."""
    own = {document.source_key for document in documents}
    keys = {document.against for document in documents if document.against} - own
    if not keys:
        return {}
    cursor.execute(
        "SELECT source_key, id, date FROM ledger_voucher"
        " WHERE company_id = %s AND source_key = ANY(%s)",
        [company_id, list(keys)],
    )
    return {key: Sale(id_, day) for key, id_, day in cursor.fetchall()}


def parties_of(
    cursor: CursorWrapper,
    company_id: int,
    headers: Iterable[Header],
    known: Mapping[str, int] | None = None,
) -> dict[str, int]:
    """The parties of registered buyers by GSTIN, new ones added, and the pseudo-customer."""
    found = dict(known or {})
    registered = {header.buyer_gstin: header for header in headers if header.buyer_gstin}
    found |= _find(cursor, company_id, {PSEUDO, *registered} - found.keys())
    missing = sorted(registered.keys() - found.keys())
    if missing:
        _add(cursor, company_id, [registered[gstin] for gstin in missing])
        found |= _find(cursor, company_id, missing)
    return found


def _find(cursor: CursorWrapper, company_id: int, gstins: Collection[str]) -> dict[str, int]:
    if not gstins:
        return {}
    cursor.execute(
        "SELECT CASE WHEN is_pseudo THEN '' ELSE gstin END, id FROM ledger_party"
        " WHERE company_id = %s AND (is_pseudo OR (gstin <> '' AND gstin = ANY(%s)))",
        [company_id, list(gstins)],
    )
    return dict(cursor.fetchall())


def _add(cursor: CursorWrapper, company_id: int, headers: Sequence[Header]) -> None:
    cursor.executemany(
        "INSERT INTO ledger_party (company_id, name, gstin, state, is_pseudo, created_at)"
        " VALUES (%s, %s, %s, %s, false, now()) ON CONFLICT DO NOTHING",
        [
            (
                company_id,
                (header.buyer_company or header.buyer_name or header.buyer_gstin or "")[:200],
                header.buyer_gstin,
                (header.buyer_gstin or "")[:2],
            )
            for header in headers
        ],
    )
