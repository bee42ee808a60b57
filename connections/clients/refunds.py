"""Refunds in full. An order's JSON has only their ids, reasons and amounts.

Since WooCommerce 9.0 `/refunds?include=…` gives a hundred refunds of any orders at once; before,
and for whatever is missing there, each order is asked for its own. So a page of a hundred orders
costs one request more for every hundred refunds, and with an older WooCommerce one for every order
that has any.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from connections.clients.errors import WooCommerceMissingError
from connections.clients.fields import REFUND
from connections.clients.listing import rows_of
from connections.clients.refusals import code_of
from connections.clients.rest_calls import RestCalls

AT_ONCE = 100
Json = Mapping[str, Any]


class Refunds:
    """Fills in refunds; remembers whether the store has the short way.

    `read_again` reads an order anew, None where it is gone.
    """

    def __init__(self, calls: RestCalls, read_again: Callable[[int], Json | None]) -> None:
        self._calls = calls
        self._read_again = read_again
        self._has_short_way = True

    def filled_in(self, orders: Sequence[Json]) -> list[Json]:
        """The orders with their refunds in full, sorted by id.

        An order that loses a refund while it is read is read again, and left out where it is gone.

        :raises StoreError: when they cannot be asked for.
        """
        wanted = [refund_id for order in orders for refund_id in refund_ids(order)]
        known = self._by_id(wanted) if wanted and self._has_short_way else {}
        filled = (self._with_refunds(order, known) for order in orders)
        return [order for order in filled if order is not None]

    def _with_refunds(self, order: Json, known: Mapping[int, Json]) -> Json | None:
        ids = refund_ids(order)
        if not isinstance(order.get("refunds"), list) or len(ids) != len(order["refunds"]):
            return order  # nobody can read that: it is the inbox's to say so, of this order alone
        if all(refund_id in known for refund_id in ids):
            return {**order, "refunds": [known[refund_id] for refund_id in sorted(ids)]}
        own = self._of_order(order["id"])
        if {refund["id"] for refund in own} >= set(ids):
            return {**order, "refunds": own}
        fresh = self._read_again(order["id"])
        return fresh and {**fresh, "refunds": own}

    def _by_id(self, ids: Sequence[int]) -> dict[int, Json]:
        try:
            return {row["id"]: row for part in _parts(ids) for row in self._these(part)}
        except WooCommerceMissingError:  # the route does not exist: older than 9.0
            self._has_short_way = False
            return {}

    def _these(self, ids: Sequence[int]) -> list[Json]:
        include = ",".join(map(str, ids))
        asked = {"include": include, "per_page": AT_ONCE, "_fields": ",".join(REFUND)}
        return rows_of(self._calls.get("refunds", asked))

    def _of_order(self, order_id: int) -> list[Json]:
        query = f"per_page={AT_ONCE}&orderby=id&order=asc&_fields={','.join(REFUND)}"
        found: list[Json] = []
        while True:
            rows = self._page_of_order(order_id, f"{query}&offset={len(found)}")
            found += rows
            if len(rows) < AT_ONCE:
                return sorted(found, key=lambda refund: int(refund["id"]))

    def _page_of_order(self, order_id: int, query: str) -> list[Json]:
        answer = self._calls.answered("GET", f"orders/{order_id}/refunds?{query}")
        if code_of(answer) == "woocommerce_rest_invalid_order_id":
            return []  # gone; newer versions say [] themselves
        return rows_of(self._calls.read(answer))


def refund_ids(order: Json) -> list[int]:
    """The ids of an order's refunds; none where they cannot be read."""
    refunds = order.get("refunds")
    rows = [each for each in refunds if isinstance(each, dict)] if isinstance(refunds, list) else []
    return [each["id"] for each in rows if type(each.get("id")) is int]


def _parts(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), AT_ONCE):
        yield ids[start : start + AT_ONCE]
