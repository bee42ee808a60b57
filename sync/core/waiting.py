"""Why an order waits for a person: a code for programs, a sentence for people."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum


class WaitsFor(StrEnum):
    """What is missing before the order can go on."""

    READABLE = "readable"
    PLACE_OF_SUPPLY = "place_of_supply"
    CURRENCY = "currency"
    RATE = "rate"
    SKU = "sku"
    DIFFERENCE = "difference"
    BELOW_ZERO = "below_zero"
    REFUND_REAPPEARED = "refund_reappeared"
    REFUND_LINES = "refund_lines"


INTERNAL = "internal"
"""Not a decision of the core: something broke inside Counterfoil, and is kept for a person."""

REASONS: tuple[str, ...] = (*WaitsFor, INTERNAL)
"""Everything that an order can wait for. Each has words, something to press, and a line in docs."""

SHORT_OF_STOCK = "short_of_stock"
"""The rule by which an order is held as a draft: it waits for goods, not for a person."""

Allocations = Mapping[int, Mapping[str, Decimal]]
"""What people said refunds give back: by refund id and line key, with tax, company's currency."""


@dataclass(frozen=True, slots=True)
class Reallocation:
    """A person allocated by line, on a day, what a booked credit note had spread.

    `note` is its source key: once it is taken back, nothing is asked of the same note again. How
    much of each line the refund gives back is among the allocations.
    """

    note: str
    day: date


@dataclass(frozen=True, slots=True)
class LineLeft:
    """What stands of one line of an order, with tax, in the company's currency."""

    key: str
    name: str
    left: Decimal


@dataclass(frozen=True, slots=True)
class RefundAsked:
    """A refund that does not say its lines: its amount, and what it could be taken from."""

    refund_id: int
    amount: Decimal
    lines: tuple[LineLeft, ...]
    currency: str = "INR"

    def problems(self, amounts: Mapping[str, Decimal]) -> Iterator[str]:
        """What is wrong with an allocation by line key, in sentences; nothing where it fits.

        Each amount lies between nothing and what stands of its line, and together they are the
        refund to the paisa.
        """
        left = {line.key: line for line in self.lines}
        for key, amount in amounts.items():
            if key not in left:
                yield "A line of the allocation is not in the order any more."
            elif not _is_part_of(amount, left[key].left):
                yield f"{amount} is more than stands of “{left[key].name}”: {left[key].left}."
        total = sum(amounts.values(), Decimal(0))
        if total != self.amount:
            yield f"The amounts come to {total}, the refund is {self.amount}."


def _is_part_of(amount: Decimal, whole: Decimal) -> bool:
    """Whether an amount lies between nothing and the whole, which is negative for a discount."""
    return min(whole, Decimal(0)) <= amount <= max(whole, Decimal(0))


class OrderWaitsError(Exception):
    """Nothing of the snapshot is posted until a person has decided; `sentence` says why.

    `refund` is what has to be allocated, where that is what it waits for.
    """

    def __init__(self, code: WaitsFor, sentence: str, *, refund: RefundAsked | None = None) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence
        self.refund = refund
