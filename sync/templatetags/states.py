"""States as pills and words."""

from decimal import Decimal

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from connections.models import ActivityStatus, Status
from sync import words
from sync.core.certificate import Verdict
from sync.core.sku_sheet import RowKind
from sync.models import (
    DeliveryState,
    DocumentKind,
    ErrandState,
    ImportOutcome,
    ImportState,
    OrderState,
    SweepRun,
    SweepState,
    SweepSum,
)

register = template.Library()


@register.filter
def activity_pill(status: str) -> SafeString:
    """The pill on an activity line."""
    known = ActivityStatus(status)
    label = "Saved ✓" if known is ActivityStatus.SAVED else known.label
    return _pill(words.ACTIVITY_TONES[known], label)


@register.filter
def delivery_pill(state: str) -> SafeString:
    """The pill of a delivery."""
    known = DeliveryState(state)
    label = "Superseded" if known is DeliveryState.SUPERSEDED else known.label
    return _pill(words.DELIVERY_TONES[known], label)


@register.filter
def order_pill(state: str) -> SafeString:
    """The pill of an order."""
    return _pill(words.ORDER_TONES[OrderState(state)], OrderState(state).label)


@register.filter
def connection_pill(status: str) -> SafeString:
    """The pill of a connection."""
    return _pill(words.CONNECTION_TONES[Status(status)], Status(status).label)


@register.filter
def import_pill(state: str) -> SafeString:
    """The pill of an import of SKU mappings."""
    return _pill(words.IMPORT_TONES[ImportState(state)], ImportState(state).label)


@register.filter
def looked_pill(outcome: str) -> SafeString:
    """What an order of a look would be."""
    return _pill(words.LOOKED_TONES.get(outcome, ""), words.LOOKED_NAMES[outcome])


@register.filter
def outcome_pill(outcome: str) -> SafeString:
    """What became of an order that was imported by hand."""
    return _pill(words.OUTCOME_TONES[ImportOutcome(outcome)], ImportOutcome(outcome).label)


@register.filter
def errand_pill(state: str) -> SafeString:
    """The pill of a look, or of an import of orders."""
    return _pill(words.ERRAND_TONES[ErrandState(state)], ErrandState(state).label)


@register.filter
def verdict_pill(verdict: str) -> SafeString:
    """How an order stands on a certificate."""
    return _pill(words.VERDICT_TONES[Verdict(verdict)], Verdict(verdict).value.capitalize())


@register.filter
def sweep_pill(state: str) -> SafeString:
    """The pill of a sweep."""
    return _pill(words.SWEEP_TONES[SweepState(state)], SweepState(state).label)


@register.filter
def excluded_by(rule: str) -> str:
    """A rule that keeps orders out of the books."""
    return words.excluded_by(rule)


@register.filter
def row_pill(kind: int) -> SafeString:
    """What a row of an import comes to."""
    return _pill(words.ROW_TONES[RowKind(kind)], RowKind(kind).name.capitalize())


@register.filter
def thousands(count: int) -> str:
    """`49,500` for 49500: a count of rows, not an amount."""
    return f"{count:,}"


@register.filter
def count_or_blank(count: int) -> str:
    """Like `thousands`, but nothing for none."""
    return thousands(count) if count else ""


@register.filter
def difference_of(sums: SweepSum | SweepRun) -> Decimal | None:
    """Store less books, None where nobody knows."""
    if sums.store_total is None or sums.books_total is None:
        return None
    return Decimal(sums.store_total) - Decimal(sums.books_total)


@register.filter
def encoding_name(encoding: str) -> str:
    """`UTF-8` for `utf-8-sig`: what people call it."""
    return words.ENCODING_NAMES.get(encoding, encoding)


@register.filter
def delimiter_name(delimiter: str) -> str:
    """`semicolons` for `;`."""
    return words.DELIMITER_NAMES.get(delimiter, f"“{delimiter}”")


@register.filter
def document_kind(kind: str) -> str:
    """Why a document was posted."""
    return words.DOCUMENT_KINDS[DocumentKind(kind)]


@register.filter
def waits_for(code: str) -> str:
    """Why an order waits, in two or three words."""
    return words.waits_for(code)


@register.filter
def remedy(code: str) -> str:
    """What to do about an order that waits."""
    return words.remedy(code)


def _pill(tone: str, label: str) -> SafeString:
    return format_html('<span class="pill {}">{}</span>', tone, label)
