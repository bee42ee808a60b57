"""A certificate as it is shown: figures, sums by status and by day, and the orders to look at."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from connections.models import StoreConnection
from sync.core.certificate import EXCEPTIONS, Verdict
from sync.core.sweep import BAD
from sync.models import Order, SweepRun, SweepStage, SweepState, SweepSum, SweptOrder
from sync.sweep import bad_count, difference_of, order_count, unexplained

HISTORY_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Shown:
    """A sweep for pages. What only a certificate has is None where it is none."""

    run: SweepRun

    @property
    def is_done(self) -> bool:
        """Whether it is a certificate at all."""
        return self.run.state == SweepState.DONE

    @property
    def orders(self) -> int | None:
        """How many orders it covers."""
        return order_count(self.run) if self.is_done else None

    @property
    def difference(self) -> Any:
        """Store less books."""
        return difference_of(self.run) if self.is_done else None

    @property
    def unexplained(self) -> Any:
        """The difference without the orders that wait."""
        return unexplained(self.run) if self.is_done else None

    @property
    def bad(self) -> int | None:
        """How many orders are missing or different."""
        return bad_count(self.run) if self.is_done else None

    @property
    def tone(self) -> str:
        """Green at 0.00 alone, and only where it came to its end."""
        if self.run.state == SweepState.RUNNING:
            return "info"
        if not self.is_done or self.bad:
            return "bad"
        return "warn" if self.run.waiting or self.difference else "good"

    @property
    def verdict(self) -> str:
        """The whole certificate in a sentence or two."""
        run = self.run
        if run.state == SweepState.RUNNING:
            return "This certificate is being made; it says nothing yet."
        if run.state == SweepState.CANCELLED:
            return f"This certificate was stopped and says nothing. {run.problem}".strip()
        if run.state == SweepState.FAILED:
            return f"This certificate could not be finished and says nothing. {run.problem}"
        return _sentence(run, self.orders or 0, self.bad or 0)

    @property
    def progress(self) -> int | None:
        """Per cent of what the store claims to have, None where nobody can know."""
        if self.run.stage != SweepStage.LISTING:
            return 100
        if not self.run.expected:
            return None
        return min(99, self.run.listed * 100 // self.run.expected)


def _sentence(run: SweepRun, orders: int, bad: int) -> str:
    if bad:
        verb = "order is" if bad == 1 else "orders are"
        return f"{bad} {verb} missing in the books, or different."
    if not orders:
        return "The store has no orders in this period."
    if run.waiting:
        verb = "order waits" if run.waiting == 1 else "orders wait"
        return f"Nothing is missing and nothing differs; {run.waiting} {verb} with a reason."
    return "Every order is in the books to the paisa, or kept out of them by a named rule."


def newest(connection: StoreConnection) -> Shown | None:
    """The last sweep, whatever became of it."""
    return _shown(_runs(connection).first())


def newest_certificate(connection: StoreConnection) -> Shown | None:
    """The last one that came to its end."""
    return _shown(_runs(connection).filter(state=SweepState.DONE).first())


def history(connection: StoreConnection) -> list[Shown]:
    """The last sweeps, newest first."""
    return [Shown(run) for run in _runs(connection)[:HISTORY_SHOWN]]


def _runs(connection: StoreConnection) -> QuerySet[SweepRun]:
    runs = SweepRun.objects.filter(connection=connection).order_by("-id")
    return runs.select_related("connection__company", "made_by")


def _shown(run: SweepRun | None) -> Shown | None:
    return Shown(run) if run else None


def sums_of(run: SweepRun, kind: str) -> list[SweepSum]:
    """Sums by `status`, the largest count first, or by `day`, the newest first."""
    found = list(SweepSum.objects.filter(run=run, kind=kind).order_by("-day", "key"))
    return found if kind == "day" else sorted(found, key=_orders_in, reverse=True)


def _orders_in(each: SweepSum) -> int:
    return each.booked + each.excluded + each.waiting + each.missing + each.different


LISTS = {
    "attention": Q(verdict__in=[verdict.value for verdict in EXCEPTIONS]),
    "missing": Q(verdict=Verdict.MISSING.value),
    "different": Q(verdict=Verdict.DIFFERENT.value),
    "waiting": Q(verdict=Verdict.WAITING.value),
    "repaired": Q(found__in=[each.value for each in BAD])
    & ~Q(verdict__in=[each.value for each in BAD]),
    "excluded": Q(verdict=Verdict.EXCLUDED.value),
}
"""What may be looked at of a certificate, order by order."""


def orders_of(run: SweepRun, which: str) -> QuerySet[SweptOrder]:
    """The orders of one list."""
    return SweptOrder.objects.filter(LISTS[which], run=run)


def numbers_of(run: SweepRun, order_ids: list[int]) -> dict[int, str]:
    """What the store calls these orders, those that are known here alone; one query."""
    rows = Order.objects.filter(connection=run.connection_id, order_id__in=order_ids)
    return dict(rows.values_list("order_id", "number"))


def as_json(run: SweepRun) -> dict[str, Any]:
    """A certificate for programs: what `reconcile --json` prints, and more.

    :raises ValueError: when the sweep is not done.
    """
    difference = difference_of(run)
    return {
        "counts": {verdict.value: getattr(run, verdict.value) for verdict in Verdict},
        "store_total": f"{run.store_total:.2f}",
        "books_total": f"{run.books_total:.2f}",
        "difference": f"{difference:.2f}",
        "exceptions": [_exception(row) for row in _in_sequence(run, "attention")],
        "excluded": excluded_by_rule(run),
        "unexplained": f"{unexplained(run):.2f}",
        "refunds": run.refunds,
        "repaired": [_repaired(row) for row in _in_sequence(run, "repaired")],
    }


def document(run: SweepRun) -> dict[str, Any]:
    """The download: the same with store, period, and the sums."""
    days = sums_of(run, "day")
    return {
        "store": run.connection.name,
        "connection": str(run.connection_id),
        "company": run.company.name,
        "currency": run.company.currency,
        "from": run.first and run.first.isoformat(),
        "to": run.last and run.last.isoformat(),
        "begun_at": run.made_at.isoformat(),
        "finished_at": run.finished_at and run.finished_at.isoformat(),
        "state": run.state,
        **as_json(run),
        "statuses": [{"status": each.key, **_sum(each)} for each in sums_of(run, "status")],
        "days": [{"day": each.day and each.day.isoformat(), **_sum(each)} for each in days],
    }


def excluded_by_rule(run: SweepRun) -> dict[str, int]:
    """How many orders each rule keeps out of the books."""
    rows = SweepSum.objects.filter(run=run, kind="rule").order_by("key")
    return dict(rows.values_list("key", "excluded"))


def _in_sequence(run: SweepRun, which: str) -> Iterator[SweptOrder]:
    return orders_of(run, which).order_by("order_id").iterator()


def _exception(row: SweptOrder) -> dict[str, Any]:
    return {
        "order_id": row.order_id,
        "kind": row.verdict,
        "store_net": f"{row.store_net:.2f}",
        "books_net": f"{row.books_net:.2f}",
        "reason": row.reason,
    }


def _repaired(row: SweptOrder) -> dict[str, Any]:
    return {
        "order_id": row.order_id,
        "was": row.found,
        "is": row.verdict,
        "books_net_before": f"{row.found_net:.2f}",
        "books_net": f"{row.books_net:.2f}",
        "reason": row.found_reason,
    }


def _sum(each: SweepSum) -> dict[str, Any]:
    counts = {verdict.value: getattr(each, verdict.value) for verdict in Verdict}
    difference = each.store_total - each.books_total
    return {
        **counts,
        "store_total": f"{each.store_total:.2f}",
        "books_total": f"{each.books_total:.2f}",
        "difference": f"{difference:.2f}",
    }
