"""The item of a document's line, for templates."""

from collections.abc import Mapping

from django import template

from ledger.models import Item

register = template.Library()


@register.filter
def at(items: Mapping[int, Item], place: int) -> Item | None:
    """The item of the line at a place (from 0), if it has one."""
    return items.get(place) if items else None
