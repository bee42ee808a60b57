"""Reports as CSV and Excel, and the page of a file that takes longer."""

import tempfile
from collections.abc import Callable, Iterator
from io import BytesIO

from django.contrib import messages
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    StreamingHttpResponse,
)
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from ledger.access import View, require
from ledger.models import Company, Role, User
from ledger.rendering import page_or_part
from ledger.sheet_files import csv_lines
from sync.books import downloads
from sync.books.report_files import Question, ReportFile, UnreadableQuestionError, file_of
from sync.models import Download, DownloadState
from sync.views.report_query import usual_month, year_and_today

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PART = 64 * 1024
MONTHLY = ("day_book", "sales_register", "hsn_summary")
"""Reports that show a month unasked; the others show the year."""


def as_csv(report: str) -> View:
    """The view that sends a report as CSV, all pages at once."""
    return _sends(report, lambda _, __, file: _csv(file))


def as_excel(report: str) -> View:
    """The view that sends a report as Excel, or has it made where it is long."""

    def send(request: HttpRequest, asked: Question, file: ReportFile) -> HttpResponseBase:
        if file.rows > downloads.MOST_ROWS:
            return _too_long(request, report, asked, file)
        if file.rows <= downloads.ROWS_AT_ONCE:
            return _excel(file)
        made = downloads.ask_for_report(person_of(request), report, asked, file, now=timezone.now())
        return redirect("download", asked.company.pk, made.pk)

    return _sends(report, send)


Send = Callable[[HttpRequest, Question, ReportFile], HttpResponseBase]


def _sends(report: str, send: Send) -> View:
    @require_GET
    @require(Role.VIEWER)
    def view(request: HttpRequest, company: Company, /, **about: int) -> HttpResponseBase:
        month, year = usual_month(request, company), year_and_today(request, company)[0]
        usual = month if report in MONTHLY else year
        asked = Question(company, request.GET, usual, *about.values())
        try:
            return send(request, asked, file_of(report, asked))
        except UnreadableQuestionError as error:
            return HttpResponse(str(error), status=400, content_type="text/plain")

    return view


def _csv(file: ReportFile) -> StreamingHttpResponse:
    return StreamingHttpResponse(
        csv_lines(file.sheets[0]),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{file.filename}.csv"'},
    )


def _excel(file: ReportFile) -> StreamingHttpResponse:
    return StreamingHttpResponse(
        _excel_parts(file),
        content_type=EXCEL,
        headers={"Content-Disposition": f'attachment; filename="{file.filename}.xlsx"'},
    )


def _excel_parts(file: ReportFile) -> Iterator[bytes]:
    with tempfile.TemporaryFile() as content:
        downloads.write_report(file, content)
        content.seek(0)
        while part := content.read(PART):
            yield part


def _too_long(request: HttpRequest, report: str, asked: Question, file: ReportFile) -> HttpResponse:
    messages.error(
        request,
        f"That would be {file.rows:,} rows, and an Excel file has {downloads.MOST_ROWS:,} at most. "
        "Choose a shorter period, or take the CSV.",
    )
    page = reverse(report, args=[asked.company.pk, *filter(None, [asked.about])])
    return redirect(f"{page}?{asked.query.urlencode()}")


def person_of(request: HttpRequest) -> User:
    """Whoever has logged in."""
    person = request.user
    if not isinstance(person, User):
        raise TypeError("only a person who has logged in comes here")
    return person


@require_GET
@require(Role.VIEWER)
def download(request: HttpRequest, company: Company, download_id: int) -> HttpResponse:
    """How far a file is; its part asks again until there is nothing more to wait for."""
    now = timezone.now()
    downloads.revive(_own(request, company, download_id), now)
    own = _own(request, company, download_id)
    context = {
        "company": company,
        "place": "",
        "download": own,
        "is_under_way": own.state in downloads.UNDER_WAY,
        "left": downloads.time_left(own, now),
        "seen": f"{own.state} {own.done}",
    }
    return page_or_part(request, "sync/download.html", "sync/_download.html", context)


@require_GET
@require(Role.VIEWER)
def download_file(
    request: HttpRequest, company: Company, download_id: int
) -> FileResponse | HttpResponse:
    """The file itself."""
    own = _own(request, company, download_id)
    if own.state != DownloadState.READY or own.content is None:
        raise Http404("The file is not ready.")
    kind = EXCEL if own.report else "application/pdf"
    content = BytesIO(own.content)
    return FileResponse(
        content, as_attachment=bool(own.report), filename=own.filename, content_type=kind
    )


@require_POST
@require(Role.VIEWER)
def cancel_download(request: HttpRequest, company: Company, download_id: int) -> HttpResponse:
    """Stop making a file."""
    own = _own(request, company, download_id)
    downloads.cancel(own)
    return redirect("download", company.pk, own.pk)


def _own(request: HttpRequest, company: Company, download_id: int) -> Download:
    """A file of the person who asks; to others it does not exist."""
    own = Download.objects.filter(company=company, user=person_of(request))
    return get_object_or_404(own.defer("content"), pk=download_id)
