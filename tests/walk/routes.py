"""The addresses that the URLs name, each with what stands in it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver

OTHER_THINGS = {
    "reverse_voucher": {"voucher_id": "receipt_id"},
    "withdraw_answer": {"order_id": "answered_order_id"},
}
"""Where an address takes another thing than its neighbours: a voucher that a person entered, the
order that a person gave an answer about."""


@dataclass(frozen=True)
class Route:
    """An address of the site: `c/<int:company_id>/stores/`."""

    name: str
    path: str

    @property
    def parameters(self) -> list[str]:
        """The names of its ids."""
        return re.findall(r"<\w+:(\w+)>", self.path)

    @property
    def things(self) -> list[str]:
        """What has to stand in it, one for each parameter."""
        others = OTHER_THINGS.get(self.name, {})
        return [others.get(name, name) for name in self.parameters]

    def address(self, things: Mapping[str, object]) -> str:
        """The address of these things; a new kind of thing has to be made in everything.py."""
        for name in self.things:
            assert name in things, f"make a {name} in tests/walk/everything.py, for {self.path}"
        named = iter(self.things)
        return "/" + re.sub(r"<\w+:\w+>", lambda _: str(things[next(named)]), self.path)


def routes() -> list[Route]:
    """All but those of Django's admin."""
    return list(_walk(get_resolver().url_patterns, ""))


def _walk(patterns: list[URLPattern | URLResolver], above: str) -> Iterator[Route]:
    for each in patterns:
        path = above + str(each.pattern)
        if isinstance(each, URLPattern):
            yield Route(each.name or path, path)
        elif each.app_name != "admin":
            yield from _walk(each.url_patterns, path)


OF_COMPANY = [route for route in routes() if "company_id" in route.parameters]
"""What stands below a company."""
