"""What is posted now for an order: what should stand, less what stands.

The one decision of the product, for first orders, edits, refunds, cancellations, repeats and late
arrivals alike. Pure: values in, documents out; planning again after posting gives nothing.
"""

from dataclasses import dataclass
from decimal import Decimal

from ledger.core.documents import Document
from ledger.core.money import ZERO
from sync.core.books import OrderBooks
from sync.core.order import Order
from sync.core.planning import Planned, Planning
from sync.core.situation import Situation
from sync.core.stock import in_words, moves_of, shortages
from sync.core.terms import Action
from sync.core.waiting import SHORT_OF_STOCK


@dataclass(frozen=True, slots=True)
class Plan:
    """What to do: documents to post, a draft to keep, and the state the order is then in.

    `state` is one of booked, draft, ignored, reversed; `rule` names why nothing was done, if so;
    `reason` says the same where it has particulars.
    """

    state: str
    documents: tuple[Planned, ...] = ()
    draft: Document | None = None
    rule: str = ""
    net: Decimal = ZERO
    reason: str = ""

    def documents_alone(self) -> list[Document]:
        """What is to be posted, without why."""
        return [each.document for each in self.documents]


def plan(order: Order, situation: Situation) -> Plan:
    """Decide what to post for an order.

    :raises OrderWaitsError: nothing may be posted until a person has decided.
    """
    terms, books = situation.terms, situation.books
    action = Action.CANCEL if situation.is_deleted else terms.action_for(order.status)
    if action is Action.CANCEL:
        return _cancelled(order, situation)
    if _is_left_to_earlier_books(order, situation):
        return Plan("ignored", rule="before_go_live")
    books_again = action is Action.POST or situation.must_post
    if books.is_booked and (books_again or not situation.was_reversed):
        return _followed(order, situation)
    if situation.must_post or (action is Action.POST and terms.post_as == "sale"):
        return _sold_unless_short(order, situation)
    return _resting(order, situation, action)


def _is_left_to_earlier_books(order: Order, situation: Situation) -> bool:
    """Created before the store went live, and never booked here: edits and refunds of it too.

    What was booked once is followed, whatever day is chosen later; a person can post it all the
    same.
    """
    is_known_here = bool(situation.books.posted) or situation.post_now
    return not is_known_here and situation.terms.is_before_go_live(order.created_at)


def left_out(books: OrderBooks) -> Plan:
    """A snapshot that a person leaves out: nothing is posted, what stands stands."""
    if books.is_booked:
        return Plan("booked", rule="left_out", net=books.standing().total)
    return Plan("reversed" if books.posted else "ignored", rule="left_out")


def _cancelled(order: Order, situation: Situation) -> Plan:
    """Reverse all that stands; a draft simply disappears."""
    books = situation.books
    if books.sale is None:
        return Plan("ignored", rule="cancelled")
    if not books.is_booked:
        return Plan("reversed", rule="cancelled")
    planning = Planning(order, situation)
    planning.reverse("07 Others: order cancelled")
    return _finished(planning, "reversed", "cancelled")


def _resting(order: Order, situation: Situation, action: Action) -> Plan:
    """Nothing of it is in the books, or no more, and nothing goes there now."""
    if situation.books.is_reversed or situation.books.is_booked:
        return Plan("reversed", rule="reversed")
    if action is Action.IGNORE:
        return Plan("ignored", rule="status_ignored")
    return Plan("draft", draft=_draft(order, situation), rule="draft")


def _sold(planning: Planning) -> Plan:
    planning.sell()
    planning.undo_vanished_refunds()
    planning.refund()
    return _finished(planning, "booked", "unchanged")


def _sold_unless_short(order: Order, situation: Situation) -> Plan:
    """A draft where the first sale wants more than is left; whatever a person posts is posted."""
    whole = _sold(Planning(order, situation))
    if situation.books.posted or situation.post_now:
        return whole
    moves = moves_of(whole.documents_alone(), situation.books)
    short = shortages(situation.stock, moves)
    if not short:
        return whole
    skus = {each.item_id: situation.catalogue.sku_of(each.item_id) for each in short}
    reason = in_words(short, skus)
    return Plan("draft", draft=_draft(order, situation), rule=SHORT_OF_STOCK, reason=reason)


def _followed(order: Order, situation: Situation) -> Plan:
    """An order that is booked is followed through any status that does not cancel it."""
    planning = Planning(order, situation)
    planning.undo_vanished_refunds()
    sale = situation.books.sale
    if sale and sale.header.place_of_supply != planning.wanted.header.place_of_supply:
        planning.reverse("05 Change in place of supply")
        return _sold(planning)
    planning.edit()
    planning.reallocate()
    planning.refund()
    return _finished(planning, "booked", "unchanged")


def _finished(planning: Planning, state: str, rule: str) -> Plan:
    """The rule says why nothing was posted, where nothing was."""
    documents = tuple(planning.planned)
    net = planning.books.standing().total
    return Plan(state, documents, rule="" if documents else rule, net=net)


def _draft(order: Order, situation: Situation) -> Document:
    planning = Planning(order, situation)
    return planning.sale_document(planning.wanted.lines, planning.wanted.total, {})
