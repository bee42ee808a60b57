"""The plugin's side: the signed pull route, worked out on its own from the plugin's PHP."""

import base64
import hmac
import re
from bisect import bisect_right
from collections.abc import Callable
from datetime import UTC, datetime
from heapq import merge
from itertools import islice
from urllib.parse import quote

from tests.fakes.store.faults import House
from tests.fakes.store.forms import Forms
from tests.fakes.store.shelf import Entry, Json, Shelf, gmt
from tests.fakes.store.wire import Answer, Request, answer_json

ROUTE = "/counterfoil/v1/orders"
TOLERANCE = 300
_DRAFTS = ("checkout-draft", "auto-draft")
_REDUCED = (
    "id", "number", "status", "currency", "prices_include_tax", "date_created_gmt",
    "date_modified_gmt", "date_paid_gmt", "date_completed_gmt", "total", "total_tax",
    "discount_total", "discount_tax", "shipping_total", "shipping_tax", "cart_tax",
    "line_items", "shipping_lines", "fee_lines", "tax_lines",
)  # fmt: skip
_NUMBERS = ("timestamp", "modified_after", "after_id", "limit", "created_from", "created_to")


class Pull:
    """Answers what the server asks of the plugin."""

    def __init__(
        self, shelf: Shelf, forms: Forms, house: House, clock: Callable[[], datetime]
    ) -> None:
        self._shelf = shelf
        self._forms = forms
        self._house = house
        self._clock = clock

    def answer(self, request: Request) -> Answer:
        """A page of orders, or a refusal in the plugin's form."""
        query = {name: text for name, text in request.query.items() if name not in _LEADING}
        if request.headers.get("x-counterfoil-signature") != self._signature(query):
            return _refused(401, "unauthentic", "The signature is missing or wrong.")
        if not self._house.is_paired:
            return _refused(401, "unpaired", "This site is not paired.")
        numbers = {name: query.get(name, "50" if name == "limit" else "0") for name in _NUMBERS}
        if not all(re.fullmatch("[0-9]{1,12}", text) for text in numbers.values()):
            return _refused(400, "unreadable", "A field is not a whole number.")
        wanted = {name: int(text) for name, text in numbers.items()}
        if abs(self._clock().timestamp() - wanted["timestamp"]) > TOLERANCE:
            return _refused(401, "clock", "…", store_time=f"{gmt(self._clock())}Z")
        if "ids" in query:
            return self._these([int(each) for each in query["ids"].split(",")])
        return self._page(wanted)

    def _signature(self, query: dict[str, str]) -> str:
        joined = "&".join(f"{quote(name, '~')}={quote(query[name], '~')}" for name in sorted(query))
        text = f"{ROUTE}?{joined}".encode()
        return base64.b64encode(
            hmac.new(self._house.secret.encode(), text, "sha256").digest()
        ).decode()

    def _page(self, wanted: dict[str, int]) -> Answer:
        limit = max(1, min(100, wanted["limit"]))
        after = (datetime.fromtimestamp(wanted["modified_after"], UTC), wanted["after_id"])
        both = (self._shelf.sequence("modified", trashed=each) for each in (False, True))
        keys = merge(*(islice(keys, bisect_right(keys, after), None) for keys in both))
        entries = (entry for _, order_id in keys if (entry := self._shelf.get(order_id)))
        fit = list(islice((each for each in entries if self._fits(each, wanted)), limit))
        last = fit[-1] if len(fit) == limit else None
        place = last and {
            "modified_after": int(last.modified.timestamp()),
            "after_id": last.order_id,
        }
        return _sent({"next": place, **self._read(fit)})

    def _fits(self, entry: Entry, wanted: dict[str, int]) -> bool:
        created = entry.created.timestamp()
        until = wanted["created_to"] or created
        return entry.status not in _DRAFTS and wanted["created_from"] <= created <= until

    def _these(self, ids: list[int]) -> Answer:
        found = [entry for order_id in ids if (entry := self._shelf.get(order_id))]
        there = {entry.order_id for entry in found}
        missing = {**self._envelope(), "missing": True}
        read = self._read([entry for entry in found if entry.status not in _DRAFTS])
        read["orders"] += [
            {"id": order_id, "counterfoil": missing} for order_id in ids if order_id not in there
        ]
        return _sent({"next": None, **read})

    def _read(self, entries: list[Entry]) -> Json:
        """Some orders, and which of them another plugin keeps from being read."""
        unread = [each.order_id for each in entries if each.order_id in self._house.unreadable]
        orders = [self._order(each) for each in entries if each.order_id not in unread]
        return {"orders": orders, "unread": unread}

    def _order(self, entry: Entry) -> Json:
        order = self._forms.order(entry)
        billing, shipping = order["billing"], order["shipping"]
        names = ("first_name", "last_name", "state", "country")
        return {
            **{name: order[name] for name in _REDUCED},
            "billing": {name: billing[name] for name in names},
            "shipping": {name: shipping[name] for name in ("state", "country")},
            "refunds": sorted(map(_reduced_refund, entry.refunds), key=lambda each: each["id"]),
            "counterfoil": self._envelope(),
        }

    def _envelope(self) -> Json:
        return {
            "schema": 1,
            "built_at": f"{gmt(self._clock())}.000000Z",
            "plugin": "1.0.0",
            "home": self._forms.base,
            "store_timezone": str(self._forms.zone),
            "prices_include_tax": False,
            "decimals": 2,
        }


_LEADING = ("rest_route", "wc-api")


def _reduced_refund(refund: Json) -> Json:
    names = ("id", "date_created_gmt", "amount", "line_items", "shipping_lines", "fee_lines")
    return {name: refund[name] for name in names}


def _sent(value: Json) -> Answer:
    return answer_json(value, Cache_Control="no-store")


def _refused(status: int, code: str, message: str, **more: str) -> Answer:
    error = {"code": code, "message": message, **more}
    return answer_json({"error": error}, status, Cache_Control="no-store")
