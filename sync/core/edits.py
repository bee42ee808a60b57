"""An edit of a booked order: which notes make what stands equal to what should stand.

Compared by line and by tax group, gross of refunds. Usually one note; two where tax groups move in
opposite directions, because a note never carries a negative tax group.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from ledger.core.documents import Body, Line, VoucherType, compose
from ledger.core.gst import TaxGroup
from ledger.core.money import ZERO
from sync.core.books import PAISE_OF_ROUNDING, Part, Standing
from sync.core.waiting import OrderWaitsError, WaitsFor


@dataclass(frozen=True, slots=True)
class Correction:
    """A debit or credit note that an edit asks for."""

    type: VoucherType
    body: Body

    @property
    def sign(self) -> int:
        """A debit note adds, a credit note takes away."""
        return 1 if self.type is VoucherType.DEBIT_NOTE else -1


def edit_notes(
    wanted: Standing, stands: Standing, *, bound: Decimal, as_charged: bool, is_accepted: bool
) -> list[Correction]:
    """The notes between two standings; none where no amount and no tax group moved.

    `bound` is what rounding may hide in the order as it should stand; a note lies between two
    states of the order, and the rounding of the earlier one comes on top.

    :raises OrderWaitsError: when more is left over and nobody accepted it.
    """
    moved = [part for part in wanted.minus(stands) if part.value or as_charged]
    total = wanted.total - stands.total
    up, down = _by_direction(moved)
    grew, shrank = _worth(up) > bound, _worth(down) > bound
    if not (total or grew or shrank):
        return []
    is_against = (grew and not shrank and total <= 0) or (shrank and not grew and total >= 0)
    if (grew and shrank) or is_against:
        notes = _two_notes(up, down, total, as_charged=as_charged)
    else:
        notes = [_one_note(up, down, total, as_charged=as_charged)]
    left = max(abs(note.body.round_off) for note in notes)
    slack = bound + PAISE_OF_ROUNDING * (len(list(stands)) + 1)
    if (left > slack or is_against) and not is_accepted:
        raise OrderWaitsError(
            WaitsFor.DIFFERENCE,
            f"The edit moves the total by {total}, its lines by {_worth(up)} up and "
            f"{_worth(down)} down: by the rates of its tax {left} is left over, more than rounding "
            "explains.",
        )
    return notes


def _by_direction(moved: Sequence[Part]) -> tuple[list[Part], list[Part]]:
    """Parts of tax groups that grew, and of those that shrank: by value, or else by tax."""
    by_group: dict[TaxGroup, tuple[Decimal, Decimal]] = {}
    for part in moved:
        value, gross = by_group.get(part.line.group, (ZERO, ZERO))
        by_group[part.line.group] = (value + part.value, gross + part.gross)
    movement = {group: value or gross for group, (value, gross) in by_group.items()}
    up = [part for part in moved if movement[part.line.group] > 0]
    down = [part for part in moved if movement[part.line.group] < 0]
    return up, down


def _worth(parts: Sequence[Part]) -> Decimal:
    return abs(sum((part.gross for part in parts), ZERO))


def _one_note(up: list[Part], down: list[Part], total: Decimal, *, as_charged: bool) -> Correction:
    """A debit note for what grew or a credit note for what shrank, by the movement of the total."""
    if total > 0:
        lines, kind, amount = _lines(up), VoucherType.DEBIT_NOTE, total
    else:
        lines, kind, amount = _lines(down, sign=-1), VoucherType.CREDIT_NOTE, -total
    return Correction(kind, compose(lines, amount, as_charged=as_charged))


def _two_notes(
    up: list[Part], down: list[Part], total: Decimal, *, as_charged: bool
) -> list[Correction]:
    """What is left between the two goes to the round-off of the debit note."""
    credit = _exact(_lines(down, sign=-1), as_charged=as_charged)
    debit = compose(_lines(up), total + credit.total, as_charged=as_charged)
    if debit.total <= 0:
        debit = _exact(_lines(up), as_charged=as_charged)
        credit = compose(_lines(down, sign=-1), debit.total - total, as_charged=as_charged)
    return [Correction(VoucherType.DEBIT_NOTE, debit), Correction(VoucherType.CREDIT_NOTE, credit)]


def _exact(lines: list[Line], *, as_charged: bool) -> Body:
    """A body without round-off."""
    body = compose(lines, ZERO, as_charged=as_charged)
    return compose(lines, -body.round_off, as_charged=as_charged)


def _lines(parts: Sequence[Part], sign: int = 1) -> list[Line]:
    return [
        part.share(sign * part.value, tuple(sign * tax for tax in part.taxes)) for part in parts
    ]
