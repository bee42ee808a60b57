"""Search."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from ledger.access import require
from ledger.models import Company, Item, Role, Voucher
from sync.orders.search import search as look_for


@require_GET
@require(Role.VIEWER)
def search(request: HttpRequest, company: Company) -> HttpResponse:
    """What was found; a single hit opens at once."""
    query = request.GET.get("q", "").strip()[:100].replace("\x00", "")
    found = look_for(company, query)
    hit = found.only_page
    if isinstance(hit, Voucher):
        return redirect("voucher", company.pk, hit.pk)
    if isinstance(hit, Item):
        return redirect("item", company.pk, hit.pk)
    if hit is not None:
        return redirect("order", company.pk, hit.connection_id, hit.order_id)
    context = {"company": company, "query": query, "found": found}
    return render(request, "sync/search.html", context)
