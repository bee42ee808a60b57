"""A person's answer to what an order waits for: kept, and the order goes on with it."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from uuid import UUID

from django.db import transaction

from connections import activity
from connections.models import Activity, ActivityStatus, StoreConnection
from ledger.core.gst import ORDINARY_GST_RATES
from ledger.core.states import OTHER_COUNTRIES, OTHER_TERRITORY, STATE_NAMES
from ledger.models import User
from sync.booking.reading import LEFT_OUT, POST_NOW, REFUND_LINES, answers_for
from sync.booking.retry import look_again
from sync.core.waiting import WaitsFor
from sync.models import Acceptance, DocumentKind, Order, OrderDocument, OrderState
from sync.orders.asked_refunds import refunds_asked

Value = Mapping[str, str]
MAX_RATE = Decimal(10) ** 6
RATE_PLACES = 8


class UnfitAnswerError(Exception):
    """The answer does not fit the order or makes no sense; the text says why."""


@transaction.atomic
def accept(
    connection: StoreConnection,
    order_id: int,
    code: str,
    value: Value,
    user: User,
    *,
    at: datetime,
) -> None:
    """Keep the answer, note it in the activity log, and let the order go on.

    An earlier answer to the same is superseded; it stays on record.

    A difference is accepted for the total that the order has now; another total asks again. Codes:
    difference `{}`, place_of_supply `{"state": "29"}` (a GST code), currency
    `{"rate": "83.25"}` (company's currency for one of the order's), rate `{"rate": "18"}` (per
    cent), refund_reappeared `{}`, refund_lines `{"line:11": "118.00"}` (with tax, company's
    currency), left_out `{"snapshot": "7", "why": "a test order"}`, post_now `{}`.

    :raises UnfitAnswerError: when it does not fit.
    """
    if code not in _CHECKS:
        raise UnfitAnswerError(f"Nobody asks for “{code}”.")
    order = _locked_order(connection, order_id)
    _check_is_asked(order, code)
    kept = _CHECKS[code](connection, order, value)
    Acceptance.objects.create(
        company_id=connection.company_id,
        connection=connection,
        order_id=order_id,
        code=kept.code or code,
        value=kept.value,
        user=user,
        at=at,
    )
    activity.log([_line(order, kept.sentence, at)])
    look_again(connection, order_id)


@transaction.atomic
def withdraw(
    connection: StoreConnection, order_id: int, answer_id: int, user: User, *, at: datetime
) -> None:
    """Take an answer back, as long as nothing was booked on it; the order is asked about again.

    :raises UnfitAnswerError: when it is not there any more, or something was booked since.
    """
    order = _locked_order(connection, order_id)
    answer = _answer_that_holds(connection, order, answer_id)
    last = last_posted_at(connection.pk, order_id)
    if last is not None and last >= answer.at:
        raise UnfitAnswerError(
            "Something was booked on this answer: it stays. Correct the order in the store."
        )
    take_back(answer, user, at)
    activity.log([_line(order, f"an answer was withdrawn by {user}.", at)])
    look_again(connection, order_id)


def _answer_that_holds(connection: StoreConnection, order: Order, answer_id: int) -> Acceptance:
    answers = Acceptance.objects.filter(connection=connection, order_id=order.order_id)
    answer = answers.filter(pk=answer_id).first()
    if (
        answer is None
        or answer.is_withdrawal
        or answers.filter(code=answer.code, pk__gt=answer.pk).exists()
    ):
        raise UnfitAnswerError(f"Order #{order.number} has no such answer any more.")
    return answer


def take_back(answer: Acceptance, user: User, at: datetime) -> None:
    """Add the row that leaves nothing of an answer; both stay on record."""
    Acceptance.objects.create(
        company_id=answer.company_id,
        connection_id=answer.connection_id,
        order_id=answer.order_id,
        code=answer.code,
        value=answer.value,
        is_withdrawal=True,
        user=user,
        at=at,
    )


def last_posted_at(connection_id: UUID, order_id: int) -> datetime | None:
    """When the newest document of an order was posted; None where none was."""
    documents = OrderDocument.objects.filter(connection=connection_id, order_id=order_id)
    newest = documents.order_by("-voucher_id").values_list("voucher__posted_at", flat=True)
    return newest.first()


@dataclass(frozen=True, slots=True)
class _Kept:
    """An answer as it is kept; `code` where it is kept under another than it was asked by."""

    value: Mapping[str, str]
    sentence: str
    code: str = ""


def _line(order: Order, sentence: str, at: datetime) -> Activity:
    return Activity(
        company_id=order.company_id,
        connection_id=order.connection_id,
        at=at,
        kind="accepted",
        text=f"Order #{order.number}: {sentence}"[:300],
        status=ActivityStatus.INFO,
        order_id=order.order_id,
    )


def _locked_order(connection: StoreConnection, order_id: int) -> Order:
    """The order as it is now. The connection is locked first, as a drain does it."""
    StoreConnection.objects.select_for_update(of=("self",), no_key=True).get(pk=connection.pk)
    orders = Order.objects.select_for_update()
    order = orders.filter(connection=connection, order_id=order_id).first()
    if order is None:
        raise UnfitAnswerError(f"Order {order_id} was never received.")
    return order


def _check_is_asked(order: Order, code: str) -> None:
    """Only a waiting order asks; posting now is for any that is not in the books.

    Whatever an order waits for, a person may leave it out.
    """
    if code == POST_NOW:
        if order.state == OrderState.BOOKED:
            raise UnfitAnswerError(f"Order #{order.number} is booked already.")
        return
    asked = {order.reason_code, LEFT_OUT} if order.state == OrderState.WAITING else set()
    if code not in asked:
        raise UnfitAnswerError(f"Order #{order.number} does not wait for this any more.")


def _difference(_connection: StoreConnection, order: Order, _value: Value) -> _Kept:
    total = {"total": str(order.store_total)}
    return _Kept(total, "the tax is booked as the store charged it.")


def _place_of_supply(_connection: StoreConnection, _order: Order, value: Value) -> _Kept:
    state = str(value.get("state"))
    if state not in {*STATE_NAMES, OTHER_TERRITORY, OTHER_COUNTRIES}:
        raise UnfitAnswerError(f"“{state}” is not a GST state code.")
    return _Kept({"state": state}, f"the place of supply is {state}.")


def _currency(_connection: StoreConnection, _order: Order, value: Value) -> _Kept:
    text = str(value.get("rate"))
    rate = _number(text, "an exchange rate")
    if not 0 < rate <= MAX_RATE or rate != round(rate, RATE_PLACES):
        raise UnfitAnswerError(f"“{text}” is not a sensible exchange rate.")
    return _Kept({"rate": str(rate)}, f"the exchange rate is {rate}.")


def _rate(_connection: StoreConnection, _order: Order, value: Value) -> _Kept:
    text = str(value.get("rate"))
    rate = _number(text, "a GST rate")
    if rate not in ORDINARY_GST_RATES:
        raise UnfitAnswerError(f"“{text}” is not a GST rate.")
    return _Kept({"rate": str(rate)}, f"the GST rate is {rate} %.")


def _number(text: str, what: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise UnfitAnswerError(f"“{text}” is not {what}.") from None
    if not number.is_finite():
        raise UnfitAnswerError(f"“{text}” is not {what}.")
    return number


def _refund_reappeared(connection: StoreConnection, order: Order, _value: Value) -> _Kept:
    """Refunds are booked once more for as often as they have been undone by now."""
    undone = OrderDocument.objects.filter(
        connection=connection, order_id=order.order_id, kind=DocumentKind.REFUND_UNDONE
    )
    times = Counter(undone.values_list("refund_id", flat=True))
    value = {str(refund_id): str(count) for refund_id, count in times.items()}
    return _Kept(value, "what came back is booked again.")


def _refund_lines(connection: StoreConnection, order: Order, value: Value) -> _Kept:
    asked = refunds_asked(connection, [order]).get(order.order_id)
    if asked is None:
        raise UnfitAnswerError(f"Order #{order.number} does not wait for this any more.")
    amounts = {key: _number(str(amount), "an amount") for key, amount in value.items()}
    for problem in asked.problems(amounts):
        raise UnfitAnswerError(problem)
    texts = {key: str(amount) for key, amount in amounts.items()}
    kept = answers_for(connection.pk, [order.order_id]).get(order.order_id, {})
    replaced = kept.get(f"{REFUND_LINES}{asked.refund_id}", {})
    names = {line.key: line.name for line in asked.lines}
    told = ", ".join(f"{amount} of {names[key]}" for key, amount in texts.items())
    return _Kept(
        texts | {key: replaced[key] for key in ("note", "day") if key in replaced},
        f"refund {asked.refund_id} gives back {told}"[:200] + ".",
        code=f"{REFUND_LINES}{asked.refund_id}",
    )


def _left_out(_connection: StoreConnection, order: Order, value: Value) -> _Kept:
    why = str(value.get("why", "")).strip()
    if not why:
        raise UnfitAnswerError("Say why the order is left out.")
    if value.get("snapshot") != str(order.snapshot_id):
        raise UnfitAnswerError(f"Order #{order.number} has changed meanwhile: please look again.")
    return _Kept({"snapshot": str(order.snapshot_id), "why": why}, f"left out, because {why}.")


def _post_now(_connection: StoreConnection, _order: Order, _value: Value) -> _Kept:
    return _Kept({}, "it is posted whatever the connection's options say.")


_CHECKS: Mapping[str, Callable[[StoreConnection, Order, Value], _Kept]] = {
    WaitsFor.DIFFERENCE: _difference,
    WaitsFor.PLACE_OF_SUPPLY: _place_of_supply,
    WaitsFor.CURRENCY: _currency,
    WaitsFor.RATE: _rate,
    WaitsFor.REFUND_REAPPEARED: _refund_reappeared,
    WaitsFor.REFUND_LINES: _refund_lines,
    LEFT_OUT: _left_out,
    POST_NOW: _post_now,
}
