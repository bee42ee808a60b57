"""A store by REST keys: WooCommerce's API v3.

Requests: two for a page of orders (living, trashed), one more for every hundred refunds in it, two
for a round that finds nothing. See docs/clients.md for the sums.
"""

from collections.abc import Collection, Iterator, Sequence

from connections.clients import diagnosis, fields
from connections.clients.errors import FailedError, UnexpectedError
from connections.clients.listing import (
    BY_CHANGE,
    LIVING,
    TRASHED,
    Listing,
    Sorting,
    by_creation,
)
from connections.clients.politeness import PageSize
from connections.clients.protocol import (
    DRAFTS,
    Gone,
    Json,
    Page,
    Period,
    Place,
    StoreFacts,
    SumsPage,
    Unread,
    Way,
)
from connections.clients.refunds import Refunds
from connections.clients.refusals import GONE, code_of
from connections.clients.rest_calls import RestCalls
from connections.clients.rest_customers import RestCustomers
from connections.clients.rest_webhooks import RestWebhooks
from connections.clients.sums import sum_of

MOST_IDS = 100
_SUM_FIELDS = {"_fields": ",".join(fields.SUM)}


class RestClient:
    """A `protocol.StoreClient` by REST keys.

    `gstin_fields` are the meta keys that may hold a buyer's GSTIN; contact details are asked for
    only with `shares_contact`. `page_size` and `way` are worth keeping for the next client.
    """

    def __init__(
        self,
        calls: RestCalls,
        *,
        gstin_fields: Collection[str] = (),
        shares_contact: bool = False,
        page_size: int = PageSize.FIRST,
    ) -> None:
        self._calls = calls
        self._size = PageSize(page_size)
        self._listing = Listing(calls, self._size)
        self._fields = fields.order_parameters(gstin_fields, shares_contact=shares_contact)
        self._refunds = Refunds(calls, self._alive)
        self.webhooks = RestWebhooks(calls)
        self.customers = RestCustomers(calls)

    @property
    def page_size(self) -> int:
        """How many orders it asks for at once now."""
        return self._size.size

    @property
    def way(self) -> Way | None:
        """How the keys got through last."""
        return self._calls.way

    def check(self) -> StoreFacts:
        """Find out exactly what is wrong, or else what store it is; five to eight requests."""
        return diagnosis.check(self._calls)

    def changed_orders(self, place: Place, limit: int) -> Page:
        """See `protocol.StoreClient`."""
        return self._page(BY_CHANGE, place, limit)

    def orders_created(self, period: Period, place: Place, limit: int) -> Page:
        """See `protocol.StoreClient`; in the sequence of (created, id)."""
        return self._page(by_creation(period), place, limit)

    def order_sums(self, period: Period, place: Place, limit: int) -> SumsPage:
        """See `protocol.StoreClient`; two requests for a hundred orders."""
        listed = self._listing.page(by_creation(period), place, limit, _SUM_FIELDS)
        sums = [sum_of(row) for row in listed.rows]
        return SumsPage(sums, listed.next, listed.total, listed.drafts)

    def order(self, order_id: int) -> Json | Gone:
        """See `protocol.StoreClient`; one request, two if it has refunds."""
        found = self._alive(order_id)
        if found and _is_draft(found):
            return Gone(order_id, is_draft=True)
        filled = self._refunds.filled_in([found]) if found else []
        return filled[0] if filled else Gone(order_id)

    def orders(self, order_ids: Sequence[int]) -> Sequence[Json | Gone | Unread]:
        """See `protocol.StoreClient`. That an order is gone is asked for one by one."""
        if not order_ids:
            return []
        if len(order_ids) > MOST_IDS:
            raise ValueError(f"more than {MOST_IDS} orders at once")
        found = {row["id"]: row for row in self._included(order_ids)}
        missing = [order_id for order_id in order_ids if order_id not in found]
        found |= {order_id: row for order_id in missing if (row := self._alive(order_id))}
        filled = {row["id"]: row for row in self._refunds.filled_in(list(found.values()))}
        wanted = (filled.get(order_id, Gone(order_id)) for order_id in dict.fromkeys(order_ids))
        return [each for each in wanted if isinstance(each, Gone) or not _is_draft(each)]

    def close(self) -> None:
        """Close the connections to the store."""
        self._calls.transport.close()

    def _included(self, order_ids: Sequence[int]) -> Iterator[Json]:
        for start in range(0, len(order_ids), self._size.size):
            part = order_ids[start : start + self._size.size]
            for status in (LIVING, TRASHED):
                include = ",".join(map(str, part))
                asked = {"include": include, "status": status, **self._fields}
                yield from self._listing.rows(asked, 0, len(part)).rows

    def _alive(self, order_id: int) -> Json | None:
        """An order with its refunds in short; None only if the store says that it has none."""
        query = "&".join(f"{name}={value}" for name, value in self._fields.items())
        answer = self._calls.answered("GET", f"orders/{order_id}?{query}")
        if answer.status == 404 and code_of(answer) == GONE:
            return None
        found = self._calls.read(answer).value
        if not isinstance(found, dict) or found.get("id") != order_id:
            raise UnexpectedError("no order where an order should be")
        return found

    def _page(self, sorting: Sorting, place: Place, limit: int) -> Page:
        asked_for = self._size.size
        try:
            listed = self._listing.page(sorting, place, limit, self._fields)
            filled = self._refunds.filled_in(listed.rows)
        except FailedError:
            if asked_for > PageSize.LEAST:
                raise
            return self._one_by_one(sorting, place, min(limit, PageSize.LEAST))
        return Page(filled, listed.next, listed.total, listed.drafts)

    def _one_by_one(self, sorting: Sorting, place: Place, limit: int) -> Page:
        """Find the orders over which a whole page fails, though the store is up.

        :raises FailedError: when the store does not even list the ids, so that it is down.
        """
        listed = self._listing.page(sorting, place, limit, _SUM_FIELDS)
        orders, unread = list[Json](), list[int]()
        for row in listed.rows:
            try:
                found = self.order(row["id"])
            except FailedError:
                unread.append(row["id"])
                continue
            if not isinstance(found, Gone):
                orders.append(found)
        return Page(orders, listed.next, listed.total, listed.drafts, tuple(unread))


def _is_draft(order: Json) -> bool:
    return order.get("status") in DRAFTS
