"""The completeness certificate of a store: made now, watched, read, taken away."""

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_GET, require_POST

from connections.models import PairedSite, StoreConnection
from ledger.access import permit, require
from ledger.models import Company, Permission, Role, User
from ledger.papers.typesetting import statement_pdf
from ledger.rendering import page_or_part
from sync import sweep
from sync.certificate import certificates
from sync.certificate.certificate_form import CertificateForm
from sync.certificate.certificate_paper import period_in_words, statement_of
from sync.certificate.certificates import LISTS, Shown
from sync.models import SweepOrigin, SweepRun, SweptOrder
from sync.paging import older_page
from sync.views.stores import connection_of, store_context

DAYS_SHOWN = 31
LIST_NAMES = {
    "attention": "To look at",
    "missing": "Missing",
    "different": "Different",
    "waiting": "Waiting",
    "repaired": "Repaired",
    "excluded": "Excluded",
}


@require_GET
@require(Role.VIEWER)
def newest(request: HttpRequest, company: Company, connection_id: UUID) -> HttpResponse:
    """The last certificate, and what is being made."""
    connection = connection_of(company, connection_id)
    shown = certificates.newest_certificate(connection) or certificates.newest(connection)
    return _page(request, connection, shown)


@require_GET
@require(Role.VIEWER)
def certificate(
    request: HttpRequest, company: Company, connection_id: UUID, run_id: int
) -> HttpResponse:
    """One of them, as it was made."""
    connection = connection_of(company, connection_id)
    return _page(request, connection, _of(connection, run_id))


def _of(connection: StoreConnection, run_id: int) -> Shown:
    rows = SweepRun.objects.filter(connection=connection, pk=run_id)
    run = rows.select_related("connection__company", "made_by").first()
    if run is None:
        raise Http404("There is no such certificate.")
    return Shown(run)


def _page(request: HttpRequest, connection: StoreConnection, shown: Shown | None) -> HttpResponse:
    last = certificates.newest(connection)
    context = store_context(connection, tab="certificate") | {
        "shown": shown,
        "last": last,
        "is_last": bool(shown and last and shown.run.pk == last.run.pk),
        "can_ask": _can_ask(connection),
        "form": _form(connection, last),
        "history": certificates.history(connection),
        "seen": _seen(last),
        **(_contents(request, shown) if shown and shown.is_done else {}),
    }
    response = page_or_part(request, "sync/certificate.html", "sync/_certificate.html", context)
    patch_cache_control(response, no_store=True)
    return response


def _can_ask(connection: StoreConnection) -> bool:
    return (
        bool(connection.consumer_key) or PairedSite.objects.filter(connection=connection).exists()
    )


def _form(connection: StoreConnection, last: Shown | None) -> CertificateForm:
    form = CertificateForm(
        initial={"first": sweep.usual_first(connection), "repairs": True, "insists": False}
    )
    if last is None or not last.run.holds_back:
        del form.fields["insists"]
    return form


def _seen(last: Shown | None) -> str:
    if last is None:
        return "none"
    run = last.run
    return f"{run.pk}-{run.state}-{run.stage}-{run.listed}-{run.failures}"


def _contents(request: HttpRequest, shown: Shown) -> dict[str, object]:
    run = shown.run
    counts = {which: certificates.orders_of(run, which).count() for which in LISTS}
    which = request.GET.get("show", "")
    if which not in LISTS:
        which = "repaired" if counts["repaired"] and not counts["attention"] else "attention"
    page = older_page(certificates.orders_of(run, which), "order_id", request.GET.get("before", ""))
    days = certificates.sums_of(run, "day")
    return {
        "period": period_in_words(run),
        "statuses": certificates.sums_of(run, "status"),
        "days": days[:DAYS_SHOWN],
        "days_left": max(0, len(days) - DAYS_SHOWN),
        "rules": certificates.excluded_by_rule(run),
        "lists": [(name, LIST_NAMES[name], counts[name]) for name in LISTS],
        "which": which,
        "page": page,
        "entries": _entries(run, page.rows),
    }


def _entries(run: SweepRun, rows: list[SweptOrder]) -> list[tuple[SweptOrder, str]]:
    """Rows with the order's number, "" where the books have never heard of it."""
    numbers = certificates.numbers_of(run, [row.order_id for row in rows])
    return [(row, numbers.get(row.order_id, "")) for row in rows]


@require_POST
@permit(Permission.SETTINGS)
def make(request: HttpRequest, company: Company, connection_id: UUID) -> HttpResponse:
    """Begin one now."""
    connection = connection_of(company, connection_id)
    form = CertificateForm(request.POST)
    if not form.is_valid():
        errors = (str(text) for texts in form.errors.values() for text in texts)
        messages.error(request, " ".join(errors))
    elif not _can_ask(connection):
        messages.error(request, "The store cannot be asked: enter REST keys, or pair the plugin.")
    else:
        _begin(request, connection, sweep.Wanted(**form.cleaned_data))
    return redirect("store_certificate", company.pk, connection.pk)


def _begin(request: HttpRequest, connection: StoreConnection, wanted: sweep.Wanted) -> None:
    user = cast("User", request.user)
    try:
        sweep.begin(connection, wanted, SweepOrigin.PERSON, by=user, now=timezone.now())
    except sweep.NotPossibleError as error:
        messages.error(request, str(error))


@require_POST
@permit(Permission.SETTINGS)
def stop(request: HttpRequest, company: Company, connection_id: UUID) -> HttpResponse:
    """Stop the one that is being made."""
    connection = connection_of(company, connection_id)
    try:
        sweep.cancel(connection, now=timezone.now())
    except sweep.NotPossibleError as error:
        messages.error(request, str(error))
    return redirect("store_certificate", company.pk, connection.pk)


@require_GET
@require(Role.VIEWER)
def as_json(
    _request: HttpRequest, company: Company, connection_id: UUID, run_id: int
) -> HttpResponse:
    """For programs; of one that is none there is nothing to take away."""
    shown = _of(connection_of(company, connection_id), run_id)
    if not shown.is_done:
        raise Http404("This certificate did not come to its end.")
    return JsonResponse(
        certificates.document(shown.run),
        headers={"Content-Disposition": f'attachment; filename="certificate-{run_id}.json"'},
    )


@require_GET
@require(Role.VIEWER)
def as_pdf(
    _request: HttpRequest, company: Company, connection_id: UUID, run_id: int
) -> HttpResponse:
    """For people; one that could not finish says so."""
    shown = _of(connection_of(company, connection_id), run_id)
    return HttpResponse(
        statement_pdf(statement_of(shown)),
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="certificate-{run_id}.pdf"'},
    )
