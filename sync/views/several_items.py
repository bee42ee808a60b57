"""One change for several items that were ticked in the list: said first, then done."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.request import QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from ledger import items, periods
from ledger.access import permit
from ledger.item_forms import HsnForm, RateForm
from ledger.item_list import PER_PAGE
from ledger.models import Company, Item, Permission

Chosen = QuerySet[Item]
Given = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Act:
    """A change: its heading, what it asks for, what it does, and what is said after it."""

    title: str
    button: str
    note: str
    form: type[forms.Form]
    do: Callable[[Chosen, Given], str]


def _set_hsn(chosen: Chosen, given: Given) -> str:
    count = items.set_hsn(chosen, given["hsn"])
    return f"{_counted(count)} {_have(count)} the HSN/SAC {given['hsn']}."


def _set_rate(chosen: Chosen, given: Given) -> str:
    found = list(chosen)
    items.give_rate(found, given["rate"], given["since"])
    since = periods.written(given["since"])
    return f"{_counted(len(found))} {_have(len(found))} {given['rate']:f} % from {since} on."


def _put_out_of_use(chosen: Chosen, _: Given) -> str:
    count = items.set_in_use(chosen, is_active=False)
    return f"{_counted(count)} put out of use." if count else "They were out of use already."


def _counted(count: int) -> str:
    return f"{count:,} item{'' if count == 1 else 's'}"


def _have(count: int) -> str:
    return "has" if count == 1 else "have"


ACTS = {
    "hsn": Act(
        "Set the HSN or SAC", "Set HSN/SAC",
        "It holds for what is posted from now on; posted lines keep theirs.", HsnForm, _set_hsn,
    ),
    "rate": Act(
        "Set a rate from a day on", "Set the rate",
        "Rates of earlier days stay, and so does what is posted.", RateForm, _set_rate,
    ),
    "out": Act(
        "Put out of use", "Put out of use",
        "New orders no longer match them; what is posted stays. Each can come into use again.",
        forms.Form, _put_out_of_use,
    ),
}  # fmt: skip


@require_http_methods(["GET", "POST"])
@permit(Permission.IMPORT_ITEMS)
def change_items(request: HttpRequest, company: Company) -> HttpResponse:
    """Show what was ticked and ask for the change; then make it, for all of them or none."""
    query = request.POST if request.method == "POST" else request.GET
    chosen = items.own_items(company, _ids(query))
    act = ACTS.get(query.get("act", ""))
    if act is None or not chosen.exists():
        messages.error(request, "Nothing was ticked, nothing is changed.")
        return redirect("items", company.pk)
    form = _form(request, act, company)
    told = _done(form, act, chosen)
    if told:
        messages.success(request, told)
        return redirect("items", company.pk)
    context = {"act": act, "act_name": query["act"], "items": chosen, "form": form}
    page = {"company": company, "place": "items"}
    return render(request, "sync/change_items.html", context | page)


def _ids(query: QueryDict) -> list[int]:
    given = query.getlist("item")
    return [int(each) for each in given if each.isdecimal() and len(each) <= 18][:PER_PAGE]


def _form(request: HttpRequest, act: Act, company: Company) -> forms.Form:
    if request.method == "POST":
        return act.form(request.POST)
    return act.form(initial={"since": periods.today_in(company, timezone.now())})


def _done(form: forms.Form, act: Act, chosen: Chosen) -> str:
    """What was done, as a sentence; empty where the form was not sent, or says what is wrong."""
    if not form.is_bound or not form.is_valid():
        return ""
    try:
        return act.do(chosen, form.cleaned_data)
    except items.UnfitItemError as error:
        form.add_error(None, str(error))
        return ""
