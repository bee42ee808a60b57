"""How the sales register's filter is written into addresses."""

from django import template

from ledger.reports.supplies import Rate
from sync.books import report_forms

register = template.Library()


@register.filter
def rate_text(rate: Rate) -> str:
    """A column of the register as its filter takes it."""
    return report_forms.rate_text(rate)
