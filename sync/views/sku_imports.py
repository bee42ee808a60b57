"""Bulk import of SKU mappings via CSV: upload, progress, preview, apply, undo; downloads."""

from collections.abc import Callable
from functools import partial
from typing import Any, cast
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from connections.models import StoreConnection
from ledger.access import permit, require
from ledger.models import Company, Permission, Role, User
from ledger.rendering import page_or_part
from sync.items import sku_export, sku_import
from sync.items.csv_answers import csv_answer
from sync.items.sku_forms import UploadForm
from sync.items.sku_import.uploading import Upload
from sync.items.sku_preview import page_of
from sync.models import SkuImport
from sync.running import heartbeat
from sync.views.stores import connection_of, store_context


@require_http_methods(["GET", "POST"])
@permit(Permission.IMPORT_ITEMS)
def import_skus(request: HttpRequest, company: Company, connection_id: UUID) -> HttpResponse:
    """Take a file in, and show the preview that the worker makes of it."""
    connection = connection_of(company, connection_id)
    is_sent = request.method == "POST"
    form = UploadForm(request.POST, request.FILES) if is_sent else UploadForm()
    if is_sent and form.is_valid():
        try:
            made = _received(request, connection, form)
        except (sku_import.UnfitFileError, sku_import.NotPossibleError) as error:
            form.add_error("file", str(error))
        else:
            return redirect("sku_import", company.pk, connection.pk, made.pk)
    context = store_context(connection, tab="skus")
    context |= {
        "form": form,
        "most_mb": settings.FILE_UPLOAD_MOST_BYTES // 2**20,
        "open": _open_import(connection),
    }
    return render(request, "sync/import_skus.html", context)


def _received(request: HttpRequest, connection: StoreConnection, form: UploadForm) -> SkuImport:
    upload = cast("Upload", form.cleaned_data["file"])
    user = cast("User", request.user)
    return sku_import.receive(connection, upload, user=user, at=timezone.now())


def _open_import(connection: StoreConnection) -> SkuImport | None:
    imports = SkuImport.objects.filter(connection=connection)
    return next((each for each in imports.order_by("-id")[:5] if each.is_open), None)


def import_of(connection: StoreConnection, import_id: int) -> SkuImport:
    """An import of the store.

    :raises Http404: when it is another store's.
    """
    imports = SkuImport.objects.select_related("connection__company", "uploaded_by", "applied_by")
    return get_object_or_404(imports, connection=connection, pk=import_id)


@require_GET
@require(Role.VIEWER)
def sku_import_page(
    request: HttpRequest, company: Company, connection_id: UUID, import_id: int
) -> HttpResponse:
    """An import: progress while the worker is at it, then its rows, errors first."""
    connection = connection_of(company, connection_id)
    found = import_of(connection, import_id)
    now = timezone.now()
    context: dict[str, Any] = store_context(connection, tab="skus") | {
        "import": found,
        "page": page_of(found, request.GET.get("kind", ""), request.GET.get("after", "")),
        "kind": request.GET.get("kind", ""),
        "may_undo": sku_import.last_applied(connection) == found,
        "worker_is_silent": found.is_working and heartbeat.is_silent(now),
        "seen": f"{found.state}-{found.rows_read}-{found.touched_at.timestamp():.0f}",
    }
    return page_or_part(request, "sync/sku_import.html", "sync/_sku_import.html", context)


@require_POST
@permit(Permission.IMPORT_ITEMS)
def apply_sku_import(
    request: HttpRequest, company: Company, connection_id: UUID, import_id: int
) -> HttpResponse:
    """Write what the preview shows."""
    found = import_of(connection_of(company, connection_id), import_id)
    user = cast("User", request.user)
    return _stepped(request, found, partial(sku_import.ask_to_apply, found, user=user))


@require_POST
@permit(Permission.IMPORT_ITEMS)
def check_sku_import(
    request: HttpRequest, company: Company, connection_id: UUID, import_id: int
) -> HttpResponse:
    """Make the preview anew: something has changed since."""
    found = import_of(connection_of(company, connection_id), import_id)
    return _stepped(request, found, partial(sku_import.check_again, found))


@require_POST
@permit(Permission.IMPORT_ITEMS)
def discard_sku_import(
    request: HttpRequest, company: Company, connection_id: UUID, import_id: int
) -> HttpResponse:
    """Give it up; nothing was written."""
    found = import_of(connection_of(company, connection_id), import_id)
    return _stepped(request, found, partial(sku_import.discard, found))


@require_POST
@permit(Permission.IMPORT_ITEMS)
def undo_sku_import(
    request: HttpRequest, company: Company, connection_id: UUID, import_id: int
) -> HttpResponse:
    """Put back what it changed."""
    found = import_of(connection_of(company, connection_id), import_id)
    user = cast("User", request.user)
    return _stepped(request, found, partial(sku_import.ask_to_undo, found, user=user))


def _stepped(request: HttpRequest, found: SkuImport, step: Callable[..., None]) -> HttpResponse:
    """Take the step, or say why not; two people may press two buttons."""
    try:
        step(at=timezone.now())
    except sku_import.NotPossibleError as error:
        messages.error(request, str(error))
    return redirect("sku_import", found.company_id, found.connection_id, found.pk)


@require_GET
@require(Role.VIEWER)
def wrong_rows(
    _request: HttpRequest, company: Company, connection_id: UUID, import_id: int
) -> StreamingHttpResponse:
    """The rows that are errors, with their reasons, to be put right and uploaded again."""
    found = import_of(connection_of(company, connection_id), import_id)
    return csv_answer(sku_export.wrong_rows(found), f"sku-errors-{found.pk}.csv")


@require_GET
@require(Role.VIEWER)
def mapping_csv(
    _request: HttpRequest, company: Company, connection_id: UUID
) -> StreamingHttpResponse:
    """The present mapping."""
    connection = connection_of(company, connection_id)
    return csv_answer(sku_export.mapping_rows(connection), "sku-mapping.csv")


@require_GET
@require(Role.VIEWER)
def template_csv(
    _request: HttpRequest, company: Company, connection_id: UUID
) -> StreamingHttpResponse:
    """A sheet to fill in, the unmapped SKUs in it already."""
    connection = connection_of(company, connection_id)
    return csv_answer(sku_export.template_rows(connection), "sku-mapping-template.csv")
