"""The end of a sweep: its figures, in one transaction, or why there are none."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import connection as database
from django.db import transaction
from django.db.models import Q

from connections import activity
from connections.models import ActivityStatus, StoreConnection
from ledger.core.money import priced
from sync.core.health import Cause, Symptom
from sync.health import findings
from sync.models import SweepRun, SweepState, SweptOrder
from sync.models.sweep import RESULTS

KIND = "certificate"


@transaction.atomic
def finish(run: SweepRun, *, now: datetime) -> None:
    """Add it all up, keep what somebody may want to look at, tell of it.

    Does nothing where somebody has cancelled it meanwhile.
    """
    running = SweepRun.objects.filter(pk=run.pk, state=SweepState.RUNNING)
    if not list(running.select_for_update(no_key=True).values_list("pk")):
        return
    results = _added_up(run)
    done = {"state": SweepState.DONE, "finished_at": now, "problem": "", "problem_code": ""}
    running.update(**done, **results, failures=0)
    _forget_ordinary(run)
    run.refresh_from_db()
    _tell(run, now)


def _added_up(run: SweepRun) -> dict[str, Any]:
    """The figures of all its orders; those by status, day and rule are kept at once."""
    values: dict[str, int | str] = {
        "company": run.company_id,
        "connection": str(run.connection_id),
        "run": run.pk,
        "zone": run.connection.company.timezone,
    }
    with database.cursor() as cursor:
        cursor.execute(_DATES, values)
        cursor.execute(_SUMS, values)
        cursor.execute(_RULES, values)
        cursor.execute(_RESULTS, values)
        return dict(zip(RESULTS, cursor.fetchone(), strict=True))


@transaction.atomic
def fail(run: SweepRun, why: str, *, now: datetime) -> None:
    """It could not finish: there is no certificate, and no figure of it is kept."""
    _stop(run, SweepState.FAILED, why, now)


@transaction.atomic
def cancel(run: SweepRun, why: str, *, now: datetime) -> None:
    """Somebody wants it no more; what was repaired stays."""
    _stop(run, SweepState.CANCELLED, why, now)


def _stop(run: SweepRun, state: SweepState, why: str, now: datetime) -> None:
    running = SweepRun.objects.filter(pk=run.pk, state=SweepState.RUNNING)
    if not running.update(state=state, finished_at=now, problem=why[:400]):
        return
    SweptOrder.objects.filter(run=run).delete()
    is_failed = state is SweepState.FAILED
    word = "could not be finished" if is_failed else "was cancelled"
    status = ActivityStatus.FAILED if is_failed else ActivityStatus.INFO
    _note(run.connection, f"The completeness certificate {word}. {why}", status, now)


def _forget_ordinary(run: SweepRun) -> None:
    """Rows of booked orders that needed nothing; of older certificates also the excluded ones.

    A shop has a hundred thousand of the former, and each night makes a certificate.
    """
    bad = ("missing", "different")
    ordinary = SweptOrder.objects.filter(run=run, verdict="booked")
    ordinary.exclude(found__in=bad).delete()
    older = SweptOrder.objects.filter(run__connection=run.connection_id, run__lt=run.pk)
    older.filter(verdict="excluded").exclude(found__in=bad).delete()


def _tell(run: SweepRun, now: datetime) -> None:
    currency = run.connection.company.currency
    difference = priced(difference_of(run), currency)
    text = f"Completeness certificate: {order_count(run)} orders, difference {difference}"
    parts = [(run.repaired, "repaired"), (run.missing, "missing"), (run.different, "different"),
             (run.waiting, "waiting")]  # fmt: skip
    told = ", ".join(f"{count} {word}" for count, word in parts if count)
    bad = bad_count(run)
    status = ActivityStatus.FAILED if bad else ActivityStatus.INFO
    _note(run.connection, f"{text}; {told}." if told else f"{text}.", status, now)
    if run.repairs:
        _record(run, bad, now)


def _record(run: SweepRun, bad: int, now: datetime) -> None:
    """What repair did not solve needs a person. A shorter period cannot say that all is well."""
    symptoms = []
    if bad:
        orders = "1 order does" if bad == 1 else f"{bad} orders do"
        done = "It could not be repaired." if bad == 1 else "They could not be repaired."
        symptoms.append(
            Symptom(
                Cause.BOOKS_DIFFER,
                f"{orders} not agree with the store. {done}",
                "The certificate says which, and why.",
                needs_person=True,
            )
        )
    is_whole = run.last is None and not _longer_one(run)
    examined = {Cause.BOOKS_DIFFER} if bad or is_whole else set[Cause]()
    findings.record(run.connection, symptoms, examined, now=now)


def _longer_one(run: SweepRun) -> bool:
    """Whether an earlier certificate went further back."""
    done = SweepRun.objects.filter(connection=run.connection_id, state=SweepState.DONE)
    bad = Q(missing__gt=0) | Q(different__gt=0)
    return done.filter(bad, start__lt=run.start).exclude(pk=run.pk).exists()


def _note(connection: StoreConnection, text: str, status: ActivityStatus, now: datetime) -> None:
    activity.note(connection, text[:300], at=now, kind=KIND, status=status)


def difference_of(run: SweepRun) -> Any:
    """Store less books, of one that is done."""
    return _known(run.store_total) - _known(run.books_total)


def unexplained(run: SweepRun) -> Any:
    """What is left of the difference without the orders that wait with a reason."""
    return difference_of(run) - _known(run.waiting_difference)


def bad_count(run: SweepRun) -> int:
    """How many orders are missing or different."""
    return int(_known(run.missing)) + int(_known(run.different))


def order_count(run: SweepRun) -> int:
    """How many orders it covers."""
    counts: Mapping[str, Any] = {name: getattr(run, name) for name in RESULTS[:5]}
    return sum(map(_known, counts.values()))


def _known(value: Any) -> Any:
    """A result. One that is not there must never pass for zero.

    :raises ValueError: when the sweep is not done.
    """
    if value is None:
        raise ValueError("only a sweep that is done has results")
    return value


# Of what is gone or cannot be read the store says no date; the books know one.
_DATES = """
UPDATE sync_sweptorder swept SET created_at = o.created_at FROM sync_order o
WHERE swept.run_id = %(run)s AND swept.created_at IS NULL
  AND o.connection_id = %(connection)s::uuid AND o.order_id = swept.order_id
"""

_RESULTS = """
SELECT count(*) FILTER (WHERE verdict = 'booked'), count(*) FILTER (WHERE verdict = 'excluded'),
       count(*) FILTER (WHERE verdict = 'waiting'), count(*) FILTER (WHERE verdict = 'missing'),
       count(*) FILTER (WHERE verdict = 'different'),
       coalesce(sum(cardinality(refunds)) FILTER (WHERE verdict <> 'excluded'), 0),
       count(*) FILTER (WHERE found IN ('missing', 'different')
                        AND verdict NOT IN ('missing', 'different')),
       count(*) FILTER (WHERE is_put AND found NOT IN ('missing', 'different')),
       coalesce(sum(store_net) FILTER (WHERE verdict <> 'excluded'), 0),
       coalesce(sum(books_net) FILTER (WHERE verdict <> 'excluded'), 0),
       coalesce(sum(store_net - books_net) FILTER (WHERE verdict = 'waiting'), 0)
FROM sync_sweptorder WHERE run_id = %(run)s
"""

_SUMS = """
INSERT INTO sync_sweepsum (company_id, run_id, kind, key, day, booked, excluded, waiting, missing,
                           different, store_total, books_total)
SELECT %(company)s, %(run)s, CASE WHEN grouping(day) = 1 THEN 'status' ELSE 'day' END,
       coalesce(key, ''), day,
       count(*) FILTER (WHERE verdict = 'booked'), count(*) FILTER (WHERE verdict = 'excluded'),
       count(*) FILTER (WHERE verdict = 'waiting'), count(*) FILTER (WHERE verdict = 'missing'),
       count(*) FILTER (WHERE verdict = 'different'),
       coalesce(sum(store_net) FILTER (WHERE verdict <> 'excluded'), 0),
       coalesce(sum(books_net) FILTER (WHERE verdict <> 'excluded'), 0)
FROM (
    SELECT *, (created_at AT TIME ZONE %(zone)s)::date AS day,
           CASE WHEN is_unread THEN 'unreadable' WHEN status = '' THEN 'deleted' ELSE status END
               AS key
    FROM sync_sweptorder WHERE run_id = %(run)s
) each
GROUP BY GROUPING SETS ((key), (day))
"""

_RULES = """
INSERT INTO sync_sweepsum (company_id, run_id, kind, key, day, booked, excluded, waiting, missing,
                           different, store_total, books_total)
SELECT %(company)s, %(run)s, 'rule', left(reason, 60), NULL, 0, count(*), 0, 0, 0, 0, 0
FROM sync_sweptorder WHERE run_id = %(run)s AND verdict = 'excluded'
GROUP BY left(reason, 60)
"""
