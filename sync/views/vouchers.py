"""A voucher as on paper, with its relatives and its source; and a draft."""

from collections.abc import Iterable, Iterator
from decimal import Decimal

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from ledger.access import permit, require
from ledger.draft_lines import lines_of
from ledger.models import Company, Draft, Permission, Role, VoucherLine
from ledger.papers.setting import as_set
from ledger.posting import is_reversible
from ledger.queries import voucher_of
from ledger.rendering import page_or_part
from sync.booking.line_items import items_of
from sync.booking.reading import POST_NOW
from sync.books.papers import has_paper, paper_for
from sync.books.voucher_masters import edits_behind
from sync.core.beside import Amounts, BookedLine, beside
from sync.core.waiting import SHORT_OF_STOCK
from sync.models import OrderDraft
from sync.orders import timeline
from sync.orders.shortages import wanted_by
from sync.views.orders import decide


@require_GET
@require(Role.VIEWER)
def voucher(request: HttpRequest, company: Company, voucher_id: int) -> HttpResponse:
    """The voucher; its part is the chain of order, sale and notes, which can still grow."""
    parts = voucher_of(company, voucher_id)
    chain = timeline.chain_of(parts)
    store = chain.order.connection_id if chain.order else None
    paper = paper_for(company, parts) if has_paper(parts.voucher) else None
    source = timeline.read(chain.order.snapshot) if chain.order else None
    context = {
        "company": company,
        "place": "day_book",
        "parts": parts,
        "voucher": parts.voucher,
        "chain": chain,
        "may_reverse": is_reversible(parts.voucher) and not parts.notes,
        "line_items": items_of(parts.lines, store),
        "paper": paper,
        "printed": paper and as_set(paper),
        "source": source,
        "beside": beside(source, _booked(parts.lines)) if source else [],
        "edits": edits_behind(company, parts, store, _items(parts.lines)),
        "seen": str(max([each.voucher_id for each in chain.documents], default=0)),
    }
    return page_or_part(request, "sync/voucher.html", "sync/_chain.html", context)


def _items(lines: Iterable[VoucherLine]) -> Iterator[int]:
    return (line.item_id for line in lines if line.item_id)


def _booked(lines: Iterable[VoucherLine]) -> Iterator[BookedLine]:
    for line in lines:
        yield (
            line.source_line,
            line.description,
            Amounts(line.taxable_value, sum(line.taxes, Decimal(0))),
        )


@require_GET
@require(Role.VIEWER)
def draft(request: HttpRequest, company: Company, draft_id: int) -> HttpResponse:
    """A document that is not in the books."""
    found = get_object_or_404(
        Draft.objects.select_related("party", "order_draft__connection"),
        company=company,
        pk=draft_id,
    )
    own = getattr(found, "order_draft", None)
    order = own and timeline.order_behind(own.connection_id, own.order_id)
    lines = lines_of(found)
    context = {
        "company": company,
        "place": "day_book",
        "draft": found,
        "draft_lines": lines,
        "line_items": items_of(lines, own.connection_id if own else None),
        "order": order,
        "wanted": wanted_by(lines) if order and order.reason_code == SHORT_OF_STOCK else [],
    }
    return render(request, "sync/draft.html", context)


@require_POST
@permit(Permission.POST)
def post_draft(request: HttpRequest, company: Company, draft_id: int) -> HttpResponse:
    """Let a draft or sales order become a sale now, whatever the store's options say."""
    source = get_object_or_404(
        OrderDraft.objects.select_related("connection"), company=company, draft_id=draft_id
    )
    decide(request, source.connection, source.order_id, POST_NOW, {})
    return redirect("order", company.pk, source.connection_id, source.order_id)
