"""Files that take longer than a person waits: asked for, made by the worker, taken away.

Several documents become one PDF, a long report an Excel file. The row is the record and the queue a
trigger: a file that has stopped moving is started again when somebody looks at it.
"""

import tempfile
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from io import BytesIO
from typing import IO

from django.db.models import F
from django.http import Http404, QueryDict
from django.utils import timezone
from django_q.tasks import async_task
from pypdf import PdfWriter

from ledger.models import Company, User
from ledger.papers.typesetting import Copy, pdf_of
from ledger.periods import Period
from ledger.sheet_files import write_excel
from sync.books.papers import papers_for
from sync.books.report_files import Question, ReportFile, UnreadableQuestionError, file_of
from sync.models import Download, DownloadState
from sync.running import heartbeat

MAKE = "sync.tasks.make_download"
DOCUMENTS_AT_ONCE = 20
MOST_DOCUMENTS = 500
ROWS_AT_ONCE = 10_000
MOST_ROWS = 200_000
MAKE_SECONDS = 600
"""How long a file may take: longer than other tasks, and it beats while it is made."""
MOST_ATTEMPTS = 3
KEPT = timedelta(days=1)
STUCK_AFTER = timedelta(seconds=40)
PART = 25
ROWS_PER_BEAT = 1_000
UNDER_WAY = (DownloadState.WAITING, DownloadState.MAKING)
Beat = Callable[[int], None]


class NoLongerWantedError(Exception):
    """Somebody cancelled the file while it was made."""


def ask_for_documents(
    company: Company, user: User, vouchers: Sequence[int], *, copy: Copy, now: datetime
) -> Download:
    """Have the papers of vouchers made into one PDF."""
    return _ask(
        Download(
            company=company,
            user=user,
            vouchers=list(vouchers),
            copy=copy.value,
            title=f"{len(vouchers)} documents",
            filename="documents.pdf",
            total=len(vouchers),
        ),
        now,
    )


def ask_for_report(
    user: User, report: str, asked: Question, file: ReportFile, *, now: datetime
) -> Download:
    """Have a report made into an Excel file; who asks twice gets the one that is under way."""
    query = asked.query.copy()
    if file.period is not None:
        query["date_from"] = file.period.first.isoformat()
        query["date_to"] = file.period.last.isoformat()
    query["about"] = str(asked.about)
    wanted = {"company": asked.company, "user": user, "report": report, "query": query.urlencode()}
    under_way = Download.objects.filter(**wanted, state__in=UNDER_WAY).first()
    if under_way:
        return under_way
    filename = f"{file.filename}.xlsx"
    return _ask(Download(**wanted, title=file.title, filename=filename, total=file.rows), now)


def cancel(download: Download) -> None:
    """Stop making a file; what was made of it goes."""
    own = Download.objects.filter(pk=download.pk, state__in=UNDER_WAY)
    own.update(state=DownloadState.CANCELLED)


def revive(download: Download, now: datetime) -> None:
    """Queue a file again that has not moved for a while: its worker may be gone."""
    stuck = Download.objects.filter(
        pk=download.pk, state__in=UNDER_WAY, beat_at__lt=now - STUCK_AFTER
    )
    if stuck.filter(attempts__gte=MOST_ATTEMPTS).update(
        state=DownloadState.FAILED,
        reason=f"It was begun {MOST_ATTEMPTS} times, and never finished.",
    ):
        return
    if stuck.update(state=DownloadState.WAITING, beat_at=now):
        _queue(download)


def time_left(download: Download, now: datetime) -> timedelta | None:
    """How long a file will still take, going by what is done; None before anything is."""
    if not download.done or download.state != DownloadState.MAKING:
        return None
    taken = (now - download.created_at).total_seconds()
    seconds = taken * (download.total - download.done) / download.done
    return timedelta(seconds=round(seconds))


def make(download_id: int) -> None:
    """Make a file, unless somebody else does or nobody wants it any more."""
    claimed = Download.objects.filter(pk=download_id, state=DownloadState.WAITING)
    begun = {"attempts": F("attempts") + 1, "beat_at": timezone.now()}
    if not claimed.update(state=DownloadState.MAKING, **begun):
        return
    download = Download.objects.select_related("company").get(pk=download_id)
    try:
        content = _made(download)
    except NoLongerWantedError:
        return
    except (UnreadableQuestionError, Http404) as error:
        _fail(download, str(error))
        return
    except Exception:
        _fail(download, "It broke inside Counterfoil; the log says where.")
        raise
    _move(download, state=DownloadState.READY, done=download.total, content=content)


def _ask(download: Download, now: datetime) -> Download:
    Download.objects.filter(company=download.company, created_at__lt=now - KEPT).delete()
    download.created_at = download.beat_at = now
    download.save(force_insert=True)
    _queue(download)
    return download


def _queue(download: Download) -> None:
    async_task(MAKE, download.pk, timeout=MAKE_SECONDS)


def _made(download: Download) -> bytes:
    def beat(done: int) -> None:
        heartbeat.beat(timezone.now())
        if not _move(download, done=min(done, download.total)):
            raise NoLongerWantedError

    return _excel(download, beat) if download.report else _documents(download, beat)


def _documents(download: Download, beat: Beat) -> bytes:
    made = PdfWriter()
    for start in range(0, len(download.vouchers), PART):
        papers = papers_for(download.company, download.vouchers[start : start + PART])
        if papers:
            made.append(BytesIO(pdf_of(papers, Copy(download.copy))))
        beat(start + PART)
    file = BytesIO()
    made.write(file)
    return file.getvalue()


def _excel(download: Download, beat: Beat) -> bytes:
    query = QueryDict(download.query)
    asked = Question(download.company, query, _usual(query), int(query["about"]))

    def seen(rows: int) -> None:
        if rows % ROWS_PER_BEAT == 0:
            beat(rows)

    with tempfile.TemporaryFile() as file:
        write_report(file_of(download.report, asked), file, seen)
        file.seek(0)
        return file.read()


def _usual(query: QueryDict) -> Period:
    """The period that was asked for; all time for a list that is of none."""
    first, last = query.get("date_from"), query.get("date_to")
    return Period(
        date.fromisoformat(first) if first else date(2000, 1, 1),
        date.fromisoformat(last) if last else date(9998, 1, 1),
    )


def write_report(report: ReportFile, file: IO[bytes], seen: Beat | None = None) -> None:
    """Write a report as an Excel file."""
    write_excel(report.sheets, file, seen=seen)


def _move(download: Download, **changes: object) -> bool:
    """Note how far a file is; False where it is no longer wanted."""
    own = Download.objects.filter(pk=download.pk, state=DownloadState.MAKING)
    return own.update(beat_at=timezone.now(), **changes) > 0


def _fail(download: Download, reason: str) -> None:
    _move(download, state=DownloadState.FAILED, reason=reason or "It could not be made.")
