"""A certificate on paper. One that is none says so on it, and has no figures."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from ledger.core.money import grouped
from ledger.papers.statement import Column, Statement, Table
from ledger.periods import today_in, written
from sync.certificate import certificates
from sync.certificate.certificates import Shown
from sync.models import SweepRun, SweepSum
from sync.words import excluded_by

MOST_ROWS = 1000
"""So many orders of one list stand on paper; the download has all."""

_SUMS = (
    Column("Booked", 38, is_figure=True), Column("Excluded", 42, is_figure=True),
    Column("Waiting", 40, is_figure=True), Column("Missing", 40, is_figure=True),
    Column("Different", 44, is_figure=True), Column("Store", 74, is_figure=True),
    Column("Books", 74, is_figure=True), Column("Difference", 66, is_figure=True),
)  # fmt: skip
_ORDERS = (
    Column("Order", 44), Column("Verdict", 48), Column("Reason"),
    Column("Store", 66, is_figure=True), Column("Books", 66, is_figure=True),
)  # fmt: skip


def statement_of(shown: Shown) -> Statement:
    """What is set."""
    run = shown.run
    company = run.connection.company
    return Statement(
        title="Completeness certificate",
        company=company.name,
        company_lines=[f"GSTIN {company.gstin}"] if company.gstin else [],
        facts=list(_facts(run)),
        verdict=shown.verdict,
        tone=shown.tone,
        figures=list(_figures(shown)),
        tables=list(_tables(run)) if shown.is_done else [],
        footer=f"{run.connection.name} · {run.connection.site_url or run.connection_id}",
        made_on=today_in(company, run.finished_at or run.made_at),
        mark=run.get_state_display() if not shown.is_done else "",
    )


def period_in_words(run: SweepRun) -> str:
    """`1 Apr 2026 – 31 Mar 2027`, `since 1 Apr 2026`, `all orders`."""
    if run.first and run.last:
        return f"{written(run.first)} – {written(run.last)}"
    if run.first:
        return f"since {written(run.first)}"
    return f"up to {written(run.last)}" if run.last else "all orders"


def _facts(run: SweepRun) -> Iterator[tuple[str, str]]:
    yield "Store", run.connection.name
    yield "Orders created", period_in_words(run)
    yield "Begun", _moment(run, run.made_at)
    if run.finished_at:
        yield "Ended", _moment(run, run.finished_at)


def _moment(run: SweepRun, at: datetime) -> str:
    local = at.astimezone(ZoneInfo(run.connection.company.timezone))
    return f"{written(local.date())}, {local:%H:%M}"


def _figures(shown: Shown) -> Iterator[tuple[str, str]]:
    if not shown.is_done:
        return
    figure, run = _figure_of(shown.run), shown.run
    yield "Orders", f"{shown.orders}"
    if run.refunds:
        yield "Refunds", f"{run.refunds}"
    yield f"Store {run.connection.company.currency}", figure(run.store_total)
    yield f"Books {run.connection.company.currency}", figure(run.books_total)
    yield "Difference", figure(shown.difference)
    if run.waiting:
        yield "Of it not waiting", figure(shown.unexplained)


def _tables(run: SweepRun) -> Iterator[Table]:
    statuses = certificates.sums_of(run, "status")
    yield _sum_table(run, "By status in the store", "Status", statuses, lambda each: each.key)
    rules = certificates.excluded_by_rule(run)
    if rules:
        columns = (Column("Rule"), Column("Orders", 60, is_figure=True))
        rows = [(excluded_by(rule), str(count)) for rule, count in rules.items()]
        yield Table("Excluded by rule", columns, rows)
    yield from _order_tables(run)
    days = certificates.sums_of(run, "day")
    yield _sum_table(run, "By day of order", "Day", days, _day)


def _day(each: SweepSum) -> str:
    return written(each.day) if each.day else "unknown"


def _sum_table(
    run: SweepRun,
    heading: str,
    first: str,
    sums: Sequence[SweepSum],
    name: Callable[[SweepSum], str],
) -> Table:
    figure = _figure_of(run)
    rows = [
        (
            name(each), str(each.booked), str(each.excluded), str(each.waiting),
            str(each.missing), str(each.different), figure(each.store_total),
            figure(each.books_total), figure(each.store_total - each.books_total),
        )
        for each in sums
    ]  # fmt: skip
    counts = (run.booked, run.excluded, run.waiting, run.missing, run.different)
    totals = (run.store_total, run.books_total, certificates.Shown(run).difference)
    foot = ("All", *map(str, counts), *map(figure, totals))
    return Table(heading, (Column(first), *_SUMS), rows, foot)


def _order_tables(run: SweepRun) -> Iterator[Table]:
    figure = _figure_of(run)
    for which, heading in (("attention", "To look at"), ("repaired", "Repaired by this sweep")):
        found = certificates.orders_of(run, which).order_by("order_id")
        rows = list(found[:MOST_ROWS])
        numbers = certificates.numbers_of(run, [row.order_id for row in rows])
        texts = [
            (
                f"#{numbers.get(row.order_id, row.order_id)}",
                row.verdict,
                row.reason if which == "attention" else row.found_reason,
                figure(row.store_net),
                figure(row.books_net),
            )
            for row in rows
        ]
        if texts:
            yield Table(heading, _ORDERS, texts, note=_left(len(rows), found.count()))


def _left(shown: int, count: int) -> str:
    return f"{count - shown} more stand in the download." if count > shown else ""


def _figure_of(run: SweepRun) -> Callable[[Decimal | None], str]:
    is_inr = run.connection.company.currency == "INR"

    def figure(amount: Decimal | None) -> str:
        if amount is None:
            return ""
        return (grouped(amount) if is_inr else f"{amount:,.2f}").replace("-", "−")

    return figure
