"""Which lines a refund credits: those it names, or its bare amount spread over what remains."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from ledger.core.documents import Line, group_totals
from ledger.core.gst import Split
from ledger.core.money import ZERO, allocate, priced, to_paise
from sync.core.books import OrderBooks, Part, PartKey, Posted, Standing
from sync.core.desired import Desired
from sync.core.order import Refund, RefundLine
from sync.core.waiting import Allocations, LineLeft, OrderWaitsError, RefundAsked, WaitsFor


def spread(amount: Decimal, standing: Standing) -> list[Line]:
    """Spread an amount with tax over what stands by value, tax included, largest remainder.

    Where only a rounding residue of earlier notes stands, there is no line to credit.

    :raises OrderWaitsError: when more is to be given back than stands.
    """
    parts = list(standing)
    if amount > standing.total:
        raise OrderWaitsError(
            WaitsFor.BELOW_ZERO,
            f"{amount} is to be credited, but only {standing.total} of the order stands.",
        )
    if amount == standing.total or amount >= sum((part.gross for part in parts), ZERO):
        return [part.whole() for part in parts]
    shares = allocate(amount, [part.gross for part in parts])
    lines = [_share(part, share) for part, share in zip(parts, shares, strict=True)]
    return [line for line in lines if line.taxable_value or any(line.charged)]


@dataclass(frozen=True, slots=True)
class RefundRules:
    """What decides how a refund is taken from lines, besides the books.

    `allocations` are people's, in the company's `currency`; `waits_for_lines` says that a refund
    without lines waits for one. Lines of the store count only in an order of the books' currency.
    """

    smallest_unit: Decimal
    in_own_currency: bool
    waits_for_lines: bool
    allocations: Allocations
    currency: str


def given_back(
    refund: Refund, amount: Decimal, standing: Standing, rules: RefundRules
) -> tuple[list[Line], bool]:
    """The lines that a refund credits: as the store names them, else as a person allocated it.

    Else they are spread, which the second value says. `amount` is the refund's own, in the
    company's currency.

    :raises OrderWaitsError: where a person has to say the lines, or said what fits no longer.
    """
    lines, is_spread = _without_a_person(refund, amount, standing, rules)
    if not is_spread or not needs_lines(amount, standing):
        return lines, is_spread
    asked = RefundAsked(refund.refund_id, amount, lines_left(standing), rules.currency)
    allocation = rules.allocations.get(refund.refund_id)
    if allocation is None and not rules.waits_for_lines:
        return lines, True
    problem = next(asked.problems(allocation), None) if allocation else _NO_LINES
    if problem is None and allocation:
        return credit_allocated(allocation, standing), False
    raise OrderWaitsError(
        WaitsFor.REFUND_LINES,
        f"Refund {refund.refund_id} over {priced(amount, rules.currency)}: {problem} "
        "Say how much of each line it gives back.",
        refund=asked,
    )


def allocated_anew(
    refund: Refund, note: Posted, standing: Standing, rules: RefundRules
) -> list[Line]:
    """The lines of a refund that a person allocated after it was spread; the note is taken back.

    :raises OrderWaitsError: where the allocation fits no longer.
    """
    asked = RefundAsked(refund.refund_id, note.total, lines_left(standing), rules.currency)
    allocation = rules.allocations.get(refund.refund_id, {})
    problem = next(asked.problems(allocation), None)
    if problem is None:
        return credit_allocated(allocation, standing)
    raise OrderWaitsError(
        WaitsFor.REFUND_LINES,
        f"Refund {refund.refund_id} over {priced(note.total, rules.currency)}: {problem} "
        "Say how much of each line it gives back.",
        refund=asked,
    )


def could_be_allocated(books: OrderBooks, refund_id: int, currency: str) -> RefundAsked | None:
    """What a booked refund could be taken from were it taken back; None where no line is a choice.

    A refund of an earlier episode is part of what the standing sale is.
    """
    note = books.live_refunds().get(refund_id)
    if note is None or not books.is_booked or note not in books.episode:
        return None
    before = books.standing()
    before.add(note.lines, note.total)
    if not needs_lines(note.total, before):
        return None
    return RefundAsked(refund_id, note.total, lines_left(before), currency)


_NO_LINES = "the store does not say its lines."


def _without_a_person(
    refund: Refund, amount: Decimal, standing: Standing, rules: RefundRules
) -> tuple[list[Line], bool]:
    if refund.lines and rules.in_own_currency:
        return credit_named_lines(refund.lines, amount, standing, rules.smallest_unit)
    return spread(amount, standing), True


def needs_lines(amount: Decimal, standing: Standing) -> bool:
    """Whether it matters which lines a refund is taken from: not of one line, not of all."""
    return len(lines_left(standing)) > 1 and amount < standing.total


def lines_left(standing: Standing) -> tuple[LineLeft, ...]:
    """What stands line by line, with tax."""
    left: dict[str, LineLeft] = {}
    for part in standing:
        line = part.line
        known = left.get(line.key, LineLeft(line.key, line.description, ZERO))
        left[line.key] = replace(known, left=known.left + part.gross)
    return tuple(left.values())


def credit_allocated(amounts: Mapping[str, Decimal], standing: Standing) -> list[Line]:
    """The lines of a credit note that a person allocated: amounts with tax, by line key.

    The amounts fit what stands (`RefundAsked.problems`). A line of several tax groups gives them
    back by value.
    """
    return [
        line
        for key, amount in amounts.items()
        for line in _allocated_to(standing.of_line(key), amount)
        if line.taxable_value or any(line.charged)
    ]


def _allocated_to(parts: list[Part], amount: Decimal) -> list[Line]:
    if amount == sum((part.gross for part in parts), ZERO):
        return [part.whole() for part in parts]
    shares = allocate(amount, [part.gross for part in parts])
    return [_share(part, share) for part, share in zip(parts, shares, strict=True)]


def _share(part: Part, gross: Decimal) -> Line:
    """The part of a line that comes to `gross` with tax, never more than stands of it."""
    if not part.gross:
        return part.share(ZERO, (ZERO,) * len(part.taxes))
    ratio = gross / part.gross
    group = part.line.group
    # Another country's tax is as charged, and its rate perhaps unknown; GST follows from the rate.
    is_foreign = group.split is Split.FOREIGN
    taxed = 100 + sum((each.rate for each in group.components), ZERO)
    value = to_paise(part.value * ratio if is_foreign else gross * 100 / taxed)
    if abs(value) > abs(part.value):
        value = part.value
    return part.share(value, tuple(to_paise(tax * ratio) for tax in part.taxes))


def credit_named_lines(
    refund_lines: Iterable[RefundLine], amount: Decimal, standing: Standing, slack: Decimal
) -> tuple[list[Line], bool]:
    """The lines of a credit note for a refund that says what it gives back, at booked rates.

    What the refund's own total leaves over is spread like a bare amount; the second value says so.
    A line that is gone, or of which too little stands, counts as amount.
    """
    named: list[Line] = []
    for refund_line in refund_lines:
        named += _named(refund_line, standing, slack)
    totals = group_totals(named)
    rest = amount - sum((part.taxable_value + part.tax for part in totals), ZERO)
    if abs(rest) <= slack * (len(named) + 1):
        return named, False
    if rest < 0:
        return spread(amount, standing), True
    remaining = Standing()
    remaining.add((part.whole() for part in standing), standing.total)
    remaining.add(named, amount - rest, -1)
    return merged([*named, *spread(rest, remaining)]), True


def _named(refund_line: RefundLine, standing: Standing, slack: Decimal) -> list[Line]:
    # A line that was re-taxed after a refund stands with a negative part at its former rate.
    gives_back = refund_line.total > 0
    parts = [p for p in standing.of_line(refund_line.line_key) if (p.value > 0) is gives_back]
    available = sum((part.value for part in parts), ZERO)
    if not refund_line.total or not parts or abs(refund_line.total) > abs(available) + slack:
        return []
    if abs(refund_line.total - available) <= slack:
        lines = [part.whole() for part in parts]
    else:
        values = allocate(refund_line.total, [part.value for part in parts])
        lines = [
            part.share(value, tuple(to_paise(tax * value / part.value) for tax in part.taxes))
            for part, value in zip(parts, values, strict=True)
        ]
    return [replace(line, quantity=refund_line.quantity) for line in lines]


def merged(lines: Iterable[Line]) -> list[Line]:
    """Lines of the same key and tax group put together."""
    by_key: dict[PartKey, Line] = {}
    for line in lines:
        key = (line.key, line.group)
        first = by_key.get(key)
        by_key[key] = line if first is None else _sum(first, line)
    return list(by_key.values())


def _sum(first: Line, second: Line) -> Line:
    charged = zip(first.charged, second.charged, strict=True)
    return replace(
        first,
        taxable_value=first.taxable_value + second.taxable_value,
        charged=tuple(a + b for a, b in charged),
    )


def less_refunds(wanted: Desired, notes: Iterable[Posted]) -> Standing:
    """What should stand, less the refunds that an earlier episode booked, line by line.

    A refunded line may be taxed at another place by now: it is found by line and rate. What finds
    no line is taken from all of them by value.
    """
    left = Standing()
    left.add(wanted.lines, wanted.total)
    loose = ZERO
    for note in notes:
        found = [_counterpart(line, left) for line in note.lines]
        known = [line for line in found if line is not None]
        gross = sum((line.taxable_value + sum(line.charged, ZERO) for line in known), ZERO)
        left.add(known, min(gross, note.total), -1)
        loose += note.total - min(gross, note.total)
    if loose:
        is_rounding = loose <= wanted.bound
        left.add([] if is_rounding else spread(loose, left), loose, -1)
    return left


def retaxed(note: Posted, wanted: Desired) -> list[Line]:
    """The lines of a note from another place of supply, in the tax groups of the present one."""
    whole = Standing()
    whole.add(wanted.lines, wanted.total)
    found = [_counterpart(line, whole) for line in note.lines]
    known = [line for line in found if line is not None]
    return known if len(known) == len(found) else spread(note.total, whole)


def _counterpart(line: Line, left: Standing) -> Line | None:
    """The same value in the tax group that the line has now."""
    for part in left.of_line(line.key):
        group = part.line.group
        if group.rate == line.group.rate:
            value = line.taxable_value
            taxes = line.taxes if group == line.group else group.taxes_on(value)
            return part.share(value, taxes)
    return None
