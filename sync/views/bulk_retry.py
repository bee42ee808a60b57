"""Waiting orders tried again together: the ticked, or all of a reason; and how far that is."""

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from connections.models import StoreConnection
from ledger.access import permit, require
from ledger.models import Company, Permission, Role, User
from ledger.rendering import page_or_part
from sync.forms import BulkRetryForm
from sync.models import Order, OrderState, RetryRun
from sync.orders.waiting.bulk_retry import progress_of, retry_together
from sync.words import waits_for


@require_POST
@permit(Permission.IMPORT_ORDERS)
def retry_waiting(request: HttpRequest, company: Company) -> HttpResponse:
    """Try the ticked orders again, or all that wait for the same thing."""
    form = BulkRetryForm(request.POST, company=company)
    run = None
    if form.is_valid():
        wanted = form.wanted()
        run = retry_together(
            company,
            Order.objects.filter(**wanted),
            cast("User", request.user),
            _title(wanted, form.cleaned_data["store"]),
            at=timezone.now(),
        )
    if run is None:
        messages.error(request, "Nothing was chosen that waits, nothing was tried again.")
        return redirect("all_waiting", company.pk)
    return redirect("retry_run", company.pk, run.pk)


def _title(wanted: dict[str, object], store: StoreConnection | None) -> str:
    if "reason_code" not in wanted:
        return "Ticked orders"
    of_store = f" of {store}" if store else ""
    return f"{waits_for(str(wanted['reason_code']))}{of_store}"


@require_GET
@require(Role.VIEWER)
def retry_run(request: HttpRequest, company: Company, retry_id: int) -> HttpResponse:
    """How far it is, and where the orders stand; asks again until all are looked at."""
    run = get_object_or_404(RetryRun.objects.select_related("user"), company=company, pk=retry_id)
    progress = progress_of(run)
    context = {
        "company": company,
        "place": "stores",
        "tab": "waiting",
        "run": run,
        "progress": progress,
        "stands": [
            (OrderState(state), code, count) for (state, code), count in progress.stands.items()
        ],
        "seen": f"{progress.left}.{progress.waiting}",
    }
    return page_or_part(request, "sync/retry_run.html", "sync/_retry_run.html", context)
