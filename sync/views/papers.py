"""Documents as PDF: one, or several at once."""

from collections.abc import Sequence

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from ledger.access import require
from ledger.models import Company, Role, Voucher
from ledger.papers.contents import Paper
from ledger.papers.typesetting import Copy, pdf_of
from ledger.periods import Period
from ledger.queries import voucher_of
from ledger.reports.day_book import day_book
from ledger.reports.sales_register import sales_register
from sync.books import downloads
from sync.books.papers import has_paper, paper_for, papers_for
from sync.books.report_forms import RegisterForm, SelectionForm
from sync.forms import DayBookForm
from sync.views.downloads import person_of
from sync.views.report_query import usual_month


@require_GET
@require(Role.VIEWER)
def voucher_pdf(request: HttpRequest, company: Company, voucher_id: int) -> HttpResponse:
    """A tax invoice, bill of supply, credit note or debit note, to read, print or send."""
    parts = voucher_of(company, voucher_id)
    if not has_paper(parts.voucher):
        raise Http404("Only sales and notes are documents for a buyer.")
    try:
        copy = Copy(request.GET.get("copy", Copy.ORIGINAL))
    except ValueError:
        raise BadRequest("There is no such copy.") from None
    paper = paper_for(company, parts)
    return _pdf([paper], copy, f"{paper.voucher.number.replace('/', '-')}.pdf")


@require_POST
@require(Role.VIEWER)
def several_pdf(request: HttpRequest, company: Company) -> HttpResponse:
    """The documents that were ticked, in one PDF: at once if they are few, else by the worker."""
    form = SelectionForm(request.POST)
    if not form.is_valid():
        raise BadRequest("The selection cannot be read.")
    report, query = form.cleaned_data["report"], form.cleaned_data["query"]
    back = f"{reverse(report, args=[company.pk])}?{query}"
    vouchers = form.cleaned_data["vouchers"]
    if form.cleaned_data["everything"]:
        vouchers = _everything(report, QueryDict(query), company, usual_month(request, company))
    if not vouchers or len(vouchers) > downloads.MOST_DOCUMENTS:
        messages.error(request, _wrong_number(len(vouchers)))
        return redirect(back)
    if len(vouchers) > downloads.DOCUMENTS_AT_ONCE:
        made = downloads.ask_for_documents(
            company,
            person_of(request),
            vouchers,
            copy=form.copy_wanted(),
            now=timezone.now(),
        )
        return redirect("download", company.pk, made.pk)
    papers = papers_for(company, vouchers)
    if not papers:
        messages.error(request, _wrong_number(0))
        return redirect(back)
    return _pdf(papers, form.copy_wanted(), "documents.pdf")


def _wrong_number(count: int) -> str:
    if not count:
        return "Tick the documents that you want; receipts, payments and journals are none."
    return (
        f"One PDF holds {downloads.MOST_DOCUMENTS} documents at most. "
        "Choose a shorter period, or tick fewer."
    )


def _everything(report: str, query: QueryDict, company: Company, usual: Period) -> list[int]:
    """The documents that a list shows on all its pages, one more than fits at most."""
    size = downloads.MOST_DOCUMENTS + 1
    found: Sequence[Voucher]
    if report == "day_book":
        day_book_form = DayBookForm(query, company=company, usual=usual)
        if not day_book_form.is_valid():
            raise BadRequest("The filter cannot be read.")
        found = day_book(company, day_book_form.filter(), size=size).vouchers
    else:
        form = RegisterForm(query, company=company, usual=usual)
        if not form.is_valid():
            raise BadRequest("The filter cannot be read.")
        found = [row.voucher for row in sales_register(company, form.wanted(), size=size).rows]
    return [voucher.pk for voucher in found if has_paper(voucher)]


def _pdf(papers: Sequence[Paper], copy: Copy, name: str) -> HttpResponse:
    return HttpResponse(
        pdf_of(papers, copy),
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{name}"'},
    )
