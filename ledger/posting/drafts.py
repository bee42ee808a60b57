"""Drafts: documents that are not in the books, replaced freely."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import connection

from ledger.core.documents import Document
from ledger.models import Company, Draft
from ledger.posting.books import PSEUDO
from ledger.posting.references import parties_of
from ledger.posting.rows import HEADER_COLUMNS, LINE_COLUMNS, header_values, line_values

_HEADER_NAMES = HEADER_COLUMNS.split(", ")
_LINE_NAMES = LINE_COLUMNS.split(", ")[3:]
_REPLACED = [
    *(set(_HEADER_NAMES) - {"company_id", "source_key"}),
    *("date", "party", "flags", "lines", "is_sales_order", "updated_at"),
]


def save_drafts(
    company: Company, documents: Sequence[Document], *, is_sales_order: bool, at: datetime
) -> list[int]:
    """Keep documents as drafts, each in place of the one with its source key; their ids."""
    with connection.cursor() as cursor:
        parties = parties_of(cursor, company.pk, [doc.header for doc in documents])
    drafts = [
        _draft(company, document, parties[document.header.buyer_gstin or PSEUDO])
        for document in documents
    ]
    for draft in drafts:
        draft.is_sales_order = is_sales_order
        draft.updated_at = at
    Draft.objects.bulk_create(
        drafts,
        update_conflicts=True,
        unique_fields=["company", "source_key"],
        update_fields=_REPLACED,
    )
    return [draft.pk for draft in drafts]


def drop_drafts(company: Company, source_keys: Collection[str]) -> None:
    """Let drafts go: they were posted, cancelled or never wanted. Unknown keys are no matter."""
    Draft.objects.filter(company=company, source_key__in=source_keys).delete()


def _draft(company: Company, document: Document, party_id: int) -> Draft:
    values = header_values(company, document)
    return Draft(
        **dict(zip(_HEADER_NAMES, values, strict=True)),
        date=document.date,
        party_id=party_id,
        flags=sorted(flag.value for flag in document.flags),
        lines=[
            {
                name: _plain(value)
                for name, value in zip(_LINE_NAMES, line_values(line), strict=True)
            }
            for line in document.body.lines
        ],
    )


def _plain(value: object) -> object:
    """The value as JSON has it; amounts as strings, so that none becomes a float."""
    if value is None or isinstance(value, str | int):
        return value
    return [str(part) for part in value] if isinstance(value, list | tuple) else str(value)
