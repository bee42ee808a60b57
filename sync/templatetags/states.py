"""States as pills and words."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from connections.models import ActivityStatus, Status
from sync import words
from sync.core.sku_sheet import RowKind
from sync.models import DeliveryState, DocumentKind, ImportState, OrderState

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
def row_pill(kind: int) -> SafeString:
    """What a row of an import comes to."""
    return _pill(words.ROW_TONES[RowKind(kind)], RowKind(kind).name.capitalize())


@register.filter
def thousands(count: int) -> str:
    """`49,500` for 49500: a count of rows, not an amount."""
    return f"{count:,}"


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
