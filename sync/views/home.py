"""Home: the figures of today and this month, every store's health, and what needs a person."""

from zlib import crc32

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from ledger import periods
from ledger.access import require
from ledger.models import Company, Role
from ledger.rendering import page_or_part
from sync import overview
from sync.books.chart import bar_chart
from sync.running import heartbeat


@require_GET
@require(Role.VIEWER)
def home(request: HttpRequest, company: Company) -> HttpResponse:
    """Home; its part is asked for again and again and answers 204 while nothing changed."""
    if request.session.get("company") != company.pk:
        request.session["company"] = company.pk
    now = timezone.now()
    today = periods.today_in(company, now)
    stores = overview.stores(company, today)
    business = overview.business(company, today)
    is_silent = bool(stores) and heartbeat.is_silent(now)
    context = {
        "company": company,
        "place": "home",
        "today": today,
        "stores": stores,
        "business": business,
        "chart": bar_chart(business.days),
        "waiting": overview.waiting_groups(company),
        "has_unmapped_skus": any(each.unmapped_skus for each in stores),
        "has_findings": any(each.needs_person for each in stores),
        "idle_stores": overview.needs_setting_up(stores),
        "worker_is_silent": is_silent,
        "seen": _fingerprint(business, stores, today, is_silent),
    }
    return page_or_part(request, "sync/home.html", "sync/_home.html", context)


def _fingerprint(business: overview.Business, stores: list[overview.Store], *more: object) -> str:
    """Changes with anything that the part shows, apart from how long ago things were."""
    heard = [
        (each.last_heard_at, each.waiting, each.alarms, each.unmapped_skus, each.seen_findings)
        for each in stores
    ]
    return f"{crc32(str((business.month, heard, more)).encode()):08x}"
