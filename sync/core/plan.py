"""What is posted now for an order: what should stand, less what stands.

The one decision of the product, for first orders, edits, refunds, cancellations, repeats and late
arrivals alike. Pure: values in, documents out; planning again after posting gives nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from ledger.core.documents import Body, Document, Flag, Header, Line, VoucherType, compose
from ledger.core.gst import Split, TaxGroup
from ledger.core.money import ZERO, allocate, to_paise
from ledger.core.numbering import last_day_for_tax_note
from sync.core.books import PAISE_OF_ROUNDING, Cause, OrderBooks, Posted, Standing
from sync.core.desired import Answers, Desired, desired, sale_date
from sync.core.edits import edit_notes
from sync.core.order import Order, Refund
from sync.core.refunds import credit_named_lines, merged, spread
from sync.core.terms import Action, ItemFacts, Terms
from sync.core.waiting import OrderWaitsError, WaitsFor


@dataclass(frozen=True, slots=True)
class Situation:
    """Everything a plan depends on besides the order. Times are UTC.

    `seen_at` is when this snapshot was first seen, `refunds_seen_at` each refund's own first time.
    `answers` are people's decisions; `must_post` is one of them: post whatever the options say.
    """

    terms: Terms
    items: Mapping[str, ItemFacts]
    answers: Answers
    books: OrderBooks
    seen_at: datetime
    refunds_seen_at: Mapping[int, datetime]
    is_deleted: bool = False
    must_post: bool = False


@dataclass(frozen=True, slots=True)
class Planned:
    """A document to post, and why."""

    cause: Cause
    document: Document
    refund_id: int | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What to do: documents to post, a draft to keep, and the state the order is then in.

    `state` is one of booked, draft, ignored, reversed; `rule` names why nothing was done, if so.
    """

    state: str
    documents: tuple[Planned, ...] = ()
    draft: Document | None = None
    rule: str = ""
    net: Decimal = ZERO


def plan(order: Order, situation: Situation) -> Plan:
    """Decide what to post for an order.

    :raises OrderWaitsError: nothing may be posted until a person has decided.
    """
    terms, books = situation.terms, situation.books
    action = Action.CANCEL if situation.is_deleted else terms.action_for(order.status)
    if action is Action.CANCEL:
        return _cancelled(order, situation)
    if books.is_booked:
        return _followed(order, situation)
    if situation.must_post or (action is Action.POST and terms.post_as == "sale"):
        return _sold(_Planning(order, situation))
    if books.is_reversed:
        return Plan("reversed", rule="reversed")
    if action is Action.IGNORE:
        return Plan("ignored", rule="status_ignored")
    return Plan("draft", draft=_draft(order, situation), rule="draft")


def _cancelled(order: Order, situation: Situation) -> Plan:
    """Reverse all that stands; a draft simply disappears."""
    books = situation.books
    if books.sale is None:
        return Plan("ignored", rule="cancelled")
    if not books.is_booked:
        return Plan("reversed", rule="cancelled")
    planning = _Planning(order, situation)
    planning.reverse("07 Others: order cancelled")
    return planning.finished("reversed", "cancelled")


def _sold(planning: "_Planning") -> Plan:
    planning.sell()
    planning.undo_vanished_refunds()
    planning.refund()
    return planning.finished("booked", "unchanged")


def _followed(order: Order, situation: Situation) -> Plan:
    """An order that is booked is followed through any status that does not cancel it."""
    planning = _Planning(order, situation)
    planning.undo_vanished_refunds()
    sale = situation.books.sale
    if sale and sale.header.place_of_supply != planning.wanted.header.place_of_supply:
        planning.reverse("05 Change in place of supply")
        return _sold(planning)
    planning.edit()
    planning.refund()
    return planning.finished("booked", "unchanged")


def _draft(order: Order, situation: Situation) -> Document:
    planning = _Planning(order, situation)
    return planning.sale_document(planning.wanted.lines, planning.wanted.total, {})


class _Planning:
    """One plan in the making: documents so far, and what stands with them."""

    def __init__(self, order: Order, situation: Situation) -> None:
        self.order = order
        self.situation = situation
        self.terms = situation.terms
        self.planned: list[Planned] = []
        self._wanted: Desired | None = None
        self._books = situation.books

    @property
    def wanted(self) -> Desired:
        """What should stand; a cancellation never asks."""
        if self._wanted is None:
            situation = self.situation
            self._wanted = desired(self.order, self.terms, situation.items, situation.answers)
        return self._wanted

    @property
    def books(self) -> OrderBooks:
        """The books with what is planned so far."""
        return self._books

    def finished(self, state: str, rule: str = "") -> Plan:
        """The plan; the rule counts only where nothing is posted."""
        net = self.books.standing().total
        return Plan(state, tuple(self.planned), rule="" if self.planned else rule, net=net)

    def sell(self) -> None:
        """A sale for the order, less the refunds that are booked already; none if that is nothing."""
        absorbed = self.books.live_refunds()
        wanted = self._less_absorbed(absorbed)
        lines = [part.whole() for part in wanted] if absorbed else list(self.wanted.lines)
        if absorbed and not lines and not wanted.total:
            return
        self._add(Cause.SALE, self.sale_document(lines, wanted.total, absorbed))

    def sale_document(
        self, lines: Sequence[Line], total: Decimal, absorbed: Mapping[int, Posted]
    ) -> Document:
        """A sales voucher, checked against its own parts; each absorbed note was rounded as well."""
        n = self.books.count(Cause.SALE) + 1
        rounded = sum(len(note.lines) + 1 for note in absorbed.values())
        body = self._composed(lines, total, self.wanted.bound + PAISE_OF_ROUNDING * rounded)
        again = self.books.sale is not None
        flags = set(self.wanted.flags)
        if not total:
            flags.add(Flag.FREE_SUPPLY)
        if self._is_accepted:
            flags.add(Flag.TAX_AS_CHARGED)
        return Document(
            type=VoucherType.SALES,
            source_key=self._key("sale", n),
            date=self._modified_day() if again else sale_date(self.order, self.terms),
            reference=self.order.number,
            header=self.wanted.header,
            body=body,
            money_account=self.terms.clearing_account,
            reason=f"less refunds {', '.join(map(str, absorbed))}" if absorbed else None,
            flags=frozenset(flags),
        )

    def edit(self) -> None:
        """Notes for what an edit raised or lowered."""
        notes = edit_notes(
            self._less_absorbed(self.books.absorbed()),
            self.books.gross(),
            bound=self.wanted.bound,
            as_charged=self._as_charged,
            is_accepted=self._is_accepted,
        )
        for note in notes:
            n = self.books.count(Cause.EDIT) + 1
            self._add_note(
                Cause.EDIT, note.type, self._key("edit", n), note.body, self._modified_day(),
                reason="04 Correction in invoice",
            )  # fmt: skip

    def refund(self) -> None:
        """A credit note for each refund that is not booked yet."""
        booked = self.books.live_refunds()
        for refund in self.order.refunds:
            if not refund.amount or refund.refund_id in booked:
                continue
            if refund.refund_id in self.books.undone_refunds():
                raise OrderWaitsError(
                    WaitsFor.REFUND_REAPPEARED,
                    f"Refund {refund.refund_id} was booked, deleted in the store, and is there "
                    "again.",
                )
            self._refund(refund)

    def _refund(self, refund: Refund) -> None:
        standing = self.books.standing()
        amount = to_paise(refund.amount * self.wanted.exchange_rate)
        unit = self.order.smallest_unit
        if refund.lines and self.wanted.exchange_rate == 1:
            lines, is_spread = credit_named_lines(refund.lines, amount, standing, unit)
        else:
            lines, is_spread = spread(amount, standing), True
        seen_at = self.situation.refunds_seen_at.get(refund.refund_id, self.situation.seen_at)
        self._add_note(
            Cause.REFUND,
            VoucherType.CREDIT_NOTE,
            self._key("refund", refund.refund_id),
            compose(merged(lines), amount, as_charged=self._as_charged),
            self.terms.day(refund.created_at or seen_at),
            reason="01 Sales return",
            refund_id=refund.refund_id,
            flags={Flag.ALLOCATED} if is_spread else set(),
        )

    def undo_vanished_refunds(self) -> None:
        """A debit note for each booked refund that the store has deleted since."""
        present = {refund.refund_id for refund in self.order.refunds}
        for refund_id, note in self.books.live_refunds().items():
            if refund_id in present:
                continue
            self._add_note(
                Cause.REFUND_UNDONE,
                VoucherType.DEBIT_NOTE,
                self._key("refund-undone", refund_id),
                compose(note.lines, note.total, as_charged=self._as_charged),
                self.terms.day(self.situation.seen_at),
                reason="04 Correction in invoice: refund deleted in the store",
                refund_id=refund_id,
            )

    def reverse(self, reason: str) -> None:
        """A credit note for all that stands; nothing where nothing does."""
        standing = self.books.standing()
        lines = [part.whole() for part in standing]
        if not lines and not standing.total:
            return
        deleted = self.situation.is_deleted
        n = self.books.count(Cause.REVERSAL) + 1
        self._add_note(
            Cause.REVERSAL,
            VoucherType.CREDIT_NOTE,
            self._key("reversal", n),
            compose(lines, standing.total, as_charged=self._as_charged),
            self.terms.day(self.situation.seen_at) if deleted else self._modified_day(),
            reason=reason,
        )

    def _less_absorbed(self, absorbed: Mapping[int, Posted]) -> Standing:
        """What should stand, less the refunds that an earlier episode booked, line by line.

        The refund's line may since be taxed at another place: it is found by line and rate. What
        finds no line is taken from all of them by value.
        """
        wanted = Standing()
        wanted.add(self.wanted.lines, self.wanted.total)
        loose = ZERO
        for note in absorbed.values():
            found = [_counterpart(line, wanted) for line in note.lines]
            known = [line for line in found if line is not None]
            gross = sum((line.taxable_value + sum(line.charged, ZERO) for line in known), ZERO)
            wanted.add(known, min(gross, note.total), -1)
            loose += note.total - min(gross, note.total)
        if loose:
            is_rounding = loose <= self.wanted.bound
            wanted.add([] if is_rounding else spread(loose, wanted), loose, -1)
        return wanted

    @property
    def _as_charged(self) -> bool:
        return not self.terms.in_india or self._is_accepted

    @property
    def _is_accepted(self) -> bool:
        return WaitsFor.DIFFERENCE in self.situation.answers

    def _composed(self, lines: Sequence[Line], total: Decimal, bound: Decimal) -> Body:
        body = compose(lines, total, as_charged=self._as_charged)
        if abs(body.round_off) > bound and not self._is_accepted:
            parts = total - body.round_off
            raise OrderWaitsError(
                WaitsFor.DIFFERENCE,
                f"The store says ₹{total}, lines and taxes come to ₹{parts}: "
                f"₹{body.round_off} is more than rounding explains (₹{bound}).",
            )
        return body

    def _key(self, kind: str, n: int) -> str:
        return f"{self.terms.connection}/{self.order.order_id}/{kind}/{n}"

    def _modified_day(self) -> date:
        return self.terms.day(self.order.modified_at)

    def _add_note(
        self,
        cause: Cause,
        type: VoucherType,  # noqa: A002 - the field's word
        key: str,
        body: Body,
        day: date,
        *,
        reason: str,
        refund_id: int | None = None,
        flags: set[Flag] | None = None,
    ) -> None:
        """A note against the standing sale: its place, its split, never before its date."""
        sale = self.books.sale
        if sale is None:
            raise AssertionError("a note needs a sale")
        day = max(day, sale.date)
        flags = set(flags or ())
        if self._is_accepted:
            flags.add(Flag.TAX_AS_CHARGED)
        if type is VoucherType.CREDIT_NOTE and self.terms.in_india and self.terms.is_regular:
            if day > last_day_for_tax_note(sale.date):
                body = _without_tax(body)
                flags.add(Flag.FINANCIAL_NOTE)
            elif sale.header.buyer_gstin:
                flags.add(Flag.CREDIT_REVERSAL_UNCONFIRMED)
        document = Document(
            type=type,
            source_key=key,
            date=day,
            reference=self.order.number,
            header=sale.header,
            body=body,
            money_account=self.terms.clearing_account,
            against=sale.source_key,
            reason=reason,
            flags=frozenset(flags),
        )
        self._add(cause, document, refund_id)

    def _add(self, cause: Cause, document: Document, refund_id: int | None = None) -> None:
        """Take a document into the plan, unless it would push the order below zero."""
        self.planned.append(Planned(cause, document, refund_id))
        self._books = OrderBooks((*self._books.posted, posted_as(cause, document, refund_id)))
        standing = self._books.standing()
        if standing.below_zero():
            raise OrderWaitsError(
                WaitsFor.BELOW_ZERO,
                f"Booking “{document.reason or 'sale'}” over ₹{document.body.total} would leave "
                f"the order at ₹{standing.total}{_groups_below_zero(standing)}.",
            )


def posted_as(cause: Cause, document: Document, refund_id: int | None) -> Posted:
    """The document as the books will show it."""
    return Posted(
        cause=cause,
        type=document.type,
        source_key=document.source_key,
        date=document.date,
        header=document.header,
        lines=document.body.lines,
        total=document.body.total,
        refund_id=refund_id,
    )


def _groups_below_zero(standing: Standing) -> str:
    below = [f"₹{value} at {g.rate.normalize():f} %" for g, value in standing.by_group().items() if value < 0]
    return f", of it {' and '.join(below)}" if below else ""


def _counterpart(line: Line, wanted: Standing) -> Line | None:
    """The same value in the tax group that the line has now."""
    for part in wanted.of_line(line.key):
        group = part.line.group
        if group.rate == line.group.rate:
            value = line.taxable_value
            taxes = line.taxes if group == line.group else group.taxes_on(value)
            return part.share(value, taxes)
    return None


def _without_tax(body: Body) -> Body:
    """The note that comes too late to reduce tax: its whole total comes off the income."""
    weights = [line.taxable_value + sum(line.taxes, ZERO) for line in body.lines]
    lines = [
        replace(
            line,
            taxable_value=amount,
            group=TaxGroup(line.group.taxability, line.group.rate, Split.NONE),
            charged=(),
            taxes=(),
        )
        for line, amount in zip(body.lines, allocate(body.total, weights), strict=True)
    ]
    return compose(lines, body.total)
