"""Addresses that keep the query and change a part of it: what chips link to."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import template
from django.http import QueryDict
from django.utils.http import urlencode

register = template.Library()


@register.simple_tag(takes_context=True)
def with_query(context: dict[str, Any], **changed: object) -> str:
    """The query of the page with some values changed; None takes one out."""
    kept = {name: values[-1] for name, values in context["request"].GET.lists() if values}
    kept.pop("seen", None)
    for name, value in changed.items():
        kept.pop(name, None)
        if value is not None:
            kept[name] = value.isoformat() if isinstance(value, date) else str(value)
    return urlencode(kept)


@register.filter
def words(text: str) -> list[str]:
    """The words of a text."""
    return text.split()


@register.filter
def get(query: QueryDict, name: str) -> str:
    """A value of a query by a name that is itself a variable."""
    return query.get(name, "")


@register.filter
def paired(first: Iterable[Any], second: Iterable[Any]) -> list[tuple[Any, Any]]:
    """The items of two lists of one length, side by side."""
    return list(zip(first, second, strict=True))


@register.filter
def under(values: Any, key: Any) -> Any:
    """A value of a mapping by a key that is itself a variable; nothing where it has none."""
    return values.get(key, "")
