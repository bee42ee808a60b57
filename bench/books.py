"""Large books: what an order costs in them, and how fast they are read."""

import os
from collections.abc import Callable
from datetime import date
from typing import Any

import psycopg

from bench import exports, timing
from bench.database import database_in_use, settle
from bench.goals import Measured
from bench.history import grow
from bench.orders import bodies
from bench.stores import Store, deliver, open_store
from config.embedded import Server
from ledger.models import Account, Membership, Voucher
from ledger.periods import Period
from ledger.reports.day_book import Filter
from ledger.reports.trial_balance import trial_balance
from sync.booking import pipeline
from sync.books.day_book import PAGE_SIZE, page

IS_FULL = bool(os.environ.get("BENCH_FULL"))
SIZES = {"small": 10_000, "large": 1_000_000 if IS_FULL else 200_000}
SEED = 1_000
PART = 500
READS = 20


def measure(server: Server) -> list[Measured]:
    """Fill two databases, post into both in turns, then read the large one."""
    stores = {name: _filled(server, name, size) for name, size in SIZES.items()}
    found = [_growth(server, stores)]
    with database_in_use(server, "large"), server.connect("app", "large") as connection:
        found += _reports(connection, stores["large"])
        found += _pages(stores["large"])
        found += exports.measure("large", stores["large"].company_id)
    return found


def _filled(server: Server, name: str, size: int) -> Store:
    with database_in_use(server, name):
        store = open_store()
        deliver(store, bodies(SEED))
        pipeline.drain(store.connection.pk)
        grow(server, name, store.company_id, size)
        settle(server, name)
    return store


def _growth(server: Server, stores: dict[str, Store]) -> Measured:
    def cost(name: str) -> Callable[[int], float]:
        def one(number: int) -> float:
            store = stores[name]
            part = list(bodies(PART, first_id=2_000_000 + number * PART))
            with database_in_use(server, name):
                _post(store, bodies(50, first_id=3_000_000 + number * 50))  # a warm connection
                return timing.seconds(lambda: _post(store, part)) / PART

        return one

    times = timing.in_turns({name: cost(name) for name in stores}, timing.ROUNDS + 2)
    small, large = (1e6 * timing.spread(times[name]).median for name in stores)
    return Measured(
        "growth",
        timing.ratios(times["small"], times["large"]),
        f"{large:,.0f} µs an order with {SIZES['large']:,} vouchers, "
        f"{small:,.0f} with {SIZES['small']:,}",
    )


def _post(store: Store, part: Any) -> None:
    deliver(store, part)
    pipeline.drain(store.connection.pk)


def _reports(connection: psycopg.Connection, store: Store) -> list[Measured]:
    """The product's own functions against the bare SQL that they need."""
    company = store.connection.company
    period = Period(date(2026, 4, 1), date(2027, 3, 31))
    year = [store.company_id, period.first, period.last]

    def bare_page() -> None:
        rows = connection.execute(_PAGE, [*year, PAGE_SIZE + 1]).fetchall()
        connection.execute(_SOURCES, [[row[0] for row in rows]]).fetchall()

    pairs: dict[str, tuple[Callable[[], Any], Callable[[], Any]]] = {
        "trial-balance": (
            lambda: trial_balance(company, period),
            lambda: connection.execute(_TRIAL_BALANCE, year).fetchall(),
        ),
        "day-book": (lambda: page(company, Filter(period=period)), bare_page),
    }
    return [_against(key, *pair) for key, pair in pairs.items()]


def _against(key: str, ours: Callable[[], Any], bare: Callable[[], Any]) -> Measured:
    times = timing.in_turns({"ours": _mean_of(ours), "bare": _mean_of(bare)})
    own, other = (1000 * timing.spread(times[name]).median for name in ("ours", "bare"))
    return Measured(
        key,
        timing.ratios(times["bare"], times["ours"]),
        f"{own:.1f} ms; bare {other:.1f} ms; {SIZES['large']:,} vouchers",
    )


def _mean_of(work: Callable[[], Any]) -> Callable[[int], float]:
    def one(_: int) -> float:
        return timing.seconds(lambda: [work() for _ in range(READS)]) / READS

    return one


_TRIAL_BALANCE = """
SELECT a.id, a.code, a.name, sum(d.debits), sum(d.credits)
FROM ledger_accountday d JOIN ledger_account a ON a.id = d.account_id
WHERE d.company_id = %s AND d.date BETWEEN %s AND %s GROUP BY a.id ORDER BY a.code
"""
_PAGE = """
SELECT * FROM ledger_voucher WHERE company_id = %s AND date BETWEEN %s AND %s
ORDER BY date DESC, id DESC LIMIT %s
"""
_SOURCES = """
SELECT * FROM sync_orderdocument d JOIN connections_storeconnection c ON c.id = d.connection_id
WHERE d.voucher_id = ANY(%s)
"""


def _pages(store: Store) -> list[Measured]:
    """Through URLs, middleware, access rule, database and template, as the owner."""
    from django.test import Client

    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(
        Membership.objects.get(company_id=store.company_id).user,
        "django.contrib.auth.backends.ModelBackend",
    )
    company, year = f"/c/{store.company_id}", "?date_from=2026-04-01&date_to=2027-03-31"
    voucher = Voucher.objects.filter(company=store.company_id).latest("id").pk
    rare = Account.objects.get(company=store.company_id, key="round_off").pk
    return [
        _page(client, "day-book-page", f"{company}/day-book/"),
        _page(client, "trial-balance-page", f"{company}/reports/"),
        _page(client, "register-page", f"{company}/reports/sales-register/{year}"),
        _page(client, "profit-page", f"{company}/reports/profit-and-loss/{year}"),
        _page(client, "ledger-page", f"{company}/accounts/{rare}/{year}"),
        _page(client, "flag-page", f"{company}/day-book/{year}&flag=unmapped_sku"),
        _page(client, "voucher-page", f"{company}/vouchers/{voucher}/"),
        _page(client, "pdf", f"{company}/vouchers/{voucher}.pdf"),
    ]


def _page(client: Any, key: str, url: str) -> Measured:
    times = [1000 * timing.seconds(lambda: _get(client, url)) for _ in range(READS)]
    return Measured(key, timing.spread(times), f"{SIZES['large']:,} vouchers")


def _get(client: Any, url: str) -> None:
    answer = client.get(url)
    if answer.status_code != 200:
        raise AssertionError(f"{url} answered {answer.status_code}")
