"""What came late: documents whose own day was locked, so that they stand on the first open one."""

from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from ledger.access import require
from ledger.csv_file import csv_answer
from ledger.models import Company, Role
from ledger.period_lock import locked_until
from ledger.reports import late_documents as report
from sync.books.day_book import Row, rows_of
from sync.paging import older_page

CSV_PART = 1000
CSV_HEAD = (
    "Own date", "Posted on", "Arrived", "Number", "Type", "Order", "Store", "Buyer", "GSTIN",
    "Taxable value", "CGST", "SGST", "IGST", "Other tax", "Total",
)  # fmt: skip


@require_GET
@require(Role.VIEWER)
def late_documents(request: HttpRequest, company: Company) -> HttpResponse:
    """The late documents, newest first, and what they come to by the month they belong to."""
    page = older_page(report.late_documents(company), "id", request.GET.get("before", ""))
    context = {
        "company": company,
        "place": "day_book",
        "page": page,
        "rows": rows_of(page.rows),
        "months": report.months(company),
        "until": locked_until(company),
    }
    return render(request, "sync/late_documents.html", context)


@require_GET
@require(Role.VIEWER)
def late_csv(_request: HttpRequest, company: Company) -> StreamingHttpResponse:
    """All of them, oldest first."""
    return csv_answer("late-documents", _csv_rows(company))


def _csv_rows(company: Company) -> Iterator[tuple[object, ...]]:
    yield CSV_HEAD
    found = report.late_documents(company).order_by("id")
    last = 0
    while part := list(found.filter(pk__gt=last)[:CSV_PART]):
        yield from (_csv_row(row) for row in rows_of(part))
        last = part[-1].pk


def _csv_row(row: Row) -> tuple[object, ...]:
    voucher = row.voucher
    return (
        voucher.original_date, voucher.date, voucher.posted_at.isoformat(timespec="seconds"),
        voucher.number, voucher.type, voucher.reference,
        row.source.connection.name if row.source else "", voucher.buyer_name or "",
        voucher.buyer_gstin or "", voucher.taxable_value, voucher.cgst, voucher.sgst, voucher.igst,
        voucher.other_tax, voucher.total,
    )  # fmt: skip
