"""The edit log on screen and as a CSV file."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from ledger import edit_log as log
from ledger.access import require
from ledger.csv_file import csv_answer
from ledger.edit_log_forms import EditLogForm
from ledger.edit_words import Line
from ledger.models import Company, Role

PAGE_SIZE = 50
FILTERS = ("kind", "action", "person", "date_from", "date_to", "record")
CSV_HEAD = (
    "Time", "Who", "From", "Address", "Database role", "What", "Name", "Record", "Change",
    "Field", "Before", "After",
)  # fmt: skip


@require_GET
@require(Role.VIEWER)
def edit_log(request: HttpRequest, company: Company) -> HttpResponse:
    """Who changed which master or setting, newest first."""
    form = EditLogForm(request.GET, company=company)
    context = {"company": company, "place": "settings", "form": form}
    if form.is_valid():
        wanted = form.filter()
        before = form.cleaned_data["before"]
        context |= {
            "page": log.page(company, wanted, before=before, size=PAGE_SIZE),
            "wanted": wanted,
            "chosen": urlencode(
                {name: request.GET[name] for name in FILTERS if request.GET.get(name)}
            ),
        }
    return render(request, "ledger/edit_log.html", context)


@require_GET
@require(Role.VIEWER)
def edit_log_csv(request: HttpRequest, company: Company) -> HttpResponse | StreamingHttpResponse:
    """The same lines, all pages at once; one row for each field that changed."""
    form = EditLogForm(request.GET, company=company)
    if not form.is_valid():
        return HttpResponse("The filter cannot be read.", status=400, content_type="text/plain")
    lines = log.all_lines(company, form.filter())
    return csv_answer("edit-log", _csv_rows(lines, ZoneInfo(company.timezone)))


def _csv_rows(lines: Iterator[Line], zone: ZoneInfo) -> Iterator[tuple[object, ...]]:
    yield CSV_HEAD
    for line in lines:
        edit = line.edit
        about = (
            edit.at.astimezone(zone).isoformat(timespec="seconds"), line.who, edit.via,
            edit.address, edit.database_role, line.kind, line.name, edit.record,
            edit.get_action_display(),
        )  # fmt: skip
        for change in line.changes:
            values = ("not shown", "not shown") if change.is_hidden else (change.old, change.new)
            yield (*about, change.field, *values)
