"""The completeness certificate: every order of a store is in the books, or it is said why not.

Compared by the store's own net, total less refunds. The verdicts partition the store's orders.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from ledger.core.money import ZERO, priced, to_paise
from sync.core.order import Order
from sync.core.parse import UnreadableOrderError, parse_order
from sync.core.terms import Action, Terms
from sync.core.waiting import SHORT_OF_STOCK


class Verdict(StrEnum):
    """How an order of the store stands in the books; an order that waits is never different."""

    BOOKED = "booked"
    EXCLUDED = "excluded"
    WAITING = "waiting"
    MISSING = "missing"
    DIFFERENT = "different"


LEFT_OUT = "left_out"
"""The rule of an order that a person left out until it changes in the store.

What stands of it stands; neither that nor what the store says is in the totals.
"""

EXCEPTIONS = (Verdict.WAITING, Verdict.MISSING, Verdict.DIFFERENT)


@dataclass(frozen=True, slots=True)
class InStore:
    """An order as the store has it now, in its own currency; `status` is None where it is gone."""

    order_id: int
    created_at: datetime | None = None
    status: str | None = None
    total: Decimal = ZERO
    refunds: tuple[Decimal, ...] = ()

    def net(self, exchange_rate: Decimal) -> Decimal:
        """Total less refunds, each converted as the books convert it."""
        given_back = sum((to_paise(amount * exchange_rate) for amount in self.refunds), ZERO)
        return to_paise(self.total * exchange_rate) - given_back


@dataclass(frozen=True, slots=True)
class InBooks:
    """An order as it stands in the books: its state, and the sum of its vouchers.

    `reason` is a sentence, `rule` its code.
    """

    state: str
    net: Decimal = ZERO
    reason: str = ""
    exchange_rate: Decimal = Decimal(1)
    created_at: datetime | None = None
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """A verdict on an order. `reason` is a rule's name where it is excluded, else a sentence."""

    order_id: int
    verdict: Verdict
    store_net: Decimal
    books_net: Decimal
    reason: str = ""


@dataclass(slots=True)
class Certificate:
    """All findings, added up. The totals cover every order but the excluded ones."""

    counts: Counter[Verdict] = field(default_factory=Counter)
    excluded: Counter[str] = field(default_factory=Counter)
    store_total: Decimal = ZERO
    books_total: Decimal = ZERO
    exceptions: list[Finding] = field(default_factory=list)

    @property
    def difference(self) -> Decimal:
        """Store less books."""
        return self.store_total - self.books_total

    @property
    def is_complete(self) -> bool:
        """Whether nothing is missing or different; what waits for a person is known."""
        return not self.counts[Verdict.MISSING] and not self.counts[Verdict.DIFFERENT]

    def add(self, finding: Finding) -> None:
        """Count one more order."""
        self.counts[finding.verdict] += 1
        if finding.verdict is Verdict.EXCLUDED:
            self.excluded[finding.reason] += 1
            return
        self.store_total += finding.store_net
        self.books_total += finding.books_net
        if finding.verdict in EXCEPTIONS:
            self.exceptions.append(finding)


def in_store(record: object) -> InStore:
    """Read a store's order as recorded: `{"id", "deleted", "order": REST v3, "refunds": [...]}`.

    :raises UnreadableOrderError: when it is not such a record.
    """
    if not isinstance(record, dict):
        raise UnreadableOrderError("it is not an object")
    order_id = record.get("id")
    if type(order_id) is not int:
        raise UnreadableOrderError(f"id is not an id: {order_id!r:.40}")
    if record.get("deleted"):
        return InStore(order_id)
    payload = record.get("order")
    if not isinstance(payload, dict):
        raise UnreadableOrderError(f"order {order_id} is neither deleted nor there")
    refunds = record.get("refunds")
    if refunds is None:
        refunds = payload.get("refunds")
    return as_in_store(parse_order({**payload, "refunds": refunds}))


def as_in_store(order: Order) -> InStore:
    """What the certificate compares of an order."""
    return InStore(
        order.order_id,
        order.created_at,
        order.status,
        order.total,
        tuple(refund.amount for refund in order.refunds),
    )


def compare(store: InStore, books: InBooks | None, terms: Terms) -> Finding:
    """Judge one order; `books` is None where it was never seen."""
    action = Action.CANCEL if store.status is None else terms.action_for(store.status)
    known = books or InBooks("")
    store_net = ZERO if action is Action.CANCEL else store.net(known.exchange_rate)
    verdict, reason = _judged(store, store_net, books, action, terms)
    return Finding(store.order_id, verdict, store_net, known.net, reason)


def _judged(
    store: InStore, store_net: Decimal, books: InBooks | None, action: Action, terms: Terms
) -> tuple[Verdict, str]:
    if books is not None and books.state == "waiting":
        return Verdict.WAITING, books.reason
    if books is not None and (books.state == "booked" or books.net):
        return _standing(store, store_net, books, action, terms.currency)
    if action is Action.CANCEL:
        return Verdict.EXCLUDED, "cancelled"
    if books is not None and books.rule == LEFT_OUT:
        return Verdict.EXCLUDED, LEFT_OUT
    if books is not None and books.state == "reversed":
        return _reversed(action)
    return _nothing_stands(store, books, action, terms)


def _nothing_stands(
    store: InStore, books: InBooks | None, action: Action, terms: Terms
) -> tuple[Verdict, str]:
    """An order that lives in the store, and of which nothing was ever posted."""
    if store.created_at is not None and terms.is_before_go_live(store.created_at):
        return Verdict.EXCLUDED, "before_go_live"
    if action is not Action.POST:
        return Verdict.EXCLUDED, "draft" if action is Action.DRAFT else "status_ignored"
    if books is None:
        return Verdict.MISSING, "It was never received."
    if terms.post_as != "sale":
        return Verdict.EXCLUDED, "draft"
    if books.rule == SHORT_OF_STOCK:
        return Verdict.EXCLUDED, SHORT_OF_STOCK
    return Verdict.DIFFERENT, f"It is “{store.status}” in the store, but not booked."


def _standing(
    store: InStore, store_net: Decimal, books: InBooks, action: Action, currency: str
) -> tuple[Verdict, str]:
    """An order of which something stands; it is followed whatever its status, but cancellation."""
    stands = f"{priced(books.net, currency)} stands in the books"
    if action is Action.CANCEL:
        gone = "deleted" if store.status is None else f"“{store.status}”"
        return Verdict.DIFFERENT, f"It is {gone} in the store, but {stands}."
    if store_net != books.net:
        if books.rule == LEFT_OUT:
            return Verdict.EXCLUDED, LEFT_OUT
        return (
            Verdict.DIFFERENT,
            f"It nets to {priced(store_net, currency)} in the store, but {stands}.",
        )
    return Verdict.BOOKED, ""


def _reversed(action: Action) -> tuple[Verdict, str]:
    if action is Action.POST:
        return Verdict.DIFFERENT, "It lives in the store, but is reversed in the books."
    return Verdict.EXCLUDED, "cancelled"
