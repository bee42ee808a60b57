"""From what a batch read to what it will write: one decision per order, no database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ledger.core.documents import LineKind
from ledger.core.spelling import spelling_key
from sync.booking.reading import (
    POST_NOW,
    Known,
    allocations_in,
    core_answers,
    is_left_out,
    reallocations_in,
)
from sync.core.arrivals import (
    Arrival,
    Fate,
    Newest,
    Settled,
    has_booked,
    refunds_first_seen,
    settle,
)
from sync.core.books import OrderBooks
from sync.core.desired import matched
from sync.core.matching import Catalogue
from sync.core.order import Order, OrderLine
from sync.core.parse import UnreadableOrderError, parse_order, version_of
from sync.core.plan import Plan, left_out, plan
from sync.core.situation import Situation
from sync.core.stock import Move, Stock, moves_of
from sync.core.terms import Action, Terms
from sync.core.waiting import OrderWaitsError, WaitsFor
from sync.models import OrderState


@dataclass(slots=True)
class Case:
    """One order of a batch on its way to a decision.

    `plan` is what to do, or else `problem` why the order waits; both are None where no delivery
    counted. `missing` are the keys of the SKUs that it waits for, if it does.
    `stock` is what the orders before it leave, where the store holds orders for want of stock.
    """

    order_id: int
    arrivals: Sequence[Arrival]
    known: Known | None
    settled: Settled
    order: Order | None = None
    plan: Plan | None = None
    problem: OrderWaitsError | None = None
    missing: frozenset[str] = frozenset()
    books: OrderBooks = field(default_factory=lambda: OrderBooks(()))
    stock: Stock = field(default_factory=dict)

    @property
    def newest(self) -> Newest | None:
        """The snapshot that counts."""
        return self.settled.newest

    @property
    def looked_at(self) -> int | None:
        """The snapshot that a person sees: what counts, or where none does, what is unreadable."""
        if self.newest is not None:
            return self.newest.snapshot_id
        unread = (each for each in self.arrivals
                  if self.settled.fates.get(each.delivery_id) is Fate.UNREADABLE)  # fmt: skip
        return max((each.snapshot_id for each in unread), default=None)

    @property
    def first_seen_at(self) -> datetime:
        """When the order was first heard of."""
        return self.known.first_seen_at if self.known else self.arrivals[0].received_at

    def moves(self) -> list[Move]:
        """What its documents will move of the stock."""
        return moves_of(self.plan.documents_alone(), self.books) if self.plan else []

    @property
    def counts(self) -> bool:
        """Whether any delivery changed what is known."""
        return bool({Fate.COUNTS, Fate.UNREADABLE} & set(self.settled.fates.values()))

    @property
    def products(self) -> list[OrderLine]:
        """The lines that may have items."""
        lines = self.order.lines if self.order else ()
        return [line for line in lines if line.kind is LineKind.PRODUCT]


def open_case(order_id: int, arrivals: Sequence[Arrival], known: Known | None) -> Case:
    """Settle which delivery counts and read its order."""
    case = Case(order_id, arrivals, known, settle(known.newest if known else None, arrivals))
    if case.settled.problem:
        case.problem = unreadable(case.settled.problem)
    elif case.newest is not None:
        try:
            case.order = parse_order(case.newest.payload)
        except UnreadableOrderError as error:
            case.problem = unreadable(str(error))
    return case


def unreadable(reason: str) -> OrderWaitsError:
    """The order waits because its own snapshot makes no sense."""
    return OrderWaitsError(WaitsFor.READABLE, f"The order cannot be read: {reason}.")


def wants_history(case: Case, terms: Terms) -> bool:
    """Whether older snapshots matter: the order is on hold, not booked, and may have been once."""
    if case.order is None or case.books.is_booked or terms.post_as != "sale":
        return False
    resting = (Action.DRAFT, Action.IGNORE)
    return (
        terms.action_for(case.order.status) in resting
        and not (case.newest and case.newest.is_deleted)
        and (len(case.arrivals) > 1 or case.known is not None)
    )


def booked_once(history: Sequence[Mapping[str, Any]], terms: Terms) -> bool:
    """`has_booked` over stored payloads; those that cannot be read say nothing."""
    seen = []
    for payload in history:
        try:
            version = version_of(payload)
        except UnreadableOrderError:
            continue
        seen.append((version, terms.action_for(str(payload.get("status")))))
    return has_booked(seen)


def decide(
    case: Case,
    terms: Terms,
    *,
    catalogue: Catalogue,
    answers: Mapping[str, Any],
    was_booked: bool,
    refunds_seen_at: Mapping[int, datetime],
) -> None:
    """Plan the case's order, or note why it waits; leave it out where a person said so."""
    if case.looked_at is not None and is_left_out(answers, case.looked_at):
        case.problem, case.plan = None, left_out(case.books)
        return
    if case.order is None or case.newest is None or case.problem is not None:
        return
    situation = Situation(
        terms=terms,
        catalogue=catalogue,
        answers=core_answers(answers, case.order),
        books=case.books,
        seen_at=case.newest.seen_at,
        refunds_seen_at={**refunds_first_seen(case.arrivals), **refunds_seen_at},
        is_deleted=case.newest.is_deleted,
        must_post=was_booked or POST_NOW in answers,
        post_now=POST_NOW in answers,
        was_reversed=case.known is not None and case.known.state == OrderState.REVERSED,
        allocations=allocations_in(answers),
        reallocations=reallocations_in(answers),
        stock=case.stock,
    )
    try:
        case.plan = plan(case.order, situation)
    except OrderWaitsError as waits:
        case.problem = waits
        if waits.code is WaitsFor.SKU:
            case.missing = _missing(case.order, case.books, catalogue)


def _missing(order: Order, books: OrderBooks, catalogue: Catalogue) -> frozenset[str]:
    """The keys of all SKUs that keep the order waiting; "" for lines without one."""
    return frozenset(
        spelling_key(line.sku or "")
        for line, match in matched(order, catalogue, books.booked_items())
        if match.why
    )
