"""The edit log of one record, for the page of the record."""

from typing import Any

from django import template
from django.db.models import Model

from ledger.edit_log import edits_of, record_of
from ledger.edit_words import in_words

register = template.Library()

SHOWN = 10


@register.inclusion_tag("ledger/_edit_history.html", takes_context=True)
def edit_history(context: dict[str, Any], row: Model) -> dict[str, Any]:
    """`{% edit_history item %}`: who changed what from → to; the newest, and a way to all."""
    newest = list(edits_of(row)[: SHOWN + 1])
    return {
        "company": context["company"],
        "record": record_of(row),
        "lines": in_words(newest[:SHOWN]),
        "has_more": len(newest) > SHOWN,
    }
