"""The answers that people gave about an order: in words, who and when, what became of each."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from ledger.core.states import STATE_NAMES
from sync.booking.reading import LEFT_OUT, POST_NOW, REFUND_LINES
from sync.core.waiting import WaitsFor
from sync.models import Acceptance, Order
from sync.orders.acceptance import last_posted_at
from sync.orders.timeline import read


@dataclass(frozen=True, slots=True)
class Given:
    """An answer, and what became of it: it holds, was booked on, superseded or withdrawn.

    `ended_by` and `ended_at` say who superseded or withdrew it, and when.
    """

    id: int
    at: datetime
    by: str
    sentence: str
    fate: str
    ended_by: str = ""
    ended_at: datetime | None = None

    @property
    def may_withdraw(self) -> bool:
        """Whether it holds, and nothing was booked on it."""
        return self.fate == "holds"


def answers_to(order: Order) -> list[Given]:
    """All answers about the order, oldest first, those that hold no longer too."""
    rows = Acceptance.objects.filter(connection=order.connection_id, order_id=order.order_id)
    last = last_posted_at(order.connection_id, order.order_id)
    found = list(rows.select_related("user").order_by("pk"))
    return list(_with_fates(found, order, last))


def _with_fates(rows: Iterable[Acceptance], order: Order, last: datetime | None) -> Iterator[Given]:
    following: dict[str, Acceptance] = {}
    told: list[Given] = []
    for row in reversed(list(rows)):
        after = following.get(row.code)
        following[row.code] = row
        if not row.is_withdrawal:
            told.append(_given(row, after, order, last))
    return reversed(told)


def _given(row: Acceptance, after: Acceptance | None, order: Order, last: datetime | None) -> Given:
    sentence, by = in_words(row, order), str(row.user)
    if after is not None:
        fate = "withdrawn" if after.is_withdrawal else "superseded"
        return Given(row.pk, row.at, by, sentence, fate, str(after.user), after.at)
    is_booked_on = last is not None and last >= row.at
    return Given(row.pk, row.at, by, sentence, "booked on" if is_booked_on else "holds")


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
    told = ", ".join(
        f"{amount} of {names.get(key) or key}"
        for key, amount in amounts.items()
        if key not in ("note", "day")
    )
    instead = ", instead of a share of each line" if "note" in amounts else ""
    return f"Refund {refund_id} gives back {told}{instead}."
