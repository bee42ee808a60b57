"""A person's answer to what an order waits for: kept, and the order goes on with it."""

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation

from django.db import transaction

from connections import activity
from connections.models import Activity, ActivityStatus, StoreConnection
from ledger.core.states import OTHER_COUNTRIES, OTHER_TERRITORY, STATE_NAMES
from ledger.models import User
from sync.core.waiting import WaitsFor
from sync.models import Acceptance, Order, OrderState
from sync.reading import POST_NOW
from sync.retry import look_again

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

    A difference is accepted for the total that the order has now; another total asks again. Codes:
    difference `{}`, place_of_supply `{"state": "29"}` (a GST code), currency
    `{"rate": "83.25"}` (company's currency for one of the order's), post_now `{}`.

    :raises UnfitAnswerError: when it does not fit.
    """
    if code not in _CHECKS:
        raise UnfitAnswerError(f"Nobody asks for “{code}”.")
    order = _locked_order(connection, order_id)
    _check_is_asked(order, code)
    answer, sentence = _CHECKS[code](value)
    if code == WaitsFor.DIFFERENCE:
        answer = {"total": str(order.store_total)}
    Acceptance.objects.update_or_create(
        connection=connection,
        order_id=order_id,
        code=code,
        defaults={
            "company_id": connection.company_id, "value": answer, "user": user, "at": at,
        },
    )  # fmt: skip
    activity.log([_line(order, sentence, at)])
    look_again(connection, order_id)


def _line(order: Order, sentence: str, at: datetime) -> Activity:
    return Activity(
        company_id=order.company_id,
        connection_id=order.connection_id,
        at=at,
        kind="accepted",
        text=f"Order #{order.number}: {sentence}",
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
    """Only a waiting order asks; posting now is for any that is not in the books."""
    if code == POST_NOW:
        if order.state == OrderState.BOOKED:
            raise UnfitAnswerError(f"Order #{order.number} is booked already.")
        return
    if order.state != OrderState.WAITING or order.reason_code != code:
        raise UnfitAnswerError(f"Order #{order.number} does not wait for this any more.")


def _difference(_value: Value) -> tuple[dict[str, str], str]:
    return {}, "the tax is booked as the store charged it."


def _place_of_supply(value: Value) -> tuple[dict[str, str], str]:
    state = str(value.get("state"))
    if state not in {*STATE_NAMES, OTHER_TERRITORY, OTHER_COUNTRIES}:
        raise UnfitAnswerError(f"“{state}” is not a GST state code.")
    return {"state": state}, f"the place of supply is {state}."


def _currency(value: Value) -> tuple[dict[str, str], str]:
    text = str(value.get("rate"))
    try:
        rate = Decimal(text)
    except InvalidOperation:
        raise UnfitAnswerError(f"“{text}” is not an exchange rate.") from None
    if not rate.is_finite() or not 0 < rate <= MAX_RATE or rate != round(rate, RATE_PLACES):
        raise UnfitAnswerError(f"“{text}” is not a sensible exchange rate.")
    return {"rate": str(rate)}, f"the exchange rate is {rate}."


def _post_now(_value: Value) -> tuple[dict[str, str], str]:
    return {}, "it is posted whatever the connection's options say."


_CHECKS: Mapping[str, Callable[[Value], tuple[dict[str, str], str]]] = {
    WaitsFor.DIFFERENCE: _difference,
    WaitsFor.PLACE_OF_SUPPLY: _place_of_supply,
    WaitsFor.CURRENCY: _currency,
    POST_NOW: _post_now,
}
