"""WooCommerce's REST API v3: what is answered to whom."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import quote

from tests.fakes.store.forms import Forms, only, with_meta
from tests.fakes.store.lists import Orders
from tests.fakes.store.shelf import Json, Shelf
from tests.fakes.store.wire import NO_CACHE, Answer, answer_error, answer_json, no_route

Query = Mapping[str, str]
INVALID_ID = "woocommerce_rest_shop_order_invalid_id"

ORDERBY = ("date", "id", "include", "title", "slug", "modified")
STATUSES = (
    "any", "trash", "auto-draft", "pending", "processing", "on-hold", "completed", "cancelled",
    "refunded", "failed", "checkout-draft",
)  # fmt: skip
FATAL = answer_error("internal_server_error", "There has been a critical error.", 500)
EVERYTHING = "GET, POST, PUT, PATCH, DELETE"


class OrderRoutes:
    """Orders and refunds: reading."""

    def __init__(self, shelf: Shelf, orders: Orders, forms: Forms) -> None:
        self._shelf = shelf
        self._orders = orders
        self._forms = forms
        self.has_short_refunds = True
        self.unreadable: set[int] = set()

    def answer(self, path: str, query: Query) -> Answer:
        """What is below /wp-json/wc/v3/."""
        refused = _unfit(query)
        if refused:
            return self.with_index_link(refused)
        for pattern, handler in self._routes():
            found = re.fullmatch(pattern, path)
            if found:
                return handler(query, *map(int, found.groups()))
        return no_route()

    def _routes(self) -> Iterator[tuple[str, Callable[..., Answer]]]:
        yield "orders", self._list
        yield r"orders/(\d+)", self._one
        yield r"orders/(\d+)/refunds", self._refunds_of
        if self.has_short_refunds:
            yield "refunds", self._refunds

    def _list(self, query: Query) -> Answer:
        found = self._orders.found(query)
        if self._is_fatal(found.ids, query):
            return FATAL
        entries = [entry for each in found.ids if (entry := self._shelf.get(each))]
        rows = [_chosen(self._forms.order(entry), query, keeps_links=False) for entry in entries]
        defaults = {"status[0]": query.get("status", "any"), "dp": "2", "context": "view"}
        return self.listed("orders", rows, found.total, query, defaults if rows else {})

    def _one(self, query: Query, order_id: int) -> Answer:
        entry = self._shelf.get(order_id)
        if entry is None:
            missing = answer_error(INVALID_ID, "Invalid ID.", 404)
            missing.headers["Allow"] = EVERYTHING
            return self.with_index_link(missing)
        if self._is_fatal([order_id], query):
            return FATAL
        order = _chosen(self._forms.order(entry), query, keeps_links=True)
        return self.with_index_link(answer_json(order, Allow=EVERYTHING, Cache_Control=NO_CACHE))

    def _is_fatal(self, ids: Iterable[int], query: Query) -> bool:
        """Whether another plugin fails over a line of one of these orders."""
        fields = query.get("_fields", "")
        return (not fields or "line_items" in fields) and not self.unreadable.isdisjoint(ids)

    def _refunds_of(self, query: Query, order_id: int) -> Answer:
        entry = self._shelf.get(order_id)
        refunds = entry.refunds if entry else []
        form = self._forms.refund
        rows = [form(entry, each, with_parent=False) for each in refunds] if entry else []
        answer = self._page(f"orders/{order_id}/refunds", rows, query)
        answer.headers["Allow"] = "GET, POST"
        return answer

    def _refunds(self, query: Query) -> Answer:
        wanted = [int(each) for each in query.get("include", "").split(",") if each]
        found = self._shelf.refunds(wanted or None)
        rows = [self._forms.refund(entry, each, with_parent=True) for entry, each in found]
        return self._page("refunds", rows[::-1], query)

    def _page(self, path: str, rows: list[Json], query: Query) -> Answer:
        count = int(query.get("per_page", "10"))
        page = max(1, int(query.get("page", "1")))
        start = int(query["offset"]) if "offset" in query else (page - 1) * count
        taken = rows[start : start + count]
        chosen = [_chosen(row, query, keeps_links=False) for row in taken]
        total = len(rows) if taken else 0
        return self.listed(path, chosen, total, query, {"dp": "2"}, allow="GET")

    def listed(
        self,
        path: str,
        rows: list[Any],
        total: int,
        query: Query,
        defaults: Query,
        *,
        allow: str = "GET, POST",
    ) -> Answer:
        """Rows with WordPress's headers about pages."""
        count, page = int(query.get("per_page", "10")), int(query.get("page", "1"))
        pages = -(-total // count)
        given = {**query, **defaults}
        base = f"{self._forms.api}/{path}"
        ways = []
        if page > 1:
            ways.append(_way(base, {**given, "page": str(min(page - 1, pages))}, "prev"))
        if page < pages:
            ways.append(_way(base, {**given, "page": str(page + 1)}, "next"))
        answer = answer_json(rows, Allow=allow, Cache_Control=NO_CACHE)
        answer.headers["X-WP-Total"], answer.headers["X-WP-TotalPages"] = str(total), str(pages)
        if not ways:
            return self.with_index_link(answer)
        answer.headers["Link"] = ", ".join(ways)
        return answer

    def with_index_link(self, answer: Answer) -> Answer:
        """Every answer of WordPress names its index, unless it links pages."""
        answer.headers["Link"] = f'<{self._forms.base}/wp-json/>; rel="https://api.w.org/"'
        return answer


def _chosen(value: Json, query: Query, *, keeps_links: bool) -> Json:
    meta = with_meta(value, filter(None, query.get("include_meta", "").split(",")))
    return only(meta, query.get("_fields", ""), keeps_links=keeps_links)


def _unfit(query: Query) -> Answer | None:
    """WordPress's complaint about a parameter."""
    if not 1 <= int(query.get("per_page", "10")) <= 100:
        says = "per_page must be between 1 (inclusive) and 100 (inclusive)"
        return _complaint("per_page", says, "rest_out_of_bounds")
    if query.get("orderby", "date") not in ORDERBY:
        return _complaint("orderby", f"orderby is not one of {', '.join(ORDERBY)}.")
    for position, status in enumerate(query.get("status", "any").split(",")):
        if status not in STATUSES:
            return _complaint("status", f"status[{position}] is not one of {', '.join(STATUSES)}.")
    return None


def _complaint(name: str, says: str, code: str = "rest_not_in_enum") -> Answer:
    refused = answer_error(
        "rest_invalid_param",
        f"Invalid parameter(s): {name}",
        400,
        params={name: says},
        details={name: {"code": code, "message": says, "data": None}},
    )
    refused.headers["Allow"] = "GET, POST"
    return refused


def _way(base: str, query: Query, relation: str) -> str:
    pairs = "&".join(f"{quote(name, '')}={quote(value, '')}" for name, value in query.items())
    return f'<{base}?{pairs}>; rel="{relation}"'
