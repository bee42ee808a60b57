"""The day book on screen."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from ledger import periods
from ledger.access import require
from ledger.core.documents import Flag, VoucherType
from ledger.models import Company, Role
from ledger.period_lock import locked_until
from ledger.rendering import page_or_part
from ledger.reports.day_book import sums
from ledger.reports.late_documents import late_documents
from sync.books import day_book as book
from sync.forms import DayBookForm, mark_text
from sync.overview import stores_of
from sync.views.report_query import kept_query, year_and_today


@require_GET
@require(Role.VIEWER)
def day_book(request: HttpRequest, company: Company) -> HttpResponse:
    """Vouchers by day, newest first."""
    year, today = year_and_today(request, company)
    usual = periods.usual_period(today, year)
    form = DayBookForm(request.GET, company=company, usual=usual)
    context = {"company": company, "place": "day_book", "form": form}
    if form.is_valid():
        wanted = form.filter()
        page = book.page(company, wanted, form.cleaned_data["after"])
        totals = sorted(sums(company, wanted), key=lambda each: _ORDER.index(each.type))
        context |= {
            "wanted": wanted,
            "page": page,
            "older": mark_text(page.older),
            "totals": totals,
            "net": book.net(totals),
            "presets": periods.presets(today, year),
            "choices": _choices(company),
            "chosen": kept_query(request, "type", "flag"),
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
