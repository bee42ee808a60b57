"""The whole story: deliveries in, vouchers out.

1. One drainer per connection: the connection's row is locked for each batch.
2. A batch claims the oldest deliveries of up to a hundred orders and settles which one counts.
3. What is posted for these orders is read in one query.
4. The pure core plans each order: what should stand, less what stands. Or it waits.
5. Documents are posted; drafts, orders, deliveries, activity written; all in one transaction.
6. Where the database refuses a batch, its orders go one by one; the bad one is set aside with the
   reason, the others are booked.
"""

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db import DataError, IntegrityError, InternalError, OperationalError, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from connections.models import Status, StoreConnection, UnmappedSku
from ledger import stock
from sync.booking import held, known_items, reading, saving
from sync.booking.claiming import ORDERS_PER_BATCH, claim
from sync.booking.deciding import Case, booked_once, decide, open_case, wants_history
from sync.core.arrivals import Arrival
from sync.core.matching import Catalogue, CatalogueItem
from sync.core.stock import Stock, left_after, put_back
from sync.core.terms import Terms

log = logging.getLogger(__name__)

ATTEMPTS = 5
"""Deadlocks and lock time-outs repeat the batch this often before the drain gives up for now."""


@dataclass(slots=True)
class Outcome:
    """What a drain did. `is_busy`: another drainer was at work. `is_done`: nothing is left."""

    orders: int = 0
    documents: int = 0
    waiting: int = 0
    is_busy: bool = False
    is_done: bool = False

    def add(self, later: "Outcome") -> None:
        """Go on counting with what came after."""
        self.orders += later.orders
        self.documents += later.documents
        self.waiting += later.waiting
        self.is_busy, self.is_done = later.is_busy, later.is_done


def drain(
    connection_id: UUID,
    *,
    seconds: float | None = None,
    patient: bool = False,
) -> Outcome:
    """Process what has arrived from one store, batch by batch.

    `seconds` ends it early, after a batch at least (then `is_done` is false); `patient` waits for a
    running drainer instead of leaving the work to it.
    """
    drainer = _Drainer(connection_id, patient)
    ends = None if seconds is None else time.monotonic() + seconds
    while not (drainer.outcome.is_busy or drainer.outcome.is_done):
        drainer.next_batch()
        if ends is not None and time.monotonic() > ends:
            break
    return drainer.outcome


_REFUSALS = (DataError, IntegrityError, InternalError, ArithmeticError, ValueError, TypeError,
             LookupError, AttributeError, AssertionError)  # fmt: skip
"""What only one order can cause: a value the database refuses, or a case the core did not see."""

_RACES = ("40001", "40P01", "55P03")
"""Serialisation failure, deadlock, lock time-out."""


@dataclass(slots=True)
class _Drainer:
    """One drain at work on a connection."""

    connection_id: UUID
    patient: bool
    outcome: Outcome = field(default_factory=Outcome)

    def next_batch(self) -> None:
        """A batch; if the database refuses it, the same orders one at a time."""
        try:
            self._with_repeats(ORDERS_PER_BATCH)
        except _REFUSALS:
            log.warning("batch refused, its orders go one by one", exc_info=True)
            for _ in range(ORDERS_PER_BATCH):
                self._single()
                if self.outcome.is_busy or self.outcome.is_done:
                    return

    def _single(self) -> None:
        """One order; if even that is refused, it is set aside with the reason."""
        try:
            self._with_repeats(1)
        except _REFUSALS as error:
            log.exception("order set aside")
            self._set_aside(error)

    def _set_aside(self, error: Exception) -> None:
        with transaction.atomic():
            connection = _lock(self.connection_id, patient=True)
            if connection is None:
                return
            claimed = claim(self.connection_id, 1)
            for order_id, arrivals in claimed.arrivals.items():
                saving.set_aside(connection, order_id, arrivals, error, timezone.now())
                self.outcome.waiting += 1

    def _with_repeats(self, size: int) -> None:
        """Run a batch; one that lost a race for locks runs again."""
        for attempt in range(1, ATTEMPTS + 1):
            try:
                with transaction.atomic():
                    batch = self._batch(size)
            except OperationalError as error:
                if attempt == ATTEMPTS or getattr(error.__cause__, "sqlstate", None) not in _RACES:
                    raise
                log.info("batch repeated: %s", error)
            else:
                self.outcome.add(batch)
                return

    def _batch(self, size: int) -> Outcome:
        """Steps 1 to 5 for up to `size` orders; counts only once it is committed."""
        connection = _lock(self.connection_id, patient=self.patient)
        if connection is None:
            return Outcome(is_busy=True)
        claimed = claim(self.connection_id, size)
        if not claimed.arrivals:
            return Outcome(is_done=True)
        if connection.hold_short_of_stock:
            stock.hold(connection.company_id)
        cases = decided(connection, reading.terms_of(connection), claimed.arrivals)
        documents = saving.save(connection, cases, timezone.now())
        again = (
            held.look_again_for(connection.company_id, _put_back(cases))
            if _somebody_holds(connection)
            else 0
        )
        return Outcome(
            orders=len(cases),
            documents=documents,
            waiting=sum(case.problem is not None for case in cases),
            is_done=claimed.is_all and not again,
        )


def _lock(connection_id: UUID, *, patient: bool) -> StoreConnection | None:
    """The connection, held until commit; None while another drainer holds it, or when it is gone.

    NO KEY UPDATE: the door's rows refer to the connection and must not wait for a batch.
    """
    holding = StoreConnection.objects.filter(company=OuterRef("company"), hold_short_of_stock=True)
    rows = StoreConnection.objects.exclude(status=Status.DELETED)
    return (
        rows.select_related("company__books_lock")
        .select_for_update(of=("self",), no_key=True, skip_locked=not patient)
        .filter(pk=connection_id, is_enabled=True)
        .annotate(somebody_holds=Exists(holding))
        .first()
    )


def _somebody_holds(connection: StoreConnection) -> bool:
    """Whether any store of the company holds orders for want of stock, as `_lock` has read it."""
    return bool(vars(connection)["somebody_holds"])


Opening = Callable[[int, Mapping[str, str]], list[CatalogueItem]]
"""Opens items in a company for SKUs (with names) that no item has."""


def decided(
    connection: StoreConnection,
    terms: Terms,
    claimed: Mapping[int, Sequence[Arrival]],
    *,
    opening: Opening = saving.create_items,
) -> list[Case]:
    """Read what the decisions need, all orders at once, and take them.

    Nothing is written but the items that the connection's options have opened, by `opening`.
    """
    known = reading.known_orders(connection.pk, claimed.keys())
    cases = [open_case(i, arrivals, known.get(i)) for i, arrivals in claimed.items()]
    books = reading.books_of(connection.pk, [i for i, each in known.items() if each.has_documents])
    for case in cases:
        case.books = books.get(case.order_id, case.books)
    catalogue = _catalogue(connection, cases, opening)
    asked = {*known, *(case.order_id for case in cases if case.problem)}
    answers = reading.answers_for(connection.pk, asked)
    unsettled = [case.order_id for case in cases if wants_history(case, terms)]
    history = reading.statuses_seen(connection.pk, unsettled)
    left = _left(connection, catalogue)
    refunded = [i for i, each in known.items() if each.newest.payload.get("refunds")]
    refunds = reading.refunds_seen_before(connection.pk, refunded)
    for case in cases:
        case.stock = left
        decide(
            case,
            terms,
            catalogue=catalogue,
            answers=answers.get(case.order_id, {}),
            was_booked=booked_once(history.get(case.order_id, ()), terms),
            refunds_seen_at=refunds.get(case.order_id, {}),
        )
        left = left_after(left, case.moves()) if left else left
    return cases


def _left(connection: StoreConnection, catalogue: Catalogue) -> Stock:
    """What is left of the items, for a store that holds orders for it; nothing is read for others.

    Orders use it up one after the other, as they have arrived: so it is the same whether they share
    a batch or not.
    """
    return known_items.stock_of(catalogue.item_ids()) if connection.hold_short_of_stock else {}


def _put_back(cases: Sequence[Case]) -> list[int]:
    """The items of which something came back: orders of any store may have been held for them."""
    return list(dict.fromkeys(item for case in cases for item in put_back(case.moves())))


def _catalogue(connection: StoreConnection, cases: Sequence[Case], opening: Opening) -> Catalogue:
    """The items that the orders may name; those missing are opened where the options say so."""
    lines = {(line.sku, line.name) for case in cases for line in case.products}
    catalogue = known_items.catalogue_for(
        connection,
        lines,
        booked={id_ for case in cases for id_ in case.books.booked_items().values() if id_},
        by_lookup_code=connection.matches_lookup_code,
        by_name=connection.matches_name,
    )
    if connection.unmapped_sku == UnmappedSku.CREATE:
        missing = catalogue.missing(sorted(lines, key=str))
        return catalogue.with_items(opening(connection.company_id, missing))
    return catalogue
