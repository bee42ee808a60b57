"""A store's registered customers, page by page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class CustomersPage:
    """Registered customers by id, as the store's JSON; `next` is the next page, None at the end."""

    customers: Sequence[Json]
    next: int | None


class Customers(Protocol):
    """The store's registered customers, page by page: for people to look at and choose from."""

    def page(self, number: int) -> CustomersPage:
        """A page; the first is 1. One deleted meanwhile moves those after it up."""
        ...
