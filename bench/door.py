"""The door under load, beside a bare WSGI function on the same web server."""

from collections.abc import Callable
from itertools import count

from bench import timing
from bench.database import settle
from bench.goals import Measured
from bench.load import Seen, Task, send
from bench.stores import Store, open_store
from bench.web import web_server
from config.embedded import Server

STORM_SECONDS = 2.0
STEADY_SECONDS = 8.0
STEADY_LOAD = 0.7
ORDERS_PER_STORM = 1_000_000
"""Order ids are given out in blocks of this size; no storm sends as many."""


def measure(server: Server) -> list[Measured]:
    """As fast as both answer, in turns; then ours alone at 70 % of that."""
    store = open_store()
    blocks = (number * ORDERS_PER_STORM + 1 for number in count())
    ours: list[Seen] = []
    with web_server("config.wsgi:application") as port, _bare(server, store) as bare_port:
        settle(server)

        def storm(port: int, kept: list[Seen]) -> Callable[[int], float]:
            def one(_: int) -> float:
                kept.append(send(_task(store, port, next(blocks), STORM_SECONDS)))
                return 1 / kept[-1].rate

            return one

        times = timing.in_turns({"door": storm(port, ours), "bare": storm(bare_port, [])})
        rate = timing.rate(times["door"]).median
        steady = _task(store, port, next(blocks), STEADY_SECONDS, STEADY_LOAD * rate)
        ours.append(seen := send(steady))
    bare = timing.rate(times["bare"]).median
    p99 = 1000 * timing.percentile(seen.latencies, 99)
    p50 = 1000 * timing.percentile(seen.latencies, 50)
    refused = sum(each.refused for each in ours)
    return [
        Measured(
            "door-bare",
            timing.ratios(times["door"], times["bare"]),
            f"{rate:,.0f} deliveries/s; bare {bare:,.0f}; the generator shares the cores",
        ),
        Measured(
            "door-p99", timing.spread([p99]), f"at {seen.rate:,.0f}/s; half within {p50:.1f} ms"
        ),
        Measured(
            "door-refused",
            timing.spread([float(refused)]),
            f"of {sum(each.answers for each in ours):,} answers",
        ),
    ]


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
