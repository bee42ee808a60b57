"""One plan in the making: sales, notes and reversals, each checked against what stands with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from ledger.core.documents import Body, Document, Flag, Line, VoucherType, compose
from ledger.core.money import priced, to_paise
from sync.core.books import PAISE_OF_ROUNDING, Cause, OrderBooks, Posted, posted_as
from sync.core.desired import Desired, desired, sale_date
from sync.core.edits import edit_notes
from sync.core.notes import Note, against_sale, source_key
from sync.core.order import Order, Refund
from sync.core.refunds import (
    RefundRules,
    allocated_anew,
    given_back,
    less_refunds,
    merged,
    retaxed,
)
from sync.core.situation import Situation
from sync.core.stock import with_edited_pieces, with_standing_pieces
from sync.core.waiting import OrderWaitsError, WaitsFor


@dataclass(frozen=True, slots=True)
class Planned:
    """A document to post, and why."""

    cause: Cause
    document: Document
    refund_id: int | None = None


class Planning:
    """The documents planned so far, and what stands with them."""

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
            sale = situation.books.sale if situation.books.is_booked else None
            self._wanted = desired(
                self.order,
                self.terms,
                situation.catalogue,
                situation.answers,
                self._books.booked_items(),
                sold_by=sale.voucher_id if sale else None,
            )
        return self._wanted

    @property
    def books(self) -> OrderBooks:
        """The books with what is planned so far."""
        return self._books

    def sell(self) -> None:
        """A sale for the order, less the refunds booked already; none where that is nothing."""
        absorbed = self.books.live_refunds()
        if not absorbed:
            sale = self.sale_document(self.wanted.lines, self.wanted.total, absorbed)
            self._add(Cause.SALE, sale)
            return
        wanted = less_refunds(self.wanted, absorbed.values())
        lines = [part.whole() for part in wanted]
        if lines or wanted.total:
            self._add(Cause.SALE, self.sale_document(lines, wanted.total, absorbed))

    def sale_document(
        self, lines: Sequence[Line], total: Decimal, absorbed: Mapping[int, Posted]
    ) -> Document:
        """A sales voucher, checked against its own parts; absorbed notes were rounded as well."""
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
            source_key=self._key(Cause.SALE, n),
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
            less_refunds(self.wanted, self.books.absorbed().values()),
            self.books.gross(),
            bound=self.wanted.bound,
            as_charged=self._as_charged,
            is_accepted=self._is_accepted,
        )
        for note in notes:
            self._add_note(
                Note(
                    cause=Cause.EDIT,
                    number=self.books.count(Cause.EDIT) + 1,
                    type=note.type,
                    body=with_edited_pieces(note.body, note.sign, self.wanted.lines, self.books),
                    day=self._modified_day(),
                    reason="04 Correction in invoice",
                )
            )

    def refund(self) -> None:
        """A credit note for each refund that is not booked yet."""
        booked = self.books.live_refunds()
        for refund in self.order.refunds:
            if not refund.amount or refund.refund_id in booked:
                continue
            undone = self.books.times_undone(refund.refund_id)
            if undone and not self._may_book_again(refund, undone):
                raise OrderWaitsError(
                    WaitsFor.REFUND_REAPPEARED,
                    f"Refund {refund.refund_id} was booked, deleted in the store, and is there "
                    "again.",
                )
            self._refund(refund)

    def _rules_of_refunds(self) -> RefundRules:
        return RefundRules(
            smallest_unit=self.order.smallest_unit,
            in_own_currency=self.wanted.exchange_rate == 1,
            waits_for_lines=self.terms.waits_for_refund_lines,
            allocations=self.situation.allocations,
            currency=self.terms.currency,
        )

    def _may_book_again(self, refund: Refund, undone: int) -> bool:
        """A person said so, for this refund and for as often as it had been undone then."""
        answer = self.situation.answers.get(WaitsFor.REFUND_REAPPEARED, {})
        return answer.get(str(refund.refund_id)) == str(undone)

    def _refund(self, refund: Refund) -> None:
        standing = self.books.standing()
        amount = to_paise(refund.amount * self.wanted.exchange_rate)
        lines, is_spread = given_back(refund, amount, standing, self._rules_of_refunds())
        seen_at = self.situation.refunds_seen_at.get(refund.refund_id, self.situation.seen_at)
        day = self.terms.day(refund.created_at or seen_at)
        flags = frozenset({Flag.ALLOCATED} if is_spread else ())
        if is_spread and amount == standing.total:
            lines = with_standing_pieces(lines, self.books)
        self._credit(refund.refund_id, merged(lines), amount, day, flags)

    def _credit(
        self,
        refund_id: int,
        lines: Sequence[Line],
        amount: Decimal,
        day: date,
        flags: frozenset[Flag] = frozenset(),
    ) -> None:
        self._add_note(
            Note(
                cause=Cause.REFUND,
                number=refund_id,
                type=VoucherType.CREDIT_NOTE,
                body=compose(lines, amount, as_charged=self._as_charged),
                day=day,
                reason="01 Sales return",
                refund_id=refund_id,
                flags=flags,
            )
        )

    def undo_vanished_refunds(self) -> None:
        """A debit note for each booked refund that the store has deleted since."""
        present = {refund.refund_id for refund in self.order.refunds}
        for refund_id, note in self.books.live_refunds().items():
            if refund_id not in present:
                day = self.terms.day(self.situation.seen_at)
                reason = "04 Correction in invoice: refund deleted in the store"
                self._undo(refund_id, note, day, reason)

    def _undo(self, refund_id: int, note: Posted, day: date, reason: str) -> None:
        self._add_note(
            Note(
                cause=Cause.REFUND_UNDONE,
                number=refund_id,
                type=VoucherType.DEBIT_NOTE,
                body=compose(self._undone(note), note.total, as_charged=self._as_charged),
                day=day,
                reason=reason,
                refund_id=refund_id,
            )
        )

    def reallocate(self) -> None:
        """A debit note and a new credit note for each spread refund allocated by line since."""
        for refund in self.order.refunds:
            wish = self.situation.reallocations.get(refund.refund_id)
            note = self.books.live_refunds().get(refund.refund_id)
            if wish is None or note is None or note.source_key != wish.note:
                continue
            self._undo(refund.refund_id, note, wish.day, "04 Correction in invoice: allocated anew")
            lines = allocated_anew(refund, note, self.books.standing(), self._rules_of_refunds())
            self._credit(refund.refund_id, lines, note.total, max(wish.day, note.date))

    def _undone(self, note: Posted) -> Sequence[Line]:
        """The lines of a refund to take back, taxed as the standing sale is."""
        sale = self.books.sale
        if sale is None or sale.header.place_of_supply == note.header.place_of_supply:
            return note.lines
        return retaxed(note, self.wanted)

    def reverse(self, reason: str) -> None:
        """A credit note for all that stands; nothing where nothing does."""
        standing = self.books.standing()
        lines = with_standing_pieces([part.whole() for part in standing], self.books)
        self._wanted = None  # nothing stands then, and whatever is sold next is matched anew
        if not lines and not standing.total:
            return
        is_deleted = self.situation.is_deleted
        self._add_note(
            Note(
                cause=Cause.REVERSAL,
                number=self.books.count(Cause.REVERSAL) + 1,
                type=VoucherType.CREDIT_NOTE,
                body=compose(lines, standing.total, as_charged=self._as_charged),
                day=self.terms.day(self.situation.seen_at) if is_deleted else self._modified_day(),
                reason=reason,
            )
        )

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
                f"The store says {self._priced(total)}, lines and taxes come to "
                f"{self._priced(parts)}: {self._priced(body.round_off)} is more than rounding "
                f"explains ({self._priced(bound)}).",
            )
        return body

    def _priced(self, amount: Decimal) -> str:
        return priced(amount, self.terms.currency)

    def _key(self, cause: Cause, number: int) -> str:
        return source_key(self.terms.connection, self.order.order_id, cause, number, self.books)

    def _modified_day(self) -> date:
        return self.terms.day(self.order.modified_at)

    def _add_note(self, note: Note) -> None:
        document = against_sale(
            note,
            self.books,
            self.terms,
            key=self._key(note.cause, note.number),
            reference=self.order.number,
            is_accepted=self._is_accepted,
        )
        self._add(note.cause, document, note.refund_id)

    def _add(self, cause: Cause, document: Document, refund_id: int | None = None) -> None:
        """Take a document into the plan, unless it would push the order below zero."""
        self.planned.append(Planned(cause, document, refund_id))
        self._books = OrderBooks((*self._books.posted, posted_as(cause, document, refund_id)))
        standing = self._books.standing()
        if standing.is_below_zero():
            raise OrderWaitsError(
                WaitsFor.BELOW_ZERO,
                f"Booking “{document.reason or 'sale'}” over {self._priced(document.body.total)} "
                f"would leave the order at {self._priced(standing.total)}"
                f"{standing.groups_below_zero(self.terms.currency)}.",
            )
