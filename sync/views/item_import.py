"""Items from a CSV file: upload, a preview of every row, apply."""

import base64
from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from ledger import items, periods
from ledger.access import permit
from ledger.models import Company, Permission
from sync.core.csv_file import NoCsvError
from sync.core.item_sheet import LABELS, SheetItem
from sync.core.sku_sheet import RowKind
from sync.items import item_import
from sync.items.sku_forms import UploadForm

SHOWN = 500
SALT = "counterfoil.item-import"


@require_http_methods(["GET", "POST"])
@permit(Permission.IMPORT_ITEMS)
def import_items(request: HttpRequest, company: Company) -> HttpResponse:
    """Take a file, and show what each row would change."""
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        content = form.cleaned_data["file"].read(item_import.MOST_BYTES + 1)
        try:
            rows = item_import.read(content)
        except NoCsvError as error:
            form.add_error("file", str(error))
        else:
            return _preview(request, company, content, rows)
    context = {"company": company, "place": "items", "form": form, "heads": LABELS.values()}
    return render(request, "sync/import_items.html", context | {"most": item_import.MOST_ROWS})


def _preview(
    request: HttpRequest, company: Company, content: bytes, rows: list[SheetItem]
) -> HttpResponse:
    found = item_import.preview(company, rows, periods.today_in(company, timezone.now()))
    return render(request, "sync/item_import.html", _context(company, content, found))


def _context(company: Company, content: bytes, found: item_import.Preview) -> dict[str, Any]:
    ordered = sorted(found.rows, key=lambda each: (each.kind, each.row.row))
    return {
        "company": company,
        "place": "items",
        "rows": ordered[:SHOWN],
        "more": max(0, len(ordered) - SHOWN),
        "counts": {kind.name.lower(): found.count(kind) for kind in RowKind},
        "to_write": found.count(RowKind.NEW) + found.count(RowKind.CHANGED),
        "carried": _sealed(company, content, found.seal),
    }


def _sealed(company: Company, content: bytes, seal: str) -> str:
    """The file with what was shown of it, signed: the preview's form brings it back."""
    carried = [company.pk, base64.b64encode(content).decode(), seal]
    return signing.dumps(carried, salt=SALT, compress=True)


@require_POST
@permit(Permission.IMPORT_ITEMS)
def apply_item_import(request: HttpRequest, company: Company) -> HttpResponse:
    """Write what the preview showed; where that has changed, show it again."""
    carried = _carried(request)
    if carried is None or carried[0] != company.pk:
        messages.error(request, "Nothing was written: please upload the file again.")
        return redirect("import_items", company.pk)
    _, packed, seal = carried
    content = base64.b64decode(packed)
    rows = item_import.read(content)
    try:
        done = item_import.apply(company, rows, periods.today_in(company, timezone.now()), seal)
    except item_import.ChangedSinceError:
        messages.warning(request, "Something has changed since: nothing was written yet.")
    except items.UnfitItemError as error:
        messages.error(request, f"Nothing was written. {error}")
    else:
        messages.success(request, _told(done))
        return redirect("items", company.pk)
    return _preview(request, company, content, rows)


def _carried(request: HttpRequest) -> tuple[int, str, str] | None:
    """What the preview's form brings back; None where it is not what was given out."""
    try:
        company_id, packed, seal = signing.loads(request.POST.get("carried", ""), salt=SALT)
    except signing.BadSignature:
        return None
    return company_id, packed, seal


def _told(done: item_import.Preview) -> str:
    told = f"{done.count(RowKind.NEW):,} new, {done.count(RowKind.CHANGED):,} changed"
    wrong = done.count(RowKind.ERROR)
    return f"{told}{f', {wrong:,} left out' if wrong else ''}."
