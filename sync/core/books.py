"""What stands in the books for one order: its posted documents, added up by line and tax group."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

from ledger.core.documents import Document, Header, Line, VoucherType
from ledger.core.gst import Split, TaxGroup
from ledger.core.money import ZERO, priced

PAISE_OF_ROUNDING = Decimal("0.01")
"""What one rounding of a document in the books can hide."""


class Cause(StrEnum):
    """Why a document of an order was posted."""

    SALE = "sale"
    REFUND = "refund"
    EDIT = "edit"
    REVERSAL = "reversal"
    REFUND_UNDONE = "refund_undone"


@dataclass(frozen=True, slots=True)
class Posted:
    """A posted document of the order, amounts positive as on the voucher.

    `voucher_id` is None as long as the document is only planned.
    """

    cause: Cause
    type: VoucherType
    source_key: str
    date: date
    header: Header
    lines: tuple[Line, ...]
    total: Decimal
    refund_id: int | None = None
    voucher_id: int | None = None

    @property
    def sign(self) -> int:
        """A credit note takes away, all else adds."""
        return -1 if self.type is VoucherType.CREDIT_NOTE else 1


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


@dataclass(frozen=True, slots=True)
class Part:
    """What stands of one line in one tax group: value without tax, and tax per component."""

    line: Line
    value: Decimal
    taxes: tuple[Decimal, ...]

    @property
    def stands(self) -> bool:
        """Whether anything is left. GST is computed on values; foreign taxes stand for themselves.

        A line's GST is its share of the group's tax, for display: sums of shares may leave paise.
        """
        is_foreign = self.line.group.split is Split.FOREIGN
        return bool(self.value) or (is_foreign and any(self.taxes))

    @property
    def gross(self) -> Decimal:
        """With tax."""
        return self.value + sum(self.taxes, ZERO)

    def share(self, value: Decimal, taxes: tuple[Decimal, ...]) -> Line:
        """A document line for a part of this."""
        return replace(self.line, taxable_value=value, charged=taxes, taxes=())

    def whole(self) -> Line:
        """A document line for all of this."""
        return self.share(self.value, self.taxes)


PartKey = tuple[str, TaxGroup]


class Standing:
    """Values by line and tax group, and a total; documents are added to it one by one."""

    def __init__(self) -> None:
        self.total = ZERO
        self._parts: dict[PartKey, Part] = {}

    def __iter__(self) -> Iterator[Part]:
        return (part for part in self._parts.values() if part.stands)

    def add(self, lines: Iterable[Line], total: Decimal, sign: int = 1) -> None:
        """Add a document's lines and total, or take them away."""
        self.total += sign * total
        for line in lines:
            self._add_line(line, sign)

    def _add_line(self, line: Line, sign: int) -> None:
        key = (line.key, line.group)
        taxes = line.taxes or line.charged or (ZERO,) * len(line.group.components)
        part = self._parts.get(key)
        if part is None:
            signed = tuple(sign * tax for tax in taxes)
            self._parts[key] = Part(line, sign * line.taxable_value, signed)
            return
        self._parts[key] = Part(
            part.line,
            part.value + sign * line.taxable_value,
            tuple(old + sign * tax for old, tax in zip(part.taxes, taxes, strict=True)),
        )

    def add_posted(self, documents: Iterable[Posted]) -> None:
        """Add posted documents, each in its direction."""
        for document in documents:
            self.add(document.lines, document.total, document.sign)

    def of_line(self, line_key: str) -> list[Part]:
        """What stands of one line, one part per tax group."""
        return [part for part in self if part.line.key == line_key]

    def minus(self, other: "Standing") -> list[Part]:
        """Part by part what this has more than the other; negative where it has less."""
        difference = Standing()
        for standing, sign in ((self, 1), (other, -1)):
            for part in standing:
                difference.add([part.whole()], ZERO, sign)
        return list(difference)

    def by_group(self) -> dict[TaxGroup, Decimal]:
        """The value that stands in each tax group."""
        values: dict[TaxGroup, Decimal] = {}
        for part in self:
            values[part.line.group] = values.get(part.line.group, ZERO) + part.value
        return values

    def is_below_zero(self) -> bool:
        """Whether the order or one of its tax groups stands below zero.

        A financial note (rated but without tax) is no tax group: it takes nothing from one.
        """
        return self.total < 0 or any(
            value < 0
            for group, value in self.by_group().items()
            if not (group.split is Split.NONE and group.rate)
        )

    def groups_below_zero(self, currency: str) -> str:
        """The tax groups that stand below zero, as the end of a sentence; empty where none does."""
        below = [
            f"{priced(value, currency)} at {group.rate.normalize():f} %"
            for group, value in self.by_group().items()
            if value < 0
        ]
        return f", of it {' and '.join(below)}" if below else ""


class OrderBooks:
    """The posted documents of one order, in the order of posting.

    A reversal ends an episode, the next sale begins one. Refunds that were booked in an earlier
    episode are *absorbed*: the new sale is for the order less them.
    """

    def __init__(self, posted: Sequence[Posted]) -> None:
        self.posted = tuple(posted)
        starts = [i for i, each in enumerate(posted) if each.cause is Cause.SALE]
        self._start = starts[-1] if starts else 0
        self.episode = self.posted[self._start :] if starts else ()
        self.sale = self.episode[0] if starts else None
        self.is_reversed = any(each.cause is Cause.REVERSAL for each in self.episode)

    @property
    def is_booked(self) -> bool:
        """Whether a sale stands."""
        return self.sale is not None and not self.is_reversed

    def booked_items(self) -> dict[str, int | None]:
        """The item of each line that stands, by the line's key, as it was booked first."""
        lines = [line for each in self.episode if self.is_booked for line in each.lines]
        return {line.key: line.item_id for line in reversed(lines)}

    def count(self, cause: Cause) -> int:
        """How many documents of a cause were posted, for the next one's key."""
        return sum(each.cause is cause for each in self.posted)

    def standing(self) -> Standing:
        """All that stands."""
        standing = Standing()
        standing.add_posted(self.episode if self.is_booked else ())
        return standing

    def gross(self) -> Standing:
        """What stands of the sale and its edits, refunds left aside."""
        gross = Standing()
        gross.add_posted(each for each in self.episode if each.cause in (Cause.SALE, Cause.EDIT))
        return gross

    def live_refunds(self) -> dict[int, Posted]:
        """Booked refunds that were not undone, by refund id."""
        return _live(self.posted)

    def absorbed(self) -> dict[int, Posted]:
        """The refunds that the standing sale was made less of."""
        return _live(self.posted[: self._start])

    def times_undone(self, refund_id: int) -> int:
        """How often a refund was booked and undone since."""
        return self.count_of_refund(Cause.REFUND_UNDONE, refund_id)

    def count_of_refund(self, cause: Cause, refund_id: int) -> int:
        """How many documents of a cause were posted for a refund, for the next one's key."""
        return sum(each.cause is cause and each.refund_id == refund_id for each in self.posted)


def _live(posted: Iterable[Posted]) -> dict[int, Posted]:
    refunds: dict[int, Posted] = {}
    for each in posted:
        if each.refund_id is None:
            continue
        if each.cause is Cause.REFUND:
            refunds[each.refund_id] = each
        else:
            refunds.pop(each.refund_id, None)
    return refunds
