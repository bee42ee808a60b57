"""Customers: the list, one with his statement, duplicates, merging and taking it back."""

from collections.abc import Iterator
from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ledger import periods
from ledger.access import permit, require
from ledger.forms import PeriodForm
from ledger.models import Company, Party, Permission, Role, User
from ledger.papers.typesetting import statement_pdf
from ledger.periods import Period
from ledger.rendering import page_or_part
from sync.customers import merging, statement
from sync.customers.customer_forms import CustomerFilterForm
from sync.customers.duplicates import pairs
from sync.customers.listing import Bought, bought_by, customers_of, rows_of
from sync.customers.statement import Statement
from sync.customers.statement_files import statement_on_paper
from sync.models import Customer, CustomerMerge
from sync.overview import stores_of
from sync.paging import older_page
from sync.views.report_query import exact_query, year_and_today

ACCOUNTS = 20


@require_GET
@require(Role.VIEWER)
def customers(request: HttpRequest, company: Company) -> HttpResponse:
    """Whom the stores told of, the newest first."""
    form = CustomerFilterForm(request.GET, company=company)
    if not form.is_valid():
        raise BadRequest("The filter cannot be read.")
    text, store = form.cleaned_data["q"], form.cleaned_data["store"]
    page = older_page(customers_of(company, text, store), "id", request.GET.get("before", ""))
    kept = request.GET.copy()
    kept.pop("before", None)
    context = _place(company, "contacts") | {
        "page": page,
        "rows": rows_of(page.rows),
        "text": text,
        "stores": stores_of(company),
        "shares": any(each.share_contact_details for each in stores_of(company)),
        "kept": kept.urlencode(),
    }
    return page_or_part(request, "sync/customers.html", "sync/_customers.html", context)


@require_GET
@require(Role.VIEWER)
def parties(request: HttpRequest, company: Company) -> HttpResponse:
    """Whom the books know: the one who stands for all unregistered buyers, and businesses."""
    text = request.GET.get("q", "").strip()[:100]
    found = Party.objects.filter(company=company, is_pseudo=False)
    if text:
        found = found.filter(Q(name__icontains=text) | Q(gstin=text.upper()))
    kept = request.GET.copy()
    kept.pop("before", None)
    context = _place(company, "books") | {
        "page": older_page(found, "id", request.GET.get("before", "")),
        "pseudo": Party.objects.filter(company=company, is_pseudo=True).first(),
        "text": text,
        "kept": kept.urlencode(),
    }
    return page_or_part(request, "sync/parties.html", "sync/_parties.html", context)


@require_GET
@require(Role.VIEWER)
def customer(request: HttpRequest, company: Company, customer_id: int) -> HttpResponse:
    """One customer: what is known, what was merged into him, his statement."""
    found = customer_of(company, customer_id)
    if found.merged_into_id:
        return redirect("customer", company.pk, found.merged_into_id)
    period, context = _period(request, company)
    context |= _place(company, "contacts") | {
        "customer": found,
        "statement": statement.of_customer(found, period),
        "bought": bought_by([found.pk]).get(found.pk, Bought()),
        "accounts": found.accounts.select_related("connection").order_by("pk")[:ACCOUNTS],
        "merges": _merges(found),
        "addresses": list(_addresses(found)),
    }
    return render(request, "sync/customer.html", context)


@require_GET
@require(Role.VIEWER)
def party(request: HttpRequest, company: Company, party_id: int) -> HttpResponse:
    """A business that the books know, with its statement."""
    found = _party_of(company, party_id)
    period, context = _period(request, company)
    context |= _place(company, "books") | {
        "party": found,
        "statement": statement.of_party(found, period),
    }
    return render(request, "sync/party.html", context)


@require_GET
@require(Role.VIEWER)
def customer_pdf(request: HttpRequest, company: Company, customer_id: int) -> HttpResponse:
    """The statement on paper."""
    found = customer_of(company, customer_id)
    period = _period(request, company)[0]
    details = [("E-mail", found.email)] + ([("GSTIN", found.gstin)] if found.gstin else [])
    return _pdf(request, company, str(found), details, period, statement.of_customer(found, period))


@require_GET
@require(Role.VIEWER)
def party_pdf(request: HttpRequest, company: Company, party_id: int) -> HttpResponse:
    """The statement on paper."""
    found = _party_of(company, party_id)
    period = _period(request, company)[0]
    details = [("GSTIN", found.gstin)] if found.gstin else []
    return _pdf(request, company, found.name, details, period, statement.of_party(found, period))


@require_GET
@require(Role.VIEWER)
def duplicates(request: HttpRequest, company: Company) -> HttpResponse:
    """Customers who are likely one, and the merges that were made."""
    found = pairs(company)
    ids = [each.pk for pair in found for each in (pair.first, pair.second)]
    context = _place(company, "duplicates") | {
        "pairs": found,
        "bought": bought_by(ids),
        "merges": CustomerMerge.objects.filter(company=company)
        .select_related("kept", "dropped", "by", "undone_by")
        .order_by("-pk")[:ACCOUNTS],
    }
    return render(request, "sync/duplicates.html", context)


@require_http_methods(["GET", "POST"])
@permit(Permission.IMPORT_CUSTOMERS)
def merge_customers(
    request: HttpRequest, company: Company, customer_id: int, other_id: int
) -> HttpResponse:
    """What would stand if the other one were merged into this one; and do it."""
    kept, dropped = customer_of(company, customer_id), customer_of(company, other_id)
    if request.method == "POST":
        return _merged(request, kept, dropped)
    bought = bought_by([kept.pk, dropped.pk])
    context = _place(company, "duplicates") | {
        "kept": kept,
        "dropped": dropped,
        "of_kept": bought.get(kept.pk, Bought()),
        "of_dropped": bought.get(dropped.pk, Bought()),
    }
    return render(request, "sync/merge_customers.html", context)


def _merged(request: HttpRequest, kept: Customer, dropped: Customer) -> HttpResponse:
    user = cast("User", request.user)
    try:
        merging.merge(kept, dropped, by=user, now=timezone.now())
    except merging.UnfitMergeError as error:
        messages.error(request, str(error))
        return redirect("duplicates", kept.company_id)
    messages.success(request, f"{dropped} was merged into {kept}. It can be taken back.")
    return redirect("customer", kept.company_id, kept.pk)


@require_POST
@permit(Permission.IMPORT_CUSTOMERS)
def undo_merge(request: HttpRequest, company: Company, merge_id: int) -> HttpResponse:
    """Take a merge back: both stand for themselves again."""
    merges = CustomerMerge.objects.select_related("company", "kept", "dropped")
    merge = get_object_or_404(merges, company=company, pk=merge_id)
    try:
        merging.undo(merge, by=cast("User", request.user), now=timezone.now())
    except merging.UnfitMergeError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"{merge.dropped} and {merge.kept} are two customers again.")
    return redirect("customer", company.pk, merge.kept_id)


def customer_of(company: Company, customer_id: int) -> Customer:
    """A customer of the company.

    :raises Http404: when it has none with this number.
    """
    customers = Customer.objects.select_related("company")
    return get_object_or_404(customers, company=company, pk=customer_id)


def _party_of(company: Company, party_id: int) -> Party:
    parties = Party.objects.select_related("company")
    return get_object_or_404(parties, company=company, pk=party_id, is_pseudo=False)


def _merges(found: Customer) -> list[CustomerMerge]:
    made = CustomerMerge.objects.filter(kept=found, undone_at=None)
    return list(made.select_related("dropped", "by").order_by("-pk"))


def _addresses(found: Customer) -> Iterator[tuple[str, list[str]]]:
    """Billing and shipping as lines, what the stores left out left out."""
    for title, told in (("Billing", found.billing), ("Shipping", found.shipping)):
        rows = (("first_name", "last_name"), ("company",), ("address_1",), ("address_2",),
                ("postcode", "city"), ("state", "country"))  # fmt: skip
        lines = [" ".join(filter(None, (told.get(part) for part in row))) for row in rows]
        if any(lines):
            yield title, [line for line in lines if line]


def _place(company: Company, tab: str) -> dict[str, Any]:
    return {"company": company, "place": "customers", "tab": tab}


def _period(request: HttpRequest, company: Company) -> tuple[Period, dict[str, Any]]:
    year, today = year_and_today(request, company)
    form = PeriodForm(request.GET, usual=year)
    if not form.is_valid():
        raise BadRequest("The period cannot be read.")
    period = form.period()
    return period, {
        "period": period,
        "presets": periods.presets(today, year),
        "link": exact_query(request, period),
    }


def _pdf(
    request: HttpRequest,
    company: Company,
    name: str,
    details: list[tuple[str, str]],
    period: Period,
    found: Statement,
) -> HttpResponse:
    today = year_and_today(request, company)[1]
    made = statement_on_paper(company, name, details, period, found, today=today)
    return HttpResponse(
        statement_pdf(made),
        content_type="application/pdf",
        headers={"Content-Disposition": 'inline; filename="statement.pdf"'},
    )
