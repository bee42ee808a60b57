"""Rows behind the REST API: vouchers and drafts in one shape, a fixed number of queries a page."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import Q, QuerySet

from ledger.core.money import ZERO
from ledger.draft_lines import lines_of
from ledger.models import Company, Draft, Entry, Voucher, VoucherLine
from ledger.queries import VoucherParts, with_parts
from sync.booking.line_items import Source, item_of, mapped_items
from sync.cursor_pages import Page
from sync.models import Order, OrderDocument, OrderDraft

Companies = QuerySet[Company]


@dataclass(frozen=True, slots=True)
class VoucherFilter:
    """Which vouchers; each None means all."""

    connection: UUID | None = None
    order_id: int | None = None
    type: str | None = None
    status: str | None = None
    date_from: date | None = None
    date_to: date | None = None

    def header(self) -> Q:
        """What a voucher and a draft are asked alike."""
        wanted = Q()
        if self.type is not None:
            wanted &= Q(type=self.type)
        if self.date_from is not None:
            wanted &= Q(date__gte=self.date_from)
        if self.date_to is not None:
            wanted &= Q(date__lte=self.date_to)
        return wanted

    def source(self, link: str) -> Q:
        """What their tie to an order is asked; `link` is its name."""
        wanted = Q()
        if self.connection is not None:
            wanted &= Q(**{f"{link}__connection": self.connection})
        if self.order_id is not None:
            wanted &= Q(**{f"{link}__order_id": self.order_id})
        return wanted


@dataclass(frozen=True, slots=True)
class LineRow:
    """A line with the item that it stands for by now, and its tax by component."""

    line: VoucherLine
    item_id: int | None = None
    cgst: Decimal = ZERO
    sgst: Decimal = ZERO
    igst: Decimal = ZERO
    other_tax: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class VoucherRow:
    """A posted voucher, or a draft: that has neither number nor entries."""

    id: str
    header: Voucher | Draft
    lines: Sequence[LineRow]
    status: str = "draft"
    number: str = ""
    against: int | None = None
    entries: Sequence[Entry] = ()
    connection: UUID | None = None
    order_id: int | None = None
    refund_id: int | None = None


@dataclass(frozen=True, slots=True)
class OrderRow:
    """An order with all that was made of it."""

    order: Order
    vouchers: Sequence[VoucherRow]


def vouchers_page(
    companies: Companies, wanted: VoucherFilter, cursor: str | None, size: int
) -> Page[VoucherRow]:
    """Posted vouchers in the sequence of posting, then drafts (whose cursors begin with d)."""
    rows: list[VoucherRow] = []
    if wanted.status != "draft" and not (cursor or "").startswith("d"):
        rows += _posted(_posted_ones(companies, wanted, cursor)[: size + 1])
        cursor = None
    if wanted.status != "posted" and len(rows) <= size:
        rows += _drafts(_draft_ones(companies, wanted, cursor)[: size + 1 - len(rows)])
    return Page(rows[:size], rows[size - 1].id if len(rows) > size else None)


def _posted_ones(
    companies: Companies, wanted: VoucherFilter, cursor: str | None
) -> QuerySet[Voucher]:
    found = Voucher.objects.filter(wanted.header() & wanted.source("order_document"))
    if cursor is not None:
        found = found.filter(pk__gt=int(cursor))
    return found.filter(company__in=_ids(companies)).order_by("pk")


def _draft_ones(companies: Companies, wanted: VoucherFilter, cursor: str | None) -> QuerySet[Draft]:
    found = Draft.objects.filter(wanted.header() & wanted.source("order_draft"))
    if cursor is not None:
        found = found.filter(pk__gt=int(cursor.removeprefix("d")))
    return found.filter(company__in=_ids(companies)).order_by("pk")


def _ids(companies: Companies) -> list[int]:
    """As values: the planner then knows that there are few."""
    return list(companies.values_list("pk", flat=True))


def orders_with_vouchers(orders: Sequence[Order]) -> list[OrderRow]:
    """Orders with their vouchers in the sequence of posting, and their draft last."""
    keys = {(order.connection_id, order.order_id) for order in orders}
    made_of: dict[tuple[UUID | None, int | None], list[VoucherRow]] = {key: [] for key in keys}
    connections = {connection for connection, _ in keys}
    source = Q(connection__in=connections, order_id__in={order_id for _, order_id in keys})
    vouchers = Voucher.objects.filter(
        pk__in=OrderDocument.objects.filter(source).values_list("voucher", flat=True)
    )
    drafts = Draft.objects.filter(
        pk__in=OrderDraft.objects.filter(source).values_list("draft", flat=True)
    )
    for row in [*_posted(vouchers.order_by("pk")), *_drafts(drafts.order_by("pk"))]:
        if (row.connection, row.order_id) in keys:
            made_of[row.connection, row.order_id].append(row)
    return [OrderRow(order, made_of[order.connection_id, order.order_id]) for order in orders]


def _posted(vouchers: QuerySet[Voucher]) -> list[VoucherRow]:
    found = with_parts(list(vouchers.select_related("party", "order_document")))
    mapped = mapped_items(
        (_store_of(parts.voucher), line.sku) for parts in found for line in parts.lines
    )
    return [_posted_row(parts, mapped) for parts in found]


def _store_of(document: Voucher | Draft) -> UUID | None:
    """The store that a document comes from, None where a person made it."""
    link = "order_document" if isinstance(document, Voucher) else "order_draft"
    source: OrderDocument | OrderDraft | None = getattr(document, link, None)
    return source.connection_id if source else None


def _posted_row(parts: VoucherParts, mapped: Mapping[Source, int]) -> VoucherRow:
    voucher = parts.voucher
    source: OrderDocument | None = getattr(voucher, "order_document", None)
    return VoucherRow(
        id=str(voucher.pk),
        header=voucher,
        lines=_line_rows(parts.lines, _store_of(voucher), mapped),
        status="posted",
        number=voucher.number,
        against=voucher.against_id,
        entries=parts.entries,
        connection=source.connection_id if source else None,
        order_id=source.order_id if source else None,
        refund_id=source.refund_id if source else None,
    )


def _drafts(drafts: QuerySet[Draft]) -> list[VoucherRow]:
    found = [(each, lines_of(each)) for each in drafts.select_related("party", "order_draft")]
    mapped = mapped_items((_store_of(draft), line.sku) for draft, lines in found for line in lines)
    return [_draft_row(draft, lines, mapped) for draft, lines in found]


def _draft_row(
    draft: Draft, lines: Sequence[VoucherLine], mapped: Mapping[Source, int]
) -> VoucherRow:
    source: OrderDraft | None = getattr(draft, "order_draft", None)
    return VoucherRow(
        id=f"d{draft.pk}",
        header=draft,
        lines=_line_rows(lines, _store_of(draft), mapped),
        connection=source.connection_id if source else None,
        order_id=source.order_id if source else None,
    )


_COLUMNS = {"CGST": "cgst", "SGST": "sgst", "UTGST": "sgst", "IGST": "igst"}


def _line_rows(
    lines: Iterable[VoucherLine], store: UUID | None, mapped: Mapping[Source, int]
) -> list[LineRow]:
    return [
        LineRow(line, item_of(line, store, mapped), **_by_component(line.tax_names, line.taxes))
        for line in lines
    ]


def _by_component(names: Collection[str], taxes: Collection[Decimal]) -> dict[str, Decimal]:
    columns: dict[str, Decimal] = {}
    for name, tax in zip(names, taxes, strict=True):
        column = _COLUMNS.get(name, "other_tax")
        columns[column] = columns.get(column, ZERO) + tax
    return columns
