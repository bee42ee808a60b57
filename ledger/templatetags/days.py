"""Days and moments: `21 Nov 2026`, in the company's time zone."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from ledger.models import Company
from ledger.periods import written

register = template.Library()


@register.filter
def day(value: date | None) -> str:
    """`21 Nov 2026`."""
    return written(value) if value else "—"


@register.filter
def weekday(value: date) -> str:
    """`Saturday`."""
    return f"{value:%A}"


@register.filter
def in_words(length: timedelta) -> str:
    """`40 seconds`, `3 minutes`."""
    seconds = int(length.total_seconds())
    count, unit = (seconds, "second") if seconds < 90 else (round(seconds / 60), "minute")
    return f"{count} {unit}{'' if count == 1 else 's'}"


@register.simple_tag
def moment(at: datetime | None, company: Company) -> SafeString | str:
    """`21 Nov 2026, 14:05` in the company's time zone, with the exact time for machines."""
    if at is None:
        return "—"
    local = at.astimezone(ZoneInfo(company.timezone))
    text = f"{day(local)}, {local:%H:%M}"
    return format_html('<time datetime="{}">{}</time>', at.isoformat(), text)


@register.simple_tag
def on_day(at: datetime | None, company: Company) -> str:
    """`21 Nov 2026`, the day in the company's time zone."""
    return day(at.astimezone(ZoneInfo(company.timezone))) if at else "—"


@register.simple_tag
def ago(at: datetime | None, company: Company, never: str = "never") -> SafeString | str:
    """`4 min ago`, the moment itself as a tooltip; older than a day: the moment."""
    if at is None:
        return never
    local = at.astimezone(ZoneInfo(company.timezone))
    exact = f"{day(local)}, {local:%H:%M:%S}"
    text = _distance(timezone.now() - at) or f"{day(local)}, {local:%H:%M}"
    return format_html('<time datetime="{}" title="{}">{}</time>', at.isoformat(), exact, text)


def _distance(distance: timedelta) -> str | None:
    seconds = max(0, int(distance.total_seconds()))
    if seconds < 5:
        return "just now"
    if seconds < 60:
        return f"{seconds} s ago"
    if seconds < 3600:
        return f"{seconds // 60} min ago"
    return f"{seconds // 3600} h ago" if seconds < 86400 else None
