"""A SKU that an order waits for, mapped beside it: to an item chosen, or made right there."""

from collections.abc import Iterator
from typing import cast
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from connections.models import StoreConnection
from ledger.access import permit
from ledger.item_forms import NewItemForm
from ledger.models import Company, Item, Permission, User
from sync.items import item_search, sku_mapping
from sync.items.sku_forms import MapForm
from sync.views.items import kept_item
from sync.views.orders import order_of
from sync.views.skus import what_follows
from sync.views.stores import connection_of

PLACES = ("order", "store_waiting", "all_waiting")
"""Pages that the form stands on, by the names of their addresses."""


@require_POST
@permit(Permission.IMPORT_ITEMS)
def map_waiting_sku(
    request: HttpRequest, company: Company, connection_id: UUID, order_id: int
) -> HttpResponse:
    """Map the SKU to an item that is chosen, or made now; the orders go on by themselves."""
    connection = connection_of(company, connection_id)
    order_of(connection, order_id)
    form = MapForm(request.POST)
    if "create" in request.POST:
        return _created(request, connection, order_id)
    if not form.is_valid():
        messages.error(request, "Say which item it is: nothing was mapped.")
        return _back(request, connection, order_id)
    sku, text = form.cleaned_data["sku"], form.cleaned_data["item"]
    item, match = item_search.item_named(connection, text)
    if item is not None:
        return _mapped(request, connection, order_id, sku, item)
    if match.among:
        messages.warning(request, f"{match.sentence(text, '')} Choose one.")
    address = reverse("choose_item", args=[company.pk, connection.pk])
    return redirect(f"{address}?{urlencode({'sku': sku, 'item': text})}")


def _created(request: HttpRequest, connection: StoreConnection, order_id: int) -> HttpResponse:
    form = NewItemForm(request.POST, company=connection.company, prefix="new")
    item = kept_item(form)
    if item is None:
        messages.error(request, "".join(_problems(form)) + "No item was made, nothing was mapped.")
        return _back(request, connection, order_id)
    sku = request.POST.get("sku", "").replace("\x00", "")
    return _mapped(request, connection, order_id, sku, item)


def _problems(form: NewItemForm) -> Iterator[str]:
    for name, errors in form.errors.items():
        yield from (f"{form.fields[name].label or name}: {error} " for error in errors)


def _mapped(
    request: HttpRequest, connection: StoreConnection, order_id: int, sku: str, item: Item
) -> HttpResponse:
    user = cast("User", request.user)
    try:
        done = sku_mapping.map_sku(connection, sku, item, user=user, at=timezone.now())
    except sku_mapping.UnfitMappingError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"{done.sku} is mapped to {item}.{what_follows(done)}")
    return _back(request, connection, order_id)


def _back(request: HttpRequest, connection: StoreConnection, order_id: int) -> HttpResponse:
    """The page that the form stood on."""
    place = request.POST.get("back", "")
    if place == "all_waiting":
        return redirect(place, connection.company_id)
    if place == "store_waiting":
        return redirect(place, connection.company_id, connection.pk)
    return redirect("order", connection.company_id, connection.pk, order_id)
