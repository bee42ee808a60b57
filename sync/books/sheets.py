"""Reports as sheets to take away: CSV and Excel have the same columns, the store among them.

Amounts of credit notes are below zero here, so that a column adds up.
"""

from collections.abc import Iterator
from decimal import Decimal

from ledger.core.documents import Flag, VoucherType
from ledger.models import Company, Voucher
from ledger.periods import Period, written
from ledger.reports.day_book import Filter
from ledger.reports.profit_and_loss import Group, ProfitAndLoss
from ledger.reports.supplies import Rate, Wanted
from ledger.reports.supply_sums import HsnSum, hsn_summary, totals
from ledger.reports.trial_balance import TrialBalance
from ledger.sheets import Column, Kind, Row, Sheet, SumRow, money
from ledger.words import FLAG_NAMES, KIND_NAMES, TYPE_NAMES, rate_name
from sync.books import account_ledger, day_book, sales_register
from sync.models import OrderDocument

_VOUCHER = (
    Column("Date", Kind.DATE, 12),
    Column("Number", width=18),
    Column("Type", width=12),
    Column("Order", width=12),
    Column("Store", width=18),
    Column("Buyer", width=24),
    Column("GSTIN", width=17),
    Column("Place of supply", width=9),
)
_TAXES = (money("CGST"), money("SGST"), money("IGST"), money("Other tax"))


def day_book_sheet(company: Company, wanted: Filter) -> Sheet:
    """The whole day book, newest first."""
    columns = (*_VOUCHER, money("Taxable value"), *_TAXES, money("Round off"))
    sides = (money("Debit"), money("Credit"), Column("Flags", width=30))
    rows = (_day_book_row(row) for row in day_book.all_rows(company, wanted))
    return _sheet(company, "Day book", wanted.period, (*columns, *sides), rows)


def register_sheets(company: Company, wanted: Wanted) -> list[Sheet]:
    """The whole sales register, oldest first, and the summary by HSN."""
    rates = totals(company, wanted).rates
    values = [money(_name(rate)) for rate in rates]
    columns = (*_VOUCHER, *values, *_TAXES, money("Round off"), money("Total"))
    rows = (_register_row(row, rates) for row in sales_register.all_rows(company, wanted))
    return [
        _sheet(company, "Sales register", wanted.period, columns, rows),
        hsn_sheet(company, wanted),
    ]


def hsn_sheet(company: Company, wanted: Wanted) -> Sheet:
    """What was supplied by HSN and rate."""
    sums = hsn_summary(company, wanted)
    units = sales_register.units_of(company, sums)
    columns = (
        Column("HSN/SAC", width=12),
        Column("Supply", width=20),
        Column("Unit", width=8),
        Column("Quantity", Kind.QUANTITY, 12),
        Column("Rate", width=12),
        money("Taxable value"),
        *_TAXES,
        money("Total"),
    )
    rows = (_hsn_row(each, units.get(each.hsn, "")) for each in sums)
    return _sheet(company, "HSN summary", wanted.period, columns, rows)


def ledger_sheet(asked: account_ledger.Question, name: str) -> Sheet:
    """An account's whole ledger of the period, oldest first, from what was brought forward."""
    columns = (
        *_VOUCHER[:6],
        money("Debit"),
        money("Credit"),
        money("Balance (Dr above zero)", is_summed=False),
    )
    return _sheet(asked.company, "Ledger", asked.period, columns, _ledger_rows(asked), of=name)


def trial_balance_sheet(company: Company, period: Period, balance: TrialBalance) -> Sheet:
    """The trial balance with what was brought forward; debit balances above zero."""
    columns = (
        Column("Code", width=12),
        Column("Account", width=36),
        Column("Group", width=20),
        *(money(head) for head in ("Opening (Dr above zero)", "Debits", "Credits")),
        money("Closing (Dr above zero)"),
    )
    return _sheet(company, "Trial balance", period, columns, _balance_rows(balance))


def profit_sheet(company: Company, period: Period, report: ProfitAndLoss) -> Sheet:
    """Profit and loss by group and column; expenses above zero, losses below."""
    months = [money(column.label, is_summed=False) for column in report.columns]
    columns = (
        Column("Group", width=22),
        Column("Code", width=12),
        Column("Account", width=36),
        *months,
        money("Total", is_summed=False),
    )
    return _sheet(company, "Profit and loss", period, columns, _profit_rows(report))


def _sheet(
    company: Company,
    name: str,
    period: Period,
    columns: tuple[Column, ...],
    rows: Iterator[Row],
    of: str = "",
) -> Sheet:
    days = f"{written(period.first)} – {written(period.last)}"
    title = " · ".join(filter(None, (company.name, name, of, days)))
    return Sheet(name, title, columns, rows, company.currency)


def _day_book_row(row: day_book.Row) -> Row:
    voucher, sign = row.voucher, _sign(row.voucher)
    total = Decimal(voucher.total)
    return (
        *_voucher_cells(voucher, row.source),
        *(sign * Decimal(each) for each in _amounts(voucher)),
        total if sign > 0 else None,
        total if sign < 0 else None,
        ", ".join(FLAG_NAMES[Flag(flag)] for flag in voucher.flags),
    )


def _amounts(voucher: Voucher) -> tuple[Decimal | int, ...]:
    return (
        voucher.taxable_value, voucher.cgst, voucher.sgst, voucher.igst, voucher.other_tax,
        voucher.round_off,
    )  # fmt: skip


def _register_row(row: sales_register.Row, rates: list[Rate]) -> Row:
    sign, own = _sign(row.voucher), row.amounts
    return (
        *_voucher_cells(row.voucher, row.source),
        *(sign * own.values[rate] if rate in own.values else None for rate in rates),
        *(sign * tax for tax in own.taxes),
        sign * own.round_off,
        sign * own.total,
    )


def _hsn_row(each: HsnSum, unit: str) -> Row:
    return (
        each.hsn, KIND_NAMES[each.kind], unit, each.quantity, _name(each.rate),
        each.taxable_value, each.cgst, each.sgst, each.igst, each.other_tax, each.total,
    )  # fmt: skip


def _ledger_rows(asked: account_ledger.Question) -> Iterator[Row]:
    before = account_ledger.page(asked, size=1).brought_forward
    yield SumRow((None, "Brought forward", "", "", "", "", None, None, before))
    for row in account_ledger.all_rows(asked):
        entry = row.entry
        yield (
            entry.date, entry.number, TYPE_NAMES[VoucherType(entry.type)], entry.reference,
            row.source.connection.name if row.source else "", entry.buyer_name or "",
            entry.debit or None, entry.credit or None, entry.balance,
        )  # fmt: skip


def _balance_rows(balance: TrialBalance) -> Iterator[Row]:
    for each in balance.accounts:
        yield (
            each.code, each.name, each.group, each.opening, each.debits, each.credits, each.closing
        )  # fmt: skip
    if balance.earlier_years:
        earlier = balance.earlier_years
        yield ("", "Profit and loss of earlier years", "", earlier, None, None, earlier)


def _profit_rows(report: ProfitAndLoss) -> Iterator[Row]:
    for group in report.trading:
        yield from _group_rows(group)
    yield SumRow(("Gross profit", "", "", *report.gross, report.gross_total))
    for group in report.others:
        yield from _group_rows(group)
    yield SumRow(("Net profit", "", "", *report.net, report.net_total))


def _group_rows(group: Group) -> Iterator[Row]:
    for row in group.rows:
        yield (group.name, row.code, row.name, *row.amounts, row.total)
    yield SumRow((group.name, "", "Total", *group.amounts, group.total))


def _voucher_cells(voucher: Voucher, source: OrderDocument | None) -> Row:
    return (
        voucher.date, voucher.number, TYPE_NAMES[VoucherType(voucher.type)], voucher.reference,
        source.connection.name if source else "", voucher.buyer_name or "",
        voucher.buyer_gstin or "", voucher.place_of_supply or "",
    )  # fmt: skip


def _sign(voucher: Voucher) -> int:
    return -1 if voucher.type == VoucherType.CREDIT_NOTE else 1


def _name(rate: Rate) -> str:
    return rate_name(rate.taxability, rate.rate, is_taxed=rate.is_taxed)
