"""The door under load, beside a bare WSGI function on the same web server."""

from itertools import count

from bench import timing
from bench.database import settle
from bench.goals import Measured
from bench.load import Seen, Task, send
from bench.stores import Store, open_store
from bench.web import web_server
from config.embedded import Server

STORM_SECONDS = 2.0
STEADY_SECONDS = 2.5
STEADY_LOAD = 0.7
ORDERS_PER_STORM = 1_000_000
"""Order ids are given out in blocks of this size; no storm sends as many."""


def measure(server: Server) -> list[Measured]:
    """As fast as both answer, in turns; ours also at 70 % of what it just reached."""
    store = open_store()
    blocks = (number * ORDERS_PER_STORM + 1 for number in count())
    fast: list[Seen] = []
    steady: list[Seen] = []
    with web_server("config.wsgi:application") as port, _bare(server, store) as bare_port:
        settle(server)

        def ours(_: int) -> float:
            fast.append(send(_task(store, port, next(blocks), STORM_SECONDS)))
            rate = STEADY_LOAD * fast[-1].rate
            steady.append(send(_task(store, port, next(blocks), STEADY_SECONDS, rate)))
            return 1 / fast[-1].rate

        def bare(_: int) -> float:
            return 1 / send(_task(store, bare_port, next(blocks), STORM_SECONDS)).rate

        times = timing.in_turns({"door": ours, "bare": bare})
    own, other = (timing.rate(times[name]).median for name in ("door", "bare"))
    answers = sum(each.answers for each in (*fast, *steady))
    refused = sum(each.refused for each in (*fast, *steady))
    p50, p99 = (_percentile(steady, each) for each in (50, 99))
    return [
        Measured(
            "door-bare",
            timing.ratios(times["door"], times["bare"]),
            f"{own:,.0f} deliveries/s; bare {other:,.0f}; the generator shares the cores",
        ),
        Measured("door-p99", p99, f"half within {p50.median:.1f} ms"),
        Measured("door-refused", timing.spread([float(refused)]), f"of {answers:,} answers"),
    ]


def _percentile(seen: list[Seen], percent: float) -> timing.Spread:
    """Over the rounds, in milliseconds."""
    return timing.spread([1000 * timing.percentile(each.latencies, percent) for each in seen])


def _task(store: Store, port: int, first_id: int, seconds: float, rate: float = 0) -> Task:
    path = f"/hooks/woocommerce/{store.connection.pk}"
    return Task(port, path, store.secret, first_id, seconds, rate)


def _bare(server: Server, store: Store):  # type: ignore[no-untyped-def]
    address = server.address("app")
    conninfo = " ".join(
        f"{ours}='{address[name]}'"
        for name, ours in (
            ("HOST", "host"), ("USER", "user"), ("PASSWORD", "password"), ("NAME", "dbname"),
        )
    )  # fmt: skip
    return web_server(
        "bench.bare_door:application",
        {
            "BARE_DATABASE": conninfo,
            "BARE_SECRET": store.secret,
            "BARE_COMPANY": str(store.company_id),
            "BARE_CONNECTION": str(store.connection.pk),
        },
    )
