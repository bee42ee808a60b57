"""How a store is asked, whichever way: by REST keys, or by the plugin's signed route.

Orders come as the store's own JSON (numbers with a fraction as text), each with its refunds in
full: lines, amounts and dates. What a way cannot do is None in the client, not an error later.

**Places.** Changed orders come in the sequence (modified, id), an order created in a period in that
of (created, id) or of (modified, id). A `Place` is the last order that was handed out; the next
page begins after it. It can be kept as text and resumed, by another process too. While somebody
pages, an order that is edited moves to the end of the sequence of changes and comes again: pages
may repeat an order, they never skip one. A store may save an order a moment *after* the time that
it writes on it, so each new round begins some minutes before the place where the last one ended
(`Place.earlier`): what it repeats changes nothing.

**The end** is a page without `next`. It is never concluded from a count that the store claims.

**Drafts**, which are carts and not orders yet (`DRAFTS`), are never in a page; the plugin does not
send them either. The trash is: its orders have the status `trash`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol

from connections.clients.customer_pages import Customers

if TYPE_CHECKING:
    from connections.clients.webhook_plan import OurWebhooks, Repair

Json = Mapping[str, Any]

DRAFTS = frozenset({"checkout-draft", "auto-draft", "draft", "new"})


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """The last order handed out: the time it is sorted by (UTC, whole seconds), and its id.

    `seen` is how many living and how many trashed orders of that second came up to it: a hint that
    saves reading them again, never trusted without proof.
    """

    at: datetime
    order_id: int = 0
    seen: tuple[int, int] = field(default=(0, 0), compare=False)

    @classmethod
    def since(cls, at: datetime) -> "Place":
        """The place before everything of this second."""
        return cls(at.astimezone(UTC).replace(microsecond=0))

    def earlier(self, seconds: float) -> "Place":
        """The place so much before, where the next round begins."""
        return Place.since(self.at - timedelta(seconds=seconds))

    def as_text(self) -> str:
        """To be kept: `2026-11-26T06:25:21|31|2|0`."""
        living, trashed = self.seen
        return f"{self.at:%Y-%m-%dT%H:%M:%S}|{self.order_id}|{living}|{trashed}"

    @classmethod
    def read(cls, text: str) -> "Place":
        """From `as_text`.

        :raises ValueError: when it is none.
        """
        at, *numbers = text.split("|")
        order_id, living, trashed = map(int, numbers)
        return cls(datetime.fromisoformat(at).replace(tzinfo=UTC), order_id, (living, trashed))


BEGINNING = Place(datetime(1990, 1, 1, tzinfo=UTC))


@dataclass(frozen=True, slots=True)
class Period:
    """Orders created from `start` on and before `end`; both UTC in whole seconds."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Page:
    """Orders in sequence; `next` is where to go on, None at the end.

    `total` is what the store says there is: for a progress bar, and for nothing else. `drafts`
    were left out. `unread` are orders that the store itself could not read: another plugin's error,
    which may pass; they have to be asked for again by their ids.
    """

    orders: Sequence[Json]
    next: Place | None
    total: int | None = None
    drafts: int = 0
    unread: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class OrderSum:
    """What a sweep compares of an order. Amounts as the store writes them, `refunded` positive.

    Times are UTC. `refunds` are the refunds' ids with their amounts. What could not be read is ""
    or None.
    """

    order_id: int
    status: str
    currency: str
    total: str
    refunded: str
    refunds: tuple[tuple[int, str], ...]
    created_at: datetime | None
    modified_at: datetime | None


@dataclass(frozen=True, slots=True)
class SumsPage:
    """Sums of orders in sequence, as `Page` has the orders."""

    sums: Sequence[OrderSum]
    next: Place | None
    total: int | None = None
    drafts: int = 0
    unread: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Gone:
    """The store says that it has no such order: deleted for good, or only a draft, a cart."""

    order_id: int
    is_draft: bool = False


@dataclass(frozen=True, slots=True)
class Unread:
    """The store has the order, but could not read it now; see `Page`."""

    order_id: int


class Way(StrEnum):
    """How the credentials reach the store. It is found once, and worth keeping."""

    HEADER = "header"
    QUERY = "query"
    OAUTH = "oauth"
    PLUGIN = "plugin"


class Note(StrEnum):
    """What is odd about a store, though it answers."""

    HEADER_STRIPPED = "header_stripped"
    HIDDEN_TLS = "hidden_tls"
    OTHER_HOME = "other_home"
    CLOCK_DIFFERS = "clock_differs"
    DIRTY = "dirty"
    READ_ONLY = "read_only"

    @property
    def sentence(self) -> str:
        """For people."""
        return _NOTES[self]


_NOTES = {
    Note.HEADER_STRIPPED: "The host removes the Authorization header; the keys go in the query.",
    Note.HIDDEN_TLS: "A proxy hides from WordPress that the store is called by https.",
    Note.OTHER_HOME: "WordPress says that the site has another address.",
    Note.CLOCK_DIFFERS: "The store's clock is more than two minutes off.",
    Note.DIRTY: "Something in the store writes text around its answers, such as PHP notices.",
    Note.READ_ONLY: "The keys may only read, so webhooks cannot be registered.",
}


@dataclass(frozen=True, slots=True)
class StoreFacts:
    """What a check found out. What the store did not tell is empty or None.

    `clock_skew` is its clock less ours in seconds. `may_write` is about webhooks.
    """

    name: str
    home: str
    way: Way
    wc_version: str = ""
    wp_version: str = ""
    currency: str = ""
    decimals: int | None = None
    timezone: str = ""
    may_write: bool | None = None
    clock_skew: int | None = None
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class Webhook:
    """One of the store's webhooks. Its secret and its count of failures the store never tells."""

    webhook_id: int
    topic: str
    status: str
    delivery_url: str
    name: str = ""


class Webhooks(Protocol):
    """The store's webhooks, by keys that may write."""

    def all(self) -> Sequence[Webhook]:
        """Every webhook of the store, foreign ones too."""
        ...

    def repair(
        self, ours: "OurWebhooks", *, renews_secret: bool = False, wakes_paused: bool = False
    ) -> "Repair":
        """One active webhook for each of our topics, delivering to our address; no other's touched.

        Nobody can read which secret they have. The count of failures stays in the store.

        :raises PermissionMissingError: when something is to be done, and the keys may only read.
        """
        ...


class StoreClient(Protocol):
    """A store that can be asked. Every method may raise `clients.errors.StoreError`.

    One client serves one thread. `webhooks` and `customers` are None where the way has none.
    """

    @property
    def way(self) -> Way | None:
        """How the credentials got through last, to begin with it next time."""
        ...

    @property
    def page_size(self) -> int:
        """How many orders the store bears at once, to begin with it next time."""
        ...

    @property
    def webhooks(self) -> Webhooks | None:
        """The store's webhooks."""
        ...

    @property
    def customers(self) -> Customers | None:
        """The store's customers."""
        ...

    def check(self) -> StoreFacts:
        """Find out exactly what is wrong, or else what store it is. A few requests."""
        ...

    def changed_orders(self, place: Place, limit: int) -> Page:
        """Orders changed since a place, the trash included, at most `limit` or a few more.

        Deleted orders, deleted refunds, and edits that move no time are not among them.
        """
        ...

    def orders_created(self, period: Period, place: Place, limit: int) -> Page:
        """Orders created in a period, the trash included; the first page from `BEGINNING`."""
        ...

    def order_sums(self, period: Period, place: Place, limit: int) -> SumsPage:
        """The same orders, light: for the sweep."""
        ...

    def order(self, order_id: int) -> Json | Gone:
        """One order as it is now, from the trash too.

        :raises FailedError: when the store could not read it.
        """
        ...

    def orders(self, order_ids: Sequence[int]) -> Sequence[Json | Gone | Unread]:
        """Many orders as they are now; at most a hundred. Drafts are left out."""
        ...

    def close(self) -> None:
        """Close the connections to the store."""
        ...
