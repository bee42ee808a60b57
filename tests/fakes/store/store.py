"""FakeStore: a WooCommerce store on loopback that remembers, changes, and misbehaves on demand.

It speaks REST v3 and the plugin's pull route over real HTTP. The recordings of a real store in
tests/recordings hold it to the truth (tests/contract).
"""

from collections.abc import Callable
from datetime import UTC
from email.utils import format_datetime
from pathlib import Path
from threading import Event, Lock
from typing import Self

from tests.fakes.store import misdeeds, sayings
from tests.fakes.store.authorise import Authorise
from tests.fakes.store.clock import Clock
from tests.fakes.store.faults import Faults, House
from tests.fakes.store.forms import Forms
from tests.fakes.store.gate import Gate
from tests.fakes.store.hook_routes import HookRoutes
from tests.fakes.store.hooks import Hooks, Post
from tests.fakes.store.life import Life
from tests.fakes.store.lists import Orders
from tests.fakes.store.posting import post
from tests.fakes.store.pull import ROUTE, Pull
from tests.fakes.store.routes import OrderRoutes
from tests.fakes.store.server import Server
from tests.fakes.store.shelf import Json, Shelf
from tests.fakes.store.wire import Answer, Request, answer_error, answer_page, no_route

KEY = "ck_" + "1a" * 20
SECRET = "cs_" + "2b" * 20
PLUGIN_SECRET = "plugin-secret"
API = "/wp-json/wc/v3/"


class FakeStore:
    """A store. `life` is what happens in it, `house` how it is set up, `faults` what goes wrong.

    `requests` are all that came; `before_answering` is called at each. With a certificate it speaks
    TLS; `name` is the host in its own addresses.
    """

    def __init__(
        self,
        *,
        clock: Clock | None = None,
        certificate: Path | None = None,
        zone: str = "Asia/Kolkata",
        name: str = "127.0.0.1",
        deliver: Post = post,
    ) -> None:
        self.clock = clock or Clock()
        self.house = House(secret=PLUGIN_SECRET)
        self.faults = Faults()
        self.requests: list[Request] = []
        self.before_answering: Callable[[], None] = lambda: None
        self.let_go = Event()
        self._lock = Lock()
        self._server = Server(self._serve, certificate)
        scheme = "https" if certificate else "http"
        self.url = f"{scheme}://{name}:{self._server.port}"
        self.shelf = Shelf()
        self.forms = Forms(self.url, zone)
        self.hooks = Hooks(self.url, self.clock, deliver)
        self.life = Life(self.shelf, self.forms, self.hooks, self.clock)
        self._lists = Orders(self.shelf, self.forms.zone)
        self._routes = OrderRoutes(self.shelf, self._lists, self.forms)
        self._hook_routes = HookRoutes(self.hooks, self.forms, self._routes)
        self._pull = Pull(self.shelf, self.forms, self.house, self.clock)
        self.authorise = Authorise(KEY, SECRET)
        self._gate = Gate(KEY, SECRET, self.house, self.clock, set())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Stop the server; whoever is held is let go."""
        self.let_go.set()
        self._server.close()

    @property
    def port(self) -> int:
        """Where it listens."""
        return self._server.port

    def _serve(self, request: Request) -> Answer:
        with self._lock:
            self.requests.append(request)
            fault = self.faults.drawn()
        granted = self.authorise.answer(request)  # it calls us back, who call it meanwhile
        if granted:
            return granted
        answer = misdeeds.instead(fault, self.house, self.let_go) if fault else None
        if answer is None:
            with self._lock:
                self.before_answering()
                answer = self._true(request)
            answer = misdeeds.spoilt(fault, answer) if fault else answer
        answer.headers["Date"] = format_datetime(self.clock().astimezone(UTC), usegmt=True)
        return answer

    def _true(self, request: Request) -> Answer:
        if self.house.redirects_to:
            return answer_page("", 301, Location=self.house.redirects_to + request.target)
        if self.house.has_plugin and request.query.get("wc-api") == "counterfoil":
            return self._pull.answer(request)
        route = self._route(request)
        if route is None:
            link = f'<{self.url}/wp-json/>; rel="https://api.w.org/"'
            is_home = request.path == "/"
            return answer_page("<!DOCTYPE html><p>A shop</p>", 200 if is_home else 404, Link=link)
        return self._rest(request, route)

    def _route(self, request: Request) -> str | None:
        """The REST route, or None for the site's pages."""
        if "rest_route" in request.query:
            return request.query["rest_route"]
        is_rest = request.path.startswith("/wp-json") and not self.house.has_plain_permalinks
        return request.path.removeprefix("/wp-json") if is_rest else None

    def _rest(self, request: Request, route: str) -> Answer:
        if self.house.is_rest_locked:
            return answer_error("rest_not_logged_in", "You are not currently logged in.", 401)
        if route.strip("/") == "":
            if self.house.is_locked_to_visitors:  # keys count from /wc/ on
                return answer_error("rest_not_logged_in", "You are not currently logged in.", 401)
            return sayings.index(self.house, self.forms, request.query)
        if route == ROUTE and self.house.has_plugin:
            return self._pull.answer(request)
        if not route.startswith("/wc/v3/") or not self.house.has_woocommerce:
            return no_route()
        is_seen = "rest_route" not in request.query  # WooCommerce looks for wp-json/wc/ in the URL
        refusal = self._gate.refusal(request, self.url) if is_seen else None
        return refusal or self._api(request, request.path)

    def _api(self, request: Request, path: str) -> Answer:
        below = path.removeprefix(API)
        self._lists.page_cap = self.house.page_cap
        self._routes.has_short_refunds = self.house.has_short_refunds
        self._routes.unreadable = self.house.unreadable
        if below.startswith("webhooks"):
            return self._hook_routes.answer(request, below)
        said = sayings.said(below, request.query, self.house, self._routes)
        return said or self._routes.answer(below, request.query)

    def run_queue(self) -> int:
        """Deliver the webhooks that wait, with the bodies of now; how many."""
        return self.hooks.run(self._payload)

    def _payload(self, topic: str, order_id: int) -> Json:
        entry = self.shelf.get(order_id)
        if topic == "order.deleted":
            return {"id": order_id}
        if entry is None:
            code = "woocommerce_rest_shop_order_invalid_id"
            return {"code": code, "message": "Invalid ID.", "data": {"status": 404}}
        return self.forms.order(entry)
