"""Every page of a company with 100,000 vouchers: its time and queries, also against small books.

The addresses come from the URLs themselves, so that a new page is measured without a word here.
"""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from bench import timing
from bench.database import database_in_use, settle
from bench.goals import Measured
from bench.history import grow
from bench.orders import Json, catalogue, order
from config.embedded import Server

if TYPE_CHECKING:
    from django.test import Client
    from django.urls import URLPattern, URLResolver

    from bench.stores import Store

SIZES = {"few": 1_500, "many": 100_000}
SEED = 1_000
REFUNDED = 200
WAITING = {"few": 20, "many": 3_000}
DRAFTS = {"few": 20, "many": 2_000}
ITEMS = {"few": 100, "many": 20_000}
FIRST_ITEM = 700
CUSTOMERS = {"few": 100, "many": 20_000}
READS = 5
YEAR = "date_from=2026-04-01&date_to=2027-03-31"
MORE = (
    f"day-book/?{YEAR}&type=sales",
    f"day-book/?{YEAR}&type=credit_note",
    f"day-book/?{YEAR}&flag=unmapped_sku",
    f"reports/?{YEAR}",
    f"reports/profit-and-loss/?{YEAR}",
    f"reports/sales-register/?{YEAR}",
    f"reports/sales-register/?{YEAR}&b2b=b2b",
    "orders/?state=waiting",
    "orders/?q=777",
    "orders/?q=Meera",
    "search/?q=777",
    "customers/?q=Meera 77",
    "customers/?q=98000 00077",
    "search/?q=Meera",
    "search/?q=SKU-0007",
)
"""What is asked of the heavy pages besides their bare address."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What a page took in each round, in milliseconds, and how many queries."""

    times: list[float]
    queries: int

    @property
    def fewest(self) -> float:
        """What else goes on beside it never makes a page faster: so this is the page's own."""
        return min(self.times)


@dataclass(frozen=True, slots=True)
class Books:
    """A database with a company in it, and a browser that is logged in."""

    database: str
    client: "Client"
    addresses: dict[str, str]


def measure(server: Server) -> list[Measured]:
    """Read every page of two companies in turns: one has few vouchers, one has many."""
    few, many = (_books(server, size) for size in SIZES)
    costs = {
        page: _in_turns(server, few, many, page) for page in many.addresses if page in few.addresses
    }
    for line in _table(costs):
        say(line)
    slowest = max(costs, key=lambda page: costs[page][1].fewest)
    grown = max(costs, key=lambda page: _growth(*costs[page]).median)
    busiest = max(costs, key=lambda page: costs[page][1].queries)
    more = [page for page, (less, own) in costs.items() if own.queries > less.queries]
    return [
        _one("pages-slowest", costs[slowest][1].fewest, f"{slowest}; {len(costs)} pages"),
        Measured("pages-growth", _growth(*costs[grown]), grown),
        _one("pages-queries", costs[busiest][1].queries, busiest),
        _one("pages-more-queries", len(more), ", ".join(more) or "none"),
    ]


def _one(key: str, value: float, note: str) -> Measured:
    return Measured(key, timing.spread([value]), note)


def _growth(few: Cost, many: Cost) -> timing.Spread:
    return timing.ratios(few.times, many.times)


def _table(costs: dict[str, tuple[Cost, Cost]]) -> Iterator[str]:
    yield f"{'fewest':>7} {'middle':>7} {'queries':>8} {'× few':>7}  page"
    for page in sorted(costs, key=lambda page: -costs[page][1].fewest):
        few, many = costs[page]
        middle, growth = timing.spread(many.times).median, _growth(few, many).median
        yield f"{many.fewest:7.1f} {middle:7.1f} {many.queries:8} {growth:7.2f}  {page}"


# The companies -----------------------------------------------------------------------------------


def _books(server: Server, size: str) -> Books:
    from bench.stores import open_store

    name = f"pages_{size}"
    with database_in_use(server, name):
        store = open_store()
        _book(store, [*_orders(1, SEED), *_orders(1, REFUNDED, change=_refund)])
    grow(server, name, store.company_id, SIZES[size])
    with database_in_use(server, name):
        _book(store, _orders(5_000_000, WAITING[size], change=_in_dollars))
        _book(store, _orders(6_000_000, DRAFTS[size], change=_on_hold))
        _masters(store, ITEMS[size])
        _customers(store, CUSTOMERS[size])
    settle(server, name)
    with database_in_use(server, name):
        return _opened(store, name)


def _orders(
    first_id: int, count: int, change: Callable[[Json], None] | None = None
) -> Iterator[bytes]:
    products = catalogue()
    for order_id in range(first_id, first_id + count):
        made = order(order_id, products)
        if change:
            change(made)
        yield json.dumps(made).encode()


def _refund(made: Json) -> None:
    made["refunds"] = [{"id": made["id"] * 20 + 19, "reason": "Torn", "total": "-10.00"}]
    made["date_modified_gmt"] = "2026-11-20T10:00:00"


def _in_dollars(made: Json) -> None:
    made["currency"] = "USD"


def _on_hold(made: Json) -> None:
    made["status"] = "on-hold"


def _book(store: "Store", bodies: Any) -> None:
    from bench.stores import deliver
    from sync.booking import pipeline

    deliver(store, bodies)
    pipeline.drain(store.connection.pk)


def _masters(store: "Store", count: int) -> None:
    """Items by the thousand, each with its line in the edit log, a party each hundredth.

    Numbered from where also few items answer the questions in `MORE`: no match asks less.
    """
    from ledger.models import Item, Party

    company = store.company_id
    Item.objects.bulk_create(
        (
            Item(company_id=company, sku=f"I-{n}", name=f"Item {n}")
            for n in range(FIRST_ITEM, FIRST_ITEM + count)
        ),
        batch_size=2_000,
    )
    Party.objects.bulk_create(
        Party(company_id=company, name=f"Meera {n}", state="27") for n in range(count // 100)
    )


def _customers(store: "Store", count: int) -> None:
    """Customers with an order each where there are so many; every hundredth has a double."""
    from datetime import timedelta

    from sync.core.people import Person
    from sync.customers.following import keep_buyers
    from sync.models import Order

    now = datetime.now(UTC)
    orders = Order.objects.filter(connection=store.connection).order_by("order_id")
    ids = orders.values_list("order_id", flat=True)[:count]
    people = {
        order_id: Person(
            email=f"buyer{n}@example.in",
            name=f"Meera {n}",
            phone=f"98{n - n % 100 if n % 100 == 1 else n:08}",
            billing={"postcode": f"4{n % 100_000:05}", "city": "Pune"},
            told_at=now - timedelta(minutes=n),
        )
        for n, order_id in enumerate(ids)
    }
    keep_buyers(store.connection, people, now)


# The pages ---------------------------------------------------------------------------------------


def _opened(store: "Store", database: str) -> Books:
    from django.test import Client

    from ledger.models import Membership

    client = Client(SERVER_NAME="127.0.0.1")
    owner = Membership.objects.get(company_id=store.company_id).user
    client.force_login(owner, "django.contrib.auth.backends.ModelBackend")
    addresses = dict(_addresses(store, owner))
    return Books(database, client, {p: a for p, a in addresses.items() if _is_page(client, a)})


def _addresses(store: "Store", owner: Any) -> Iterator[tuple[str, str]]:
    """Each page's pattern, and its address in this company."""
    from django.urls import get_resolver

    ids = _ids(store, owner)
    paths = _paths(get_resolver().url_patterns, "")
    for path in (each for each in paths if each.startswith(("c/", "you/"))):
        names = re.findall(r"<\w+:(\w+)>", path)
        if all(name in ids for name in names) and not path.endswith((".csv", ".xlsx", ".pdf")):
            page = re.sub(r"<\w+:(\w+)>", lambda found: found[1], path)
            yield page, "/" + re.sub(r"<\w+:(\w+)>", lambda found: str(ids[found[1]]), path)
    for more in MORE:
        yield f"c/company_id/{more}", f"/c/{store.company_id}/{more}"
    debtors = f"accounts/{ids['debtors']}/?{YEAR}"
    yield f"c/company_id/accounts/debtors/?{YEAR}", f"/c/{store.company_id}/{debtors}"


def _paths(patterns: Sequence["URLPattern | URLResolver"], above: str) -> Iterator[str]:
    from django.urls import URLPattern

    for each in patterns:
        path = above + str(each.pattern)
        if isinstance(each, URLPattern):
            yield path
        elif each.app_name != "admin":
            yield from _paths(each.url_patterns, path)


def _ids(store: "Store", owner: Any) -> dict[str, object]:
    """One of everything: a sale with a note, an order that waits, a draft, an account."""
    from ledger import tokens
    from ledger.models import Account, ApiToken, Item, Membership, Party, Voucher
    from ledger.papers.typesetting import Copy
    from sync.books.downloads import ask_for_documents
    from sync.models import Customer, OrderDocument, OrderDraft

    company = store.connection.company
    note = Voucher.objects.filter(company=company, against__isnull=False).latest("date", "id")
    document = OrderDocument.objects.filter(company=company, voucher=note).get()
    accounts = Account.objects.filter(company=company)
    tokens.issue(owner, company=company)
    asked = ask_for_documents(company, owner, [note.pk], copy=Copy.ORIGINAL, now=datetime.now(UTC))
    return {
        "company_id": company.pk,
        "connection_id": store.connection.pk,
        "order_id": document.order_id,
        "voucher_id": note.pk,
        "draft_id": OrderDraft.objects.filter(company=company)[0].draft_id,
        "account_id": accounts.get(key="round_off").pk,
        "debtors": accounts.get(key="debtors").pk,
        "membership_id": Membership.objects.get(company=company).pk,
        "token_id": ApiToken.objects.filter(company=company)[0].pk,
        "download_id": asked.pk,
        "kind": "journal",
        "item_id": Item.objects.filter(company=company).latest("pk").pk,
        "party_id": Party.objects.filter(company=company, is_pseudo=False).latest("pk").pk,
        "customer_id": Customer.objects.filter(company=company).latest("pk").pk,
    }


def _is_page(client: "Client", address: str) -> bool:
    """Whether this is a page to read; what only takes forms, or is no HTML, is none."""
    try:
        answer = client.get(address, follow=False)
    except Exception as error:
        raise AssertionError(f"{address} breaks") from error
    is_html = answer.headers.get("Content-Type", "").startswith("text/html")
    if answer.status_code >= 500:
        raise AssertionError(f"{address} answers {answer.status_code}")
    return answer.status_code == 200 and is_html


def _in_turns(server: Server, few: Books, many: Books, page: str) -> tuple[Cost, Cost]:
    queries = [_queries(server, books, page) for books in (few, many)]
    times: list[list[float]] = [[], []]
    for number in range(READS):
        for turn in (0, 1) if number % 2 else (1, 0):
            times[turn].append(_milliseconds(server, (few, many)[turn], page))
    return Cost(times[0], queries[0]), Cost(times[1], queries[1])


def _milliseconds(server: Server, books: Books, page: str) -> float:
    with database_in_use(server, books.database):
        return 1000 * timing.seconds(lambda: books.client.get(books.addresses[page]))


def _queries(server: Server, books: Books, page: str) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with database_in_use(server, books.database), CaptureQueriesContext(connection) as queries:
        books.client.get(books.addresses[page])
        return len(queries)


def say(text: str) -> None:
    """Tell the person at the terminal."""
    import sys

    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
