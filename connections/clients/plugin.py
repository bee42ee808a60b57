"""A store by the plugin's signed pull route: orders already reduced, refunds in full.

One request for a page; the sequence is always that of the last change. It has neither webhooks (the
plugin looks after its own) nor customers.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from connections.clients.errors import (
    FailedError,
    StoreError,
    TooLargeError,
    TooSlowError,
    UnexpectedError,
)
from connections.clients.politeness import PageSize
from connections.clients.protocol import (
    DRAFTS,
    Gone,
    Json,
    Note,
    Page,
    Period,
    Place,
    StoreFacts,
    SumsPage,
    Unread,
    Way,
)
from connections.clients.pull_calls import PullCalls
from connections.clients.sequence import id_of
from connections.clients.site_index import SiteIndex, site_index
from connections.clients.sums import sum_of

MOST_IDS = 100


class PluginClient:
    """A `protocol.StoreClient` by the plugin. `page_size` is worth keeping for the next client."""

    way = Way.PLUGIN
    webhooks = None
    customers = None

    def __init__(self, calls: PullCalls, *, page_size: int = PageSize.FIRST) -> None:
        self._calls = calls
        self._size = PageSize(page_size)

    @property
    def page_size(self) -> int:
        """How many orders it asks for at once now."""
        return self._size.size

    def check(self) -> StoreFacts:
        """Find out exactly what is wrong, or else what store it is; two requests."""
        orders = _orders(self._calls.pull({"limit": 1}))
        newest: Mapping[str, Any] = orders[0] if orders else {}
        envelope = newest.get("counterfoil")
        told = envelope if isinstance(envelope, dict) else {}
        index = self._index()
        decimals = told.get("decimals")
        return StoreFacts(
            name=index.name,
            home=str(told.get("home") or index.home),
            way=Way.PLUGIN,
            currency=str(newest.get("currency") or ""),
            decimals=decimals if type(decimals) is int else None,
            timezone=str(told.get("store_timezone") or index.timezone),
            clock_skew=index.clock_skew,
            notes=(Note.DIRTY,) if self._calls.is_dirty else (),
        )

    def changed_orders(self, place: Place, limit: int) -> Page:
        """See `protocol.StoreClient`."""
        return self._page(place, limit, {})

    def orders_created(self, period: Period, place: Place, limit: int) -> Page:
        """See `protocol.StoreClient`; in the sequence of (modified, id)."""
        return self._page(place, limit, _created_in(period))

    def order_sums(self, period: Period, place: Place, limit: int) -> SumsPage:
        """See `protocol.StoreClient`; the plugin has no lighter form than the order."""
        page = self._page(place, limit, _created_in(period))
        sums = [sum_of(order) for order in page.orders]
        return SumsPage(sums, page.next, drafts=page.drafts, unread=page.unread)

    def order(self, order_id: int) -> Json | Gone:
        """See `protocol.StoreClient`."""
        for found in self.orders([order_id]):
            if isinstance(found, Unread):
                raise FailedError(f"order {order_id} cannot be read there")
            return found
        return Gone(order_id, is_draft=True)

    def orders(self, order_ids: Sequence[int]) -> Sequence[Json | Gone | Unread]:
        """See `protocol.StoreClient`."""
        if not order_ids:
            return []
        if len(order_ids) > MOST_IDS:
            raise ValueError(f"more than {MOST_IDS} orders at once")
        answer = self._calls.pull({"ids": ",".join(map(str, order_ids))})
        unread = [Unread(order_id) for order_id in _unread(answer)]
        found = [Gone(id_of(each)) if _is_missing(each) else each for each in _orders(answer)]
        return [*found, *unread]

    def close(self) -> None:
        """Close the connections to the store."""
        self._calls.transport.close()

    def _page(self, place: Place, limit: int, narrowed: Mapping[str, int]) -> Page:
        wanted = {
            "modified_after": max(0, int(place.at.timestamp())),
            "after_id": place.order_id,
            **narrowed,
        }
        answer = self._sized(wanted, limit)
        orders = [each for each in _orders(answer) if not _is_missing(each)]
        kept = [each for each in orders if each.get("status") not in DRAFTS]
        return Page(
            kept,
            _next(answer.get("next"), place),
            drafts=len(orders) - len(kept),
            unread=_unread(answer),
        )

    def _sized(self, wanted: Mapping[str, int], limit: int) -> Json:
        count = max(1, min(limit, self._size.size))
        while True:
            try:
                answer = self._calls.pull({**wanted, "limit": count})
            except (TooSlowError, FailedError):
                self._size.shrink()
                raise
            except TooLargeError:
                self._size.limit()
                if count == 1:
                    raise
                count //= 2
            else:
                self._size.answered(self._calls.last_seconds)
                return answer

    def _index(self) -> SiteIndex:
        """What the site says to anyone; a plugin store works without it."""
        try:
            return site_index(
                self._calls.transport, self._calls.site_url, self._calls.signing.now()
            )
        except StoreError:
            return SiteIndex()


def _created_in(period: Period) -> Mapping[str, int]:
    """The plugin includes both ends."""
    start, end = int(period.start.timestamp()), int(period.end.timestamp())
    return {"created_from": max(1, start), "created_to": max(1, end - 1)}


def _orders(answer: Mapping[str, Any]) -> list[Json]:
    orders = answer["orders"]
    if not all(isinstance(each, dict) for each in orders):
        raise UnexpectedError("no orders where orders should be")
    return list(orders)


def _unread(answer: Mapping[str, Any]) -> tuple[int, ...]:
    """Orders that another plugin's error kept from being read; older plugins name none."""
    named = answer.get("unread") or ()
    if not isinstance(named, list | tuple) or not all(type(each) is int for each in named):
        raise UnexpectedError("the orders that could not be read are not named")
    return tuple(named)


def _is_missing(order: Json) -> bool:
    envelope = order.get("counterfoil")
    return isinstance(envelope, dict) and envelope.get("missing") is True


def _next(told: object, place: Place) -> Place | None:
    """Where the next page begins.

    :raises UnexpectedError: when that is not after the place, and paging would never end.
    """
    if told is None:
        return None
    if isinstance(told, dict):
        modified, order_id = told.get("modified_after"), told.get("after_id")
        if type(modified) is int and type(order_id) is int:
            found = Place(datetime.fromtimestamp(modified, UTC), order_id)
            if found > place:
                return found
    raise UnexpectedError("the plugin's next page is none")
