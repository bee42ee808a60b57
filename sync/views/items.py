"""The items of a company: the list, an item's page, making and changing one."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ledger import item_list, items, periods, stock
from ledger.access import permit, require
from ledger.item_forms import ItemFilterForm, ItemForm, NewItemForm, RateForm
from ledger.models import Company, Item, ItemRate, Permission, Role
from ledger.rendering import page_or_part
from ledger.stock_form import StockForm
from sync.items import item_uses


@require_GET
@require(Role.VIEWER)
def item_overview(request: HttpRequest, company: Company) -> HttpResponse:
    """The list, searched and filtered by the address."""
    form = ItemFilterForm(request.GET)
    context: dict[str, Any] = {"company": company, "place": "items", "form": form}
    if form.is_valid():
        today = periods.today_in(company, timezone.now())
        asked = {name: request.GET[name] for name in _KEPT if request.GET.get(name)}
        context |= {
            "wanted": form.filter(),
            "page": item_list.page(company, form.filter(), form.cleaned_data["after"], today),
            "chosen": urlencode(asked),
            "in_india": company.country == "IN",
            "taxabilities": Item.TAXABILITIES,
        }
    return page_or_part(request, "sync/items.html", "sync/_items.html", context)


_KEPT = ("q", "show", "taxability")


@require_GET
@require(Role.VIEWER)
def item(request: HttpRequest, company: Company, item_id: int) -> HttpResponse:
    """All that is known of an item."""
    found = item_of(company, item_id)
    return render(request, "sync/item.html", page_of(found, rate_form(found)))


def rate_form(found: Item) -> RateForm:
    """An empty one, from today on."""
    return RateForm(initial={"since": periods.today_in(found.company, timezone.now())})


def item_of(company: Company, item_id: int) -> Item:
    """The company's item.

    :raises Http404: where it has none of this id.
    """
    return get_object_or_404(Item, company=company, pk=item_id)


def page_of(found: Item, form: RateForm, stock_form: StockForm | None = None) -> dict[str, Any]:
    """What the item's page shows; the forms as they were sent, where one was."""
    company = found.company
    today = periods.today_in(company, timezone.now())
    level = stock.level_of(found)
    lines = list(item_uses.last_lines_of(found))
    mappings = list(item_uses.mappings_of(found))
    return {
        "company": company,
        "place": "items",
        "item": found,
        "form": form,
        "today": today,
        "rates": items.Rates.of(found, today),
        "mappings": mappings,
        "lines": lines,
        "stock": level,
        "stock_form": stock_form or StockForm(level=level, today=today),
        "movements": stock.last_movements(found) if level else [],
        "is_used": bool(lines or mappings or level),
        "is_short": 0 < len(found.hsn) < company.hsn_digits and not found.is_service,
    }


@require_http_methods(["GET", "POST"])
@permit(Permission.IMPORT_ITEMS)
def new_item(request: HttpRequest, company: Company) -> HttpResponse:
    """Make an item, with its rate."""
    today = periods.today_in(company, timezone.now())
    known = {"since": periods.year_of(today, company.year_start_month).first}
    form = NewItemForm(request.POST or None, company=company, initial=known)
    made = kept_item(form)
    if made:
        messages.success(request, f"{made.sku} is kept.")
        return redirect("item", company.pk, made.pk)
    context = {"company": company, "place": "items", "form": form}
    return render(request, "sync/edit_item.html", context)


@require_http_methods(["GET", "POST"])
@permit(Permission.IMPORT_ITEMS)
def edit_item(request: HttpRequest, company: Company, item_id: int) -> HttpResponse:
    """Change what is known of an item."""
    found = item_of(company, item_id)
    name = str(found)
    form = ItemForm(request.POST or None, instance=found, company=company)
    if kept_item(form):
        messages.success(request, f"{found.sku} is saved.")
        return redirect("item", company.pk, item_id)
    context = {"company": company, "place": "items", "form": form, "name": name}
    return render(request, "sync/edit_item.html", context | {"item_id": item_id})


def kept_item(form: ItemForm) -> Item | None:
    """The item that a form was sent for, saved; None where it was not, or says what is wrong."""
    if not form.is_bound or not form.is_valid():
        return None
    try:
        return form.keep()
    except items.UnfitItemError as error:
        form.add_error(None, str(error))
        return None


@require_POST
@permit(Permission.IMPORT_ITEMS)
def add_rate(request: HttpRequest, company: Company, item_id: int) -> HttpResponse:
    """Give an item a rate from a day on."""
    found = item_of(company, item_id)
    form = RateForm(request.POST)
    if form.is_valid():
        rate, since = form.cleaned_data["rate"], form.cleaned_data["since"]
        try:
            items.give_rate([found], rate, since)
        except items.UnfitItemError as error:
            form.add_error("since", str(error))
        else:
            messages.success(
                request, f"{found.sku} bears {rate:f} % from {periods.written(since)} on."
            )
            return redirect("item", company.pk, item_id)
    return render(request, "sync/item.html", page_of(found, form))


@require_POST
@permit(Permission.IMPORT_ITEMS)
def take_back_rate(
    request: HttpRequest, company: Company, item_id: int, rate_id: int
) -> HttpResponse:
    """Remove a rate by which nothing is posted yet."""
    found = item_of(company, item_id)
    rate = get_object_or_404(ItemRate, company=company, item=found, pk=rate_id)
    said = f"The rate from {periods.written(rate.valid_from)} on"
    try:
        items.take_back_rate(rate)
    except items.UnfitItemError:
        messages.error(request, f"{said} stays: the item is posted by it.")
    else:
        messages.success(request, f"{said} is removed.")
    return redirect("item", company.pk, item_id)


@require_POST
@permit(Permission.IMPORT_ITEMS)
def switch_item(request: HttpRequest, company: Company, item_id: int) -> HttpResponse:
    """Put an item out of use, or into use again; the form says which."""
    found = item_of(company, item_id)
    is_active = request.POST.get("use") == "yes"
    items.set_in_use(items.own_items(company, [item_id]), is_active=is_active)
    told = "in use again" if is_active else "out of use: new orders no longer match it"
    messages.success(request, f"{found.sku} is {told}.")
    return redirect("item", company.pk, item_id)


@require_POST
@permit(Permission.IMPORT_ITEMS)
def delete_item(request: HttpRequest, company: Company, item_id: int) -> HttpResponse:
    """Delete an item that was never used."""
    found = item_of(company, item_id)
    sku = found.sku
    try:
        items.remove(found)
    except items.UnfitItemError as error:
        messages.error(request, str(error))
        return redirect("item", company.pk, item_id)
    messages.success(request, f"{sku} is deleted.")
    return redirect("items", company.pk)
