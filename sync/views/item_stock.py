"""What a person enters of an item's stock, on the item's page."""

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from ledger import periods, stock
from ledger.access import permit
from ledger.models import Company, Item, Permission, User
from ledger.stock_form import StockForm
from sync.items import stock_entry
from sync.views.items import item_of, page_of, rate_form


@require_POST
@permit(Permission.IMPORT_ITEMS)
def enter_stock(request: HttpRequest, company: Company, item_id: int) -> HttpResponse:
    """Enter an opening, a receipt or an adjustment; drafts held for the item are looked at."""
    found = item_of(company, item_id)
    now = timezone.now()
    today = periods.today_in(company, now)
    form = StockForm(request.POST, level=stock.level_of(found), today=today)
    if form.is_valid():
        try:
            held = stock_entry.enter(found, form.movement(), by=cast("User", request.user), at=now)
        except stock.UnfitMovementError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"{_left(found)}{_looked_at(held)}")
            return redirect(reverse("item", args=[company.pk, item_id]) + "#stock")
    return render(request, "sync/item.html", page_of(found, rate_form(found), form))


def _left(item: Item) -> str:
    left = stock.left_of([item.pk])[item.pk]
    return f"{left.normalize():f} {item.unit} of {item.sku} left."


def _looked_at(held: int) -> str:
    if not held:
        return ""
    orders = "1 order that was" if held == 1 else f"{held} orders that were"
    return f" {orders} held for it {'is' if held == 1 else 'are'} looked at again."
