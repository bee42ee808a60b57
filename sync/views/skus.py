"""The SKU mapping of a store: what is unmapped, what is mapped, and mapping one in place."""

from typing import Any, cast
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.request import QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from connections.models import StoreConnection
from ledger import periods
from ledger.access import permit, require
from ledger.core.spelling import spelling_key
from ledger.item_forms import NewItemForm
from ledger.models import Company, Item, Permission, Role, User
from ledger.rendering import page_or_part, wants_part
from sync.items import item_search, sku_import, sku_mapping, unmapped_skus
from sync.items.sku_forms import MapForm, UnmapForm
from sync.models import SkuImport, SkuMapping, UnmatchedSku
from sync.views.items import kept_item
from sync.views.stores import connection_of, store_context

IMPORTS_SHOWN = 20


@require_GET
@require(Role.VIEWER)
def skus(request: HttpRequest, company: Company, connection_id: UUID) -> HttpResponse:
    """One of the three lists: unmapped SKUs, mapped ones, imports."""
    connection = connection_of(company, connection_id)
    context = _context(connection, request.GET)
    return page_or_part(request, "sync/skus.html", "sync/_skus.html", context)


def _context(connection: StoreConnection, asked: QueryDict) -> dict[str, Any]:
    """What a list shows; `show`, `q`, `before` and `after` say which part of it."""
    context: dict[str, Any] = store_context(connection, tab="skus")
    show = asked.get("show", "")
    if show not in ("unmapped", "mapped", "imports"):
        show = "unmapped" if context["store"].unmapped_skus else "mapped"
    query = asked.get("q", "").strip()[:100].replace("\x00", "")
    context |= {"show": show, "query": query, "kept": _kept(show, query)}
    if show == "unmapped":
        page = unmapped_skus.page(connection, query, asked.get("before", ""))
        context |= {"page": page, "without_sku": unmapped_skus.lines_without_sku(connection)}
    elif show == "mapped":
        after = asked.get("after", "")[:400].replace("\x00", "")
        context["page"] = sku_mapping.page(connection, query, after)
    else:
        imports = SkuImport.objects.filter(connection=connection).select_related("uploaded_by")
        context["imports"] = imports.order_by("-id")[:IMPORTS_SHOWN]
        context["last_applied"] = sku_import.last_applied(connection)
    return context


def _kept(show: str, query: str) -> str:
    return urlencode({"show": show, "q": query} if query else {"show": show})


@require_POST
@permit(Permission.IMPORT_ITEMS)
def map_sku(request: HttpRequest, company: Company, connection_id: UUID) -> HttpResponse:
    """Map a SKU to the item that was chosen; where the choice is not clear, ask."""
    connection = connection_of(company, connection_id)
    form = MapForm(request.POST)
    if not form.is_valid():
        messages.error(request, "A SKU and an item are needed: nothing was mapped.")
        return _shown_again(request, connection)
    sku, text = form.cleaned_data["sku"], form.cleaned_data["item"]
    item, match = item_search.item_named(connection, text)
    if item is None:
        if match.among:
            messages.warning(request, f"{match.sentence(text, '')} Choose one.")
        return _elsewhere(request, _choose_address(connection, sku, text))
    return _mapped(request, connection, sku, item)


def _mapped(
    request: HttpRequest, connection: StoreConnection, sku: str, item: Item
) -> HttpResponse:
    try:
        done = sku_mapping.map_sku(
            connection, sku, item, user=cast("User", request.user), at=timezone.now()
        )
    except sku_mapping.UnfitMappingError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"{done.sku} is mapped to {item}.{what_follows(done)}")
    return _shown_again(request, connection)


def what_follows(done: sku_mapping.Mapped) -> str:
    """What a mapping brings about, as the end of a message."""
    lines, orders = done.booked_lines, done.retried
    told = ""
    if lines:
        told += f" {lines:,} booked line{'s follow' if lines > 1 else ' follows'} it."
    if orders:
        told += f" {orders:,} waiting order{'s are' if orders > 1 else ' is'} tried again."
    return told


@require_POST
@permit(Permission.IMPORT_ITEMS)
def unmap_sku(request: HttpRequest, company: Company, connection_id: UUID) -> HttpResponse:
    """Take a mapping back."""
    connection = connection_of(company, connection_id)
    form = UnmapForm(request.POST)
    if form.is_valid():
        try:
            done = sku_mapping.unmap_sku(connection, form.cleaned_data["sku"], at=timezone.now())
        except sku_mapping.UnfitMappingError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, f"{done.sku} is no longer mapped.")
    return _shown_again(request, connection)


def _shown_again(request: HttpRequest, connection: StoreConnection) -> HttpResponse:
    """The list that the form stood in, as it is now."""
    if wants_part(request):
        return render(request, "sync/_skus.html", _context(connection, request.POST))
    show = request.POST.get("show", "")
    address = reverse("store_skus", args=[connection.company_id, connection.pk])
    return redirect(f"{address}?{_kept(show, request.POST.get('q', ''))}")


def _elsewhere(request: HttpRequest, address: str) -> HttpResponse:
    """Go to another page, also where htmx asked for a part of this one."""
    if wants_part(request):
        return HttpResponse(headers={"HX-Redirect": address})
    return redirect(address)


def _choose_address(connection: StoreConnection, sku: str, text: str) -> str:
    address = reverse("choose_item", args=[connection.company_id, connection.pk])
    return f"{address}?{urlencode({'sku': sku, 'item': text})}"


@require_GET
@require(Role.VIEWER)
def item_options(request: HttpRequest, company: Company, connection_id: UUID) -> HttpResponse:
    """The items that fit what somebody types, as the options of a list."""
    connection_of(company, connection_id)
    found = item_search.items_like(company, _text(request, "item"))
    return render(request, "sync/_item_options.html", {"items": found})


@require_GET
@permit(Permission.IMPORT_ITEMS)
def choose_item(request: HttpRequest, company: Company, connection_id: UUID) -> HttpResponse:
    """One SKU: what is known of it, and a search for its item."""
    connection = connection_of(company, connection_id)
    sku, text = _text(request, "sku"), _text(request, "item")
    key = spelling_key(sku)
    mappings = SkuMapping.objects.filter(connection=connection, key=key).select_related("item")
    context = store_context(connection, tab="skus") | {
        "sku": sku,
        "text": text,
        "items": item_search.items_like(company, text),
        "seen": UnmatchedSku.objects.filter(connection=connection, key=key).first(),
        "mapping": mappings.first(),
    }
    return render(request, "sync/choose_item.html", context)


@require_http_methods(["GET", "POST"])
@permit(Permission.IMPORT_ITEMS)
def create_item(request: HttpRequest, company: Company, connection_id: UUID) -> HttpResponse:
    """Open an item for a SKU and map it to that."""
    connection = connection_of(company, connection_id)
    sku = _text(request, "sku")
    seen = UnmatchedSku.objects.filter(connection=connection, key=spelling_key(sku)).first()
    today = periods.today_in(company, timezone.now())
    known = {
        "sku": sku,
        "name": seen.name[:250] if seen else "",
        "since": periods.year_of(today, company.year_start_month).first,
    }
    form = NewItemForm(request.POST or None, company=company, initial=known, prefix="new")
    item = kept_item(form)
    if item:
        return _mapped(request, connection, sku, item)
    context = store_context(connection, tab="skus") | {"form": form, "sku": sku, "seen": seen}
    return render(request, "sync/create_item.html", context)


def _text(request: HttpRequest, name: str) -> str:
    given = request.GET.get(name) or request.POST.get(name) or ""
    return given.strip()[:100].replace("\x00", "")
