"""The answers that people gave about an order: in words, with who and when."""

from dataclasses import dataclass
from datetime import datetime

from ledger.core.states import STATE_NAMES
from sync.acceptance import last_posted_at
from sync.core.waiting import WaitsFor
from sync.models import Acceptance, Order
from sync.reading import LEFT_OUT, POST_NOW, REFUND_LINES
from sync.timeline import read


@dataclass(frozen=True, slots=True)
class Given:
    """An answer, and whether it may still be withdrawn."""

    id: int
    at: datetime
    by: str
    sentence: str
    may_withdraw: bool


def answers_to(order: Order) -> list[Given]:
    """The answers that hold for the order, oldest first; a handful at most."""
    rows = Acceptance.objects.filter(connection=order.connection_id, order_id=order.order_id)
    last = last_posted_at(order.connection_id, order.order_id)
    return [
        Given(row.pk, row.at, str(row.user), in_words(row, order), last is None or last < row.at)
        for row in rows.select_related("user").order_by("at", "pk")
    ]


def in_words(answer: Acceptance, order: Order) -> str:
    """What was answered, as a sentence."""
    value, code = answer.value, answer.code
    if code.startswith(REFUND_LINES):
        return _allocation(code.removeprefix(REFUND_LINES), value, order)
    if code == WaitsFor.PLACE_OF_SUPPLY:
        state = value["state"]
        return f"The place of supply is {state} {STATE_NAMES.get(state, '')}".strip() + "."
    sentences = {
        WaitsFor.CURRENCY: f"The exchange rate is {value.get('rate')}.",
        WaitsFor.RATE: f"The GST rate is {value.get('rate')} %.",
        WaitsFor.DIFFERENCE: f"The tax is booked as charged, at a total of {value.get('total')}.",
        WaitsFor.REFUND_REAPPEARED: "What came back is booked again.",
        LEFT_OUT: f"Left out, because {value.get('why')}.",
        POST_NOW: "Posted now, whatever the store’s options say.",
    }
    return sentences.get(code, code)


def _allocation(refund_id: str, amounts: dict[str, str], order: Order) -> str:
    parsed = read(order.snapshot)
    names = {line.key: line.name for line in parsed.lines} if parsed else {}
    told = ", ".join(f"{amount} of {names.get(key) or key}" for key, amount in amounts.items())
    return f"Refund {refund_id} gives back {told}."
