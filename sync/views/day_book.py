"""The day book on screen and as a CSV file."""

import csv
from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from ledger import periods
from ledger.access import require
from ledger.core.documents import Flag, VoucherType
from ledger.models import Company, Role
from ledger.period_lock import locked_until
from ledger.rendering import page_or_part
from ledger.reports.day_book import sums
from ledger.reports.late_documents import late_documents
from sync import day_book as book
from sync.forms import DayBookForm, mark_text
from sync.overview import stores_of


@require_GET
@require(Role.VIEWER)
def day_book(request: HttpRequest, company: Company) -> HttpResponse:
    """Vouchers by day, newest first."""
    form, year = _form(request, company)
    context = {"company": company, "place": "day_book", "form": form}
    if form.is_valid():
        wanted = form.filter()
        page = book.page(company, wanted, form.cleaned_data["after"])
        totals = sorted(sums(company, wanted), key=lambda each: _ORDER.index(each.type))
        today = periods.today_in(company, timezone.now())
        context |= {
            "wanted": wanted,
            "page": page,
            "older": mark_text(page.older),
            "totals": totals,
            "net": book.net(totals),
            "presets": periods.presets(today, year),
            "choices": _choices(company),
            "chosen": _chosen(request),
            "until": locked_until(company),
            "late": late_documents(company, wanted.period).count(),
            "seen": f"{sum(each.count for each in totals)}",
        }
    return page_or_part(request, "sync/day_book.html", "sync/_day_book.html", context)


_ORDER = [
    each.value for each in (VoucherType.SALES, VoucherType.DEBIT_NOTE, VoucherType.CREDIT_NOTE)
]
_ORDER += [each.value for each in VoucherType if each.value not in _ORDER]


def _choices(company: Company) -> dict[str, object]:
    """What the chips offer."""
    usual = (VoucherType.SALES, VoucherType.CREDIT_NOTE, VoucherType.DEBIT_NOTE)
    return {"types": usual, "stores": stores_of(company), "flags": list(Flag)}


@require_GET
@require(Role.VIEWER)
def day_book_csv(request: HttpRequest, company: Company) -> HttpResponse | StreamingHttpResponse:
    """The same vouchers, all pages at once, as CSV."""
    form, _ = _form(request, company)
    if not form.is_valid():
        return HttpResponse("The filter cannot be read.", status=400, content_type="text/plain")
    wanted = form.filter()
    period = wanted.period
    name = f"day-book-{period.first:%Y%m%d}-{period.last:%Y%m%d}.csv"
    return StreamingHttpResponse(
        _csv(book.csv_rows(company, wanted)),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _form(request: HttpRequest, company: Company) -> tuple[DayBookForm, periods.Period]:
    today = periods.today_in(company, timezone.now())
    year = periods.chosen_period(request.session, company, today)
    usual = periods.usual_period(today, year)
    return DayBookForm(request.GET, company=company, usual=usual), year


def _chosen(request: HttpRequest) -> str:
    """The filter as a query string without the place, for links to other pages of the list."""
    kept = ("date_from", "date_to", "type", "store", "flag")
    return urlencode({name: request.GET[name] for name in kept if request.GET.get(name)})


class _Line:
    """A file that gives back what is written to it: `csv.writer` formats, we send."""

    def write(self, text: str) -> str:
        return text


def _csv(rows: Iterator[tuple[object, ...]]) -> Iterator[str]:
    writer = csv.writer(_Line())
    yield "\ufeff"  # Excel takes a file without it for Windows-1252
    for row in rows:
        yield writer.writerow(row)
