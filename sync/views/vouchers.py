"""A voucher as on paper, with its relatives and its source; and a draft."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from ledger.access import require
from ledger.models import Company, Draft, Role, Voucher
from ledger.rendering import page_or_part
from sync import timeline
from sync.models import Order


@require_GET
@require(Role.VIEWER)
def voucher(request: HttpRequest, company: Company, voucher_id: int) -> HttpResponse:
    """The voucher; its part is the chain of order, sale and notes, which can still grow."""
    found = get_object_or_404(
        Voucher.objects.select_related("against", "party", "posted_by"), company=company, pk=voucher_id
    )
    chain = timeline.chain_of(found)
    context = {
        "company": company,
        "place": "day_book",
        "voucher": found,
        "lines": found.lines.order_by("position"),
        "taxes": found.taxes.order_by("name", "rate"),
        "entries": found.entries.select_related("account").order_by("position"),
        "chain": chain,
        "source": chain.order and timeline.read(chain.order.snapshot),
        "seen": str(max([each.voucher_id for each in chain.documents], default=0)),
    }
    return page_or_part(request, "sync/voucher.html", "sync/_chain.html", context)


@require_GET
@require(Role.VIEWER)
def draft(request: HttpRequest, company: Company, draft_id: int) -> HttpResponse:
    """A document that is not in the books."""
    found = get_object_or_404(
        Draft.objects.select_related("party", "order_draft__connection"), company=company, pk=draft_id
    )
    own = getattr(found, "order_draft", None)
    order = own and Order.objects.filter(
        connection=own.connection_id, order_id=own.order_id
    ).select_related("connection").first()
    context = {"company": company, "place": "day_book", "draft": found, "order": order}
    return render(request, "sync/draft.html", context)
