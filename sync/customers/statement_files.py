"""Lists and statements of customers to take away: as sheets, and on paper."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from zoneinfo import ZoneInfo

from connections.models import StoreConnection
from ledger.core.documents import VoucherType
from ledger.core.money import priced
from ledger.models import Company
from ledger.papers import statement as paper
from ledger.periods import Period, written
from ledger.sheets import Column, Kind, Row, Sheet, money
from ledger.words import TYPE_NAMES
from sync.customers.listing import all_rows, customers_of
from sync.customers.statement import Statement

_LIST = (
    Column("Customer", width=26),
    Column("E-mail", width=28),
    Column("Phone", width=16),
    Column("Company", width=26),
    Column("GSTIN", width=17),
    Column("Stores", width=22),
    Column("Orders", Kind.COUNT, 8),
    Column("Last order", Kind.DATE, 12),
    money("Net bought"),
)
_STATEMENT = (
    Column("Date", Kind.DATE, 12),
    Column("Number", width=18),
    Column("Type", width=14),
    Column("Order or reference", width=20),
    Column("Store", width=18),
    money("Debit"),
    money("Credit"),
    money("Balance", is_summed=False),
)
NOTE = (
    "Documents of orders, with tax. Stores are paid at once, through their clearing accounts: "
    "payments stand here only where a voucher entered by hand names the party."
)


def customers_sheet(company: Company, text: str, store: StoreConnection | None) -> Sheet:
    """All customers that fit, by name; read when they are written."""
    rows = _customers(company, text, store)
    return Sheet("Customers", f"Customers of {company.name}", _LIST, rows, company.currency)


def _customers(company: Company, text: str, store: StoreConnection | None) -> Iterator[Row]:
    zone = ZoneInfo(company.timezone)
    for row in all_rows(customers_of(company, text, store)):
        known, bought = row.customer, row.bought
        last = bought.last.astimezone(zone).date() if bought.last else None
        yield (
            known.name, known.email, known.phone, known.company_name, known.gstin,
            ", ".join(bought.stores), bought.orders, last, bought.net,
        )  # fmt: skip


def statement_sheet(company: Company, name: str, period: Period, found: Statement) -> Sheet:
    """The statement, from what was brought forward."""
    title = f"Statement of {name}, {written(period.first)} – {written(period.last)}"
    return Sheet("Statement", title, _STATEMENT, _lines(period, found), company.currency)


def _lines(period: Period, found: Statement) -> Iterator[Row]:
    yield period.first, "", "Brought forward", "", "", None, None, found.opening
    for line in found.lines:
        yield (
            line.date, line.number, TYPE_NAMES[VoucherType(line.type)], line.reference, line.store,
            line.debit or None, line.credit or None, line.balance,
        )  # fmt: skip


def statement_on_paper(
    company: Company,
    name: str,
    details: list[tuple[str, str]],
    period: Period,
    found: Statement,
    *,
    today: date,
) -> paper.Statement:
    """The statement as a person sends it to the customer."""

    def amount(value: Decimal) -> str:
        return priced(value, company.currency)

    rows = [
        [
            written(line.date), line.number, TYPE_NAMES[VoucherType(line.type)], line.reference,
            amount(line.debit) if line.debit else "", amount(line.credit) if line.credit else "",
            amount(line.balance),
        ]
        for line in found.lines
    ]  # fmt: skip
    columns = [
        paper.Column("Date", 62), paper.Column("Number", 92), paper.Column("Type", 62),
        paper.Column("Order"), *(paper.Column(head, 76, is_figure=True) for head in
                                 ("Debit", "Credit", "Balance")),
    ]  # fmt: skip
    foot = ["Total", "", "", "", amount(found.debit), amount(found.credit), amount(found.closing)]
    return paper.Statement(
        title="Statement",
        company=company.name,
        company_lines=[f"GSTIN {company.gstin}"] if company.gstin else [],
        facts=[
            ("Customer", name),
            *details,
            ("Period", f"{written(period.first)} – {written(period.last)}"),
        ],
        verdict=f"Balance {amount(found.closing)}",
        tone="good",
        figures=[
            ("Brought forward", amount(found.opening)),
            ("Debit", amount(found.debit)),
            ("Credit", amount(found.credit)),
        ],
        tables=[paper.Table("Vouchers", columns, rows, foot, NOTE)],
        footer=f"{company.name} · {name}",
        made_on=today,
    )
