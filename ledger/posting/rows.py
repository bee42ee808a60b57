"""A document as rows: the voucher, its lines and its taxes."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from ledger.core.documents import (
    SUPPLIES,
    Body,
    Document,
    Flag,
    Line,
    bears_no_tax,
    by_head,
)
from ledger.core.gst import Split, TaxComponent
from ledger.models import Company
from ledger.models.company import Scheme
from ledger.posting.inserting import Row

HEADER_COLUMNS = (
    "company_id, type, source_key, reference, buyer_name, buyer_gstin, place_of_supply,"
    " place_decided_by, currency, original_currency, exchange_rate, original_total,"
    " taxable_value, cgst, sgst, igst, other_tax, round_off, total, is_bill_of_supply, reason"
)
"""What a voucher and a draft have in common."""

VOUCHER_COLUMNS = (
    f"{HEADER_COLUMNS}, id, number, financial_year, date, original_date, flags,"
    " party_id, against_id, posted_at, posted_by_id"
)
LINE_COLUMNS = (
    "company_id, voucher_id, position, source_line, kind, description, sku, item_id, hsn,"
    " quantity, taxable_value, taxability, rate, tax_names, tax_rates, taxes"
)
TAX_COLUMNS = "company_id, voucher_id, name, rate, taxable_value, amount, is_as_charged"
ENTRY_COLUMNS = "company_id, voucher_id, position, account_id, debit, credit"

"""The place of a tax among a voucher's columns CGST, SGST, IGST, other tax (place 3)."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a document stands in the books."""

    id: int
    number: str
    financial_year: str
    date: date
    party_id: int | None
    against_id: int | None
    posted_at: datetime
    posted_by_id: int | None


def header_values(company: Company, document: Document) -> Row:
    """A document's own values, in the order of `HEADER_COLUMNS`."""
    header, body = document.header, document.body
    is_converted = header.exchange_rate is not None
    return (
        company.pk,
        document.type.value,
        document.source_key,
        document.reference,
        header.buyer_name,
        header.buyer_gstin,
        header.place_of_supply,
        header.place_decided_by,
        company.currency,
        header.currency if is_converted else None,
        header.exchange_rate,
        header.original_total,
        body.taxable_value,
        *by_head(body.groups),
        body.round_off,
        body.total,
        _is_bill_of_supply(company, document),
        document.reason,
    )


def voucher_row(company: Company, document: Document, place: Place) -> Row:
    """The voucher's row, in the order of `VOUCHER_COLUMNS`."""
    moved = place.date != document.date
    return (
        *header_values(company, document),
        place.id,
        place.number,
        place.financial_year,
        place.date,
        document.date if moved else None,
        sorted(document.flags),
        place.party_id,
        place.against_id,
        place.posted_at,
        place.posted_by_id,
    )


def line_rows(company_id: int, voucher_id: int, body: Body) -> Iterator[Row]:
    """The rows of the lines, in the order of `LINE_COLUMNS`."""
    for position, line in enumerate(body.lines, 1):
        yield (company_id, voucher_id, position, *line_values(line))


def line_values(line: Line) -> Row:
    """A line without what ties it to its voucher: the last columns of `LINE_COLUMNS`."""
    group = line.group
    names, rates = _named(group.components)
    return (
        line.key,
        line.kind.value,
        line.description,
        line.sku,
        line.item_id,
        line.hsn,
        line.quantity,
        line.taxable_value,
        group.taxability.value,
        group.rate,
        names,
        rates,
        line.taxes,
    )


def tax_rows(company_id: int, voucher_id: int, document: Document) -> Iterator[Row]:
    """The rows of the taxes, in the order of `TAX_COLUMNS`."""
    as_charged = Flag.TAX_AS_CHARGED in document.flags
    for part in document.body.groups:
        is_as_charged = as_charged or part.group.split is Split.FOREIGN
        for component, amount in zip(part.group.components, part.taxes, strict=True):
            yield (
                company_id,
                voucher_id,
                component.name,
                component.rate,
                part.taxable_value,
                amount,
                is_as_charged,
            )


def _named(components: tuple[TaxComponent, ...]) -> tuple[list[str], list[Decimal]]:
    return [part.name for part in components], [part.rate for part in components]


def _is_bill_of_supply(company: Company, document: Document) -> bool:
    """Whether the document is no tax invoice (rule 49): the company or the lines bear no tax."""
    if company.country != "IN" or document.type not in SUPPLIES:
        return False
    return company.scheme != Scheme.REGULAR or bears_no_tax(document.body.lines)
