"""The orders of all stores: the list, what waits, and drafts to post."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from ledger.access import permit, require
from ledger.models import BooksLock, Company, Permission, Role, User
from ledger.rendering import page_or_part
from sync.booking.reading import POST_NOW
from sync.core.waiting import SHORT_OF_STOCK
from sync.models import Order, OrderDraft, OrderState
from sync.orders import acceptance, order_list
from sync.orders.order_filter import OrderFilterForm
from sync.paging import FORMS_PER_PAGE, PER_PAGE, older_page
from sync.views.orders import Asked, asked_of


@require_GET
@require(Role.VIEWER)
def all_orders(request: HttpRequest, company: Company) -> HttpResponse:
    """Orders of all stores, narrowed down by the address."""
    form = OrderFilterForm(request.GET, company=company)
    found = (
        order_list.orders_of(company, form.filter()) if form.is_valid() else Order.objects.none()
    )
    page = older_page(found, "id", request.GET.get("before", ""))
    kept = request.GET.copy()
    kept.pop("before", None)
    kept.pop("seen", None)
    context = {
        "company": company,
        "place": "stores",
        "tab": "orders",
        "form": form,
        "page": page,
        "kept": kept.urlencode(),
        "seen": _seen(page.rows),
    }
    return page_or_part(request, "sync/all_orders.html", "sync/_all_orders.html", context)


def _seen(rows: Sequence[Order]) -> str:
    """What the browser shows: the rows, and when the newest of them changed."""
    newest = max((row.updated_at.isoformat() for row in rows), default="")
    return f"{len(rows)}.{rows[0].pk if rows else 0}.{newest.replace('+', '_')}"


@require_GET
@require(Role.VIEWER)
def all_waiting(request: HttpRequest, company: Company) -> HttpResponse:
    """What waits in any store, by reason, with the forms that solve it."""
    found = order_list.orders_of(company, order_list.OrderFilter(state=OrderState.WAITING))
    page = older_page(found, "id", request.GET.get("before", ""), size=FORMS_PER_PAGE)
    context = {
        "company": company,
        "place": "stores",
        "tab": "waiting",
        "page": page,
        "reasons": order_list.reasons(company),
        "rows": _asked(page.rows),
    }
    return render(request, "sync/all_waiting.html", context)


def _asked(orders: Iterable[Order]) -> list[Asked]:
    """Orders of several stores with their forms, one look per store."""
    by_store = groupby(sorted(orders, key=lambda order: str(order.connection_id)),
                       key=lambda order: order.connection)  # fmt: skip
    return [asked for connection, of_store in by_store for asked in asked_of(connection, of_store)]


@require_GET
@require(Role.VIEWER)
def drafts(request: HttpRequest, company: Company) -> HttpResponse:
    """What is kept beside the books, with the reason, to be posted one by one or together."""
    reason = SHORT_OF_STOCK if request.GET.get("reason") == SHORT_OF_STOCK else ""
    found = order_list.drafts_of(company, reason)
    page = older_page(found, "draft_id", request.GET.get("before", ""))
    context = {
        "company": company,
        "place": "stores",
        "tab": "drafts",
        "page": page,
        "reason": reason,
        "kept": f"reason={reason}" if reason else "",
        "held": order_list.held_orders(company),
        "locked_until": BooksLock.objects.get(company=company).locked_until,
    }
    return render(request, "sync/drafts.html", context)


@require_POST
@permit(Permission.POST)
def post_drafts(request: HttpRequest, company: Company) -> HttpResponse:
    """Let the ticked drafts become sales now: each is a person's answer, and goes its way."""
    chosen = [int(each) for each in request.POST.getlist("draft") if each.isdecimal()][:PER_PAGE]
    found = OrderDraft.objects.filter(company=company, draft_id__in=chosen)
    accepted = [_posted(request, each) for each in found.select_related("connection")]
    count = sum(accepted)
    if count:
        messages.success(request, f"{count} draft{'s are' if count > 1 else ' is'} posted now.")
    else:
        messages.error(request, "Nothing was ticked, nothing is posted.")
    return redirect("drafts", company.pk)


def _posted(request: HttpRequest, draft: OrderDraft) -> bool:
    user = cast("User", request.user)
    try:
        acceptance.accept(draft.connection, draft.order_id, POST_NOW, {}, user, at=timezone.now())
    except acceptance.UnfitAnswerError as error:
        messages.error(request, str(error))
        return False
    return True
