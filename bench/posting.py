"""Orders into the books, in batches and alone, against hand-written SQL and django-hordak."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar

import psycopg

from bench import by_hand, rows, timing
from bench.database import settle
from bench.goals import Measured
from bench.orders import bodies
from bench.peer import Peer, Side, peer
from bench.stores import Store, deliver, open_store
from bench.targets import target_for
from config.embedded import Server
from sync.booking import pipeline
from sync.booking.inbox import Envelope, Recipient, put

T = TypeVar("T")
BATCH = int(os.environ.get("BENCH_BATCH", "1000"))
ALONE = BATCH // 10
PEERS = BATCH // 4
COUNT = (BATCH + ALONE) * timing.ROUNDS


def measure(server: Server) -> list[Measured]:
    """Rehearse to learn the rows, then let everybody write them in turns."""
    orders = list(bodies(COUNT))
    rehearsal = open_store()
    deliver(rehearsal, orders)
    pipeline.drain(rehearsal.connection.pk)
    connection = by_hand.connect(server)
    tables = rows.tables(connection)
    written = rows.orders_of(connection, rehearsal.company_id, tables)
    by_statement, by_copy = open_store(), open_store()
    singles = rows.moved(written, tables, target_for(connection, rehearsal, by_statement))
    copies = rows.moved(written, tables, target_for(connection, rehearsal, by_copy))
    run = _Run(
        store=open_store(),
        bodies=orders,
        connection=connection,
        tables=tables,
        statements=by_hand.one_statement_each(tables, singles),
        copies=copies,
    )
    deliver(run.store, bodies(200, first_id=10**7))
    pipeline.drain(run.store.connection.pk)
    settle(server)
    per_order = sum(map(len, written)) / len(written)
    with peer(server, _sides(written, tables)) as hordak:
        return [*_in_batches(run, hordak, per_order), _alone(run)]


@dataclass(frozen=True, slots=True)
class _Run:
    store: Store
    bodies: Sequence[bytes]
    connection: psycopg.Connection
    tables: dict[str, rows.Table]
    statements: by_hand.Prepared
    copies: Sequence[rows.OrderRows]


def _in_batches(run: _Run, hordak: Peer, per_order: float) -> list[Measured]:
    def ours(number: int) -> float:
        return timing.seconds(lambda: _pipeline(run.store, _batch(run.bodies, number))) / BATCH

    def single(number: int) -> float:
        part = _batch(run.statements, number)
        return timing.seconds(lambda: by_hand.write_one_by_one(run.connection, part)) / BATCH

    def copied(number: int) -> float:
        part = _batch(run.copies, number)
        return (
            timing.seconds(lambda: by_hand.write_by_copy(run.connection, run.tables, part)) / BATCH
        )

    times = timing.in_turns(
        {
            "pipeline": ours,
            "statement": single,
            "copy": copied,
            "hordak": lambda number: hordak.seconds(number * PEERS, PEERS) / PEERS,
        }
    )
    rates = {name: timing.rate(each).median for name, each in times.items()}
    own = f"{rates['pipeline']:,.0f} orders/s of {per_order:.1f} rows"
    return [
        Measured(f"batch-{key}", timing.ratios(times["pipeline"], times[name]),
                 f"{own}; {name} {rates[name]:,.0f}")
        for key, name in (("cte", "statement"), ("copy", "copy"), ("hordak", "hordak"))
    ]  # fmt: skip


def _pipeline(store: Store, part: Sequence[bytes]) -> None:
    deliver(store, part)
    pipeline.drain(store.connection.pk)


def _alone(run: _Run) -> Measured:
    """Each order through the inbox and the pipeline before the next one comes."""
    recipient = Recipient.of(run.store.connection)

    def ours(number: int) -> float:
        return timing.seconds(lambda: live(_single(run.bodies, number))) / ALONE

    def live(part: Sequence[bytes]) -> None:
        for body in part:
            put(recipient, Envelope(datetime.now(UTC), "order.created"), body)
            pipeline.drain(recipient.connection_id)

    def single(number: int) -> float:
        part = _single(run.statements, number)
        return timing.seconds(lambda: by_hand.write_one_by_one(run.connection, part)) / ALONE

    times = timing.in_turns({"pipeline": ours, "statement": single})
    own, other = (1000 * timing.spread(times[name]).median for name in ("pipeline", "statement"))
    return Measured(
        "alone-cte",
        timing.ratios(times["pipeline"], times["statement"]),
        f"{own:.2f} ms from body to books; statement {other:.2f} ms",
    )


def _batch(everything: Sequence[T], number: int) -> Sequence[T]:
    return everything[number * BATCH : (number + 1) * BATCH]


def _single(everything: Sequence[T], number: int) -> Sequence[T]:
    start = BATCH * timing.ROUNDS + number * ALONE
    return everything[start : start + ALONE]


def _sides(written: Sequence[rows.OrderRows], tables: dict[str, rows.Table]) -> list[list[Side]]:
    """The entries of the orders that the peer saves."""
    columns = tables["ledger_entry"].columns
    account, debit, credit = (columns.index(name) for name in ("account_id", "debit", "credit"))
    return [
        [(row[account], str(row[debit]), str(row[credit])) for row in order.rows["ledger_entry"]]
        for order in written[: PEERS * timing.ROUNDS]
    ]
