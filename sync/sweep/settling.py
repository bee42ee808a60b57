"""The end of a sweep: what differs goes through the inbox, is processed, and is compared again.

Some open orders at a time. An order that still differs is asked for once more before it is said to:
the store may have changed it since its page was read.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace

from django.utils import timezone

from connections.clients.protocol import Gone, StoreClient
from connections.models import StoreConnection
from sync.booking.reading import terms_of
from sync.core.certificate import Finding, Verdict
from sync.core.sweep import MANY_GONE
from sync.models import SweepRun, SweptOrder
from sync.sweep import ending, repairing
from sync.sweep.hearing import Heard, heard, put, these_orders
from sync.sweep.judging import Standing, is_bad, judged, standing_of
from sync.sweep.rows import keep_settled, said_before

AT_ONCE = 20
"""By keys, each order that is gone costs a request of its own; a task must end in time."""


@dataclass(slots=True)
class Settling:
    """One step of it.

    `book` processes what has arrived, False where that is left to later; `writing` is a transaction
    in which nobody can end the sweep.
    """

    row: SweepRun
    client: StoreClient
    book: Callable[[], bool]
    writing: Callable[[], AbstractContextManager[None]]
    put_ids: set[int] = field(default_factory=set)

    @property
    def connection(self) -> StoreConnection:
        """The store's."""
        return self.row.connection

    def step(self) -> None:
        """Some orders that are open, or the end where none is."""
        open_rows = SweptOrder.objects.filter(run=self.row, is_open=True)
        rows = list(open_rows.order_by("order_id")[:AT_ONCE])
        before = [said_before(each) for each in rows]
        self.put_ids = {each.order_id for each in rows if each.is_put}
        self._put_deletions([each for each in before if each.is_gone])
        if not self.book():
            return
        if not rows:
            ending.finish(self.row, now=timezone.now())
            return
        said = self._asked_again(before)
        if said is None:
            return
        findings = self._explained(said, self._judged(said))
        with self.writing():
            keep_settled(self.row, said, findings, put=frozenset(self.put_ids))

    def _put_deletions(self, gone: Sequence[Heard]) -> None:
        """Orders that the store had no more; what it says of them is put here, not at once."""
        if not gone or not self.row.repairs or self.row.holds_back:
            return
        asked_at = timezone.now()
        said = [heard(self.connection, Gone(each.order_id), asked_at) for each in gone]
        standing = self._standing(said)
        news = [each for each in said if standing.is_news(each)]
        ids = {each.order_id for each in news}
        with self.writing():
            put(self.connection, self.row.pk, news, asked_at)
            SweptOrder.objects.filter(run=self.row, order_id__in=ids).update(is_put=True)
        self.put_ids |= ids

    def _asked_again(self, before: Sequence[Heard]) -> list[Heard] | None:
        """What the store says of these orders, the doubtful ones asked for once more and booked.

        None where somebody else is booking just now.
        """
        doubtful = self._doubtful(before)
        if not doubtful:
            return list(before)
        asked_at = timezone.now()
        answers = [
            heard(self.connection, each, asked_at) for each in these_orders(self.client, doubtful)
        ]
        fresh = {each.order_id: each for each in answers if each.order_id in doubtful}
        if self.row.repairs:
            news = self._news(list(fresh.values()))
            with self.writing():
                put(self.connection, self.row.pk, news, asked_at)
            ids = {each.order_id for each in news}
            repairing.look_again(self.connection, set(doubtful) - ids)
            self.put_ids |= ids
        if not self.book():
            return None
        return [fresh.get(each.order_id, each) for each in before]

    def _doubtful(self, before: Sequence[Heard]) -> list[int]:
        """Those that differ still; and those whose content nobody has put, so that it may."""
        findings = self._judged(before)
        return [
            each.order_id
            for each in before
            if not each.is_gone
            and findings[each.order_id].verdict is not Verdict.WAITING
            and (is_bad(findings[each.order_id]) or each.order_id not in self.put_ids)
        ]

    def _news(self, said: Sequence[Heard]) -> list[Heard]:
        standing = self._standing(said)
        return [
            each
            for each in said
            if standing.is_news(each) and not (each.is_gone and self.row.holds_back)
        ]

    def _explained(self, said: Sequence[Heard], findings: dict[int, Finding]) -> dict[int, Finding]:
        """Say of orders that are gone why nothing was done, where nothing was."""
        gone = {each.order_id for each in said if each.is_gone and self.row.holds_back}
        return {
            order_id: replace(each, reason=f"{each.reason} {MANY_GONE}")
            if order_id in gone and is_bad(each)
            else each
            for order_id, each in findings.items()
        }

    def _judged(self, said: Sequence[Heard]) -> dict[int, Finding]:
        terms = terms_of(self.connection)
        return judged(self.connection, terms, said, self._standing(said))

    def _standing(self, said: Sequence[Heard]) -> Standing:
        return standing_of(self.connection.pk, [each.order_id for each in said])
