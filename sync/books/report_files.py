"""Reports as files: which sheets a report has for what was asked, and how many rows to expect."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from django.http import QueryDict
from django.shortcuts import get_object_or_404
from django.utils import timezone

from ledger.forms import PeriodForm
from ledger.item_forms import ItemFilterForm
from ledger.item_list import items_of
from ledger.item_list import sheet as items_sheet
from ledger.models import Company, Party
from ledger.periods import Period, today_in
from ledger.reports import day_book as ledger_day_book
from ledger.reports.account_ledger import count_entries
from ledger.reports.profit_and_loss import profit_and_loss
from ledger.reports.supply_sums import totals
from ledger.reports.trial_balance import full_trial_balance
from ledger.sheets import Sheet
from sync.books import account_ledger, sheets
from sync.books.report_forms import AccountForm, OfStoreForm, RegisterForm
from sync.customers.customer_forms import CustomerFilterForm
from sync.customers.listing import customers_of
from sync.customers.statement import Statement, of_customer, of_party
from sync.customers.statement_files import customers_sheet, statement_sheet
from sync.forms import DayBookForm
from sync.models import Customer
from sync.orders.order_filter import OrderFilterForm
from sync.orders.order_list import orders_of
from sync.orders.order_sheet import orders_sheet


class UnreadableQuestionError(Exception):
    """The address asks for something that the report does not know."""


@dataclass(frozen=True, slots=True)
class ReportFile:
    """A report to take away. `rows` is how many rows its longest sheet has, about.

    The list of orders is of no period, unless one is asked for.
    """

    name: str
    title: str
    period: Period | None
    sheets: Sequence[Sheet]
    rows: int

    @property
    def filename(self) -> str:
        """Without the ending."""
        if self.period is None:
            return self.name
        if self.period.is_one_day:
            return f"{self.name}-{self.period.first:%Y%m%d}"
        return f"{self.name}-{self.period.first:%Y%m%d}-{self.period.last:%Y%m%d}"


@dataclass(frozen=True, slots=True)
class Question:
    """What somebody wants to take away: the query of a report's page.

    `about` is the account of a ledger, the customer or the party of a statement.
    """

    company: Company
    query: QueryDict
    usual: Period
    about: int = 0


def file_of(report: str, asked: Question) -> ReportFile:
    """The report as a file; its rows are read when they are written.

    :raises UnreadableQuestionError: when the query cannot be read.
    :raises KeyError: when there is no such report.
    """
    return _REPORTS[report](asked)


def _day_book(asked: Question) -> ReportFile:
    form = DayBookForm(asked.query, company=asked.company, usual=asked.usual)
    wanted = _valid(form).filter()
    rows = sum(each.count for each in ledger_day_book.sums(asked.company, wanted))
    sheet = sheets.day_book_sheet(asked.company, wanted)
    return ReportFile("day-book", "Day book", wanted.period, [sheet], rows)


def _sales_register(asked: Question) -> ReportFile:
    form = RegisterForm(asked.query, company=asked.company, usual=asked.usual)
    wanted = _valid(form).wanted()
    found = totals(asked.company, wanted).by_type
    rows = sum(each.lines if each.vouchers is None else each.vouchers for each in found)
    both = sheets.register_sheets(asked.company, wanted)
    return ReportFile("sales-register", "Sales register", wanted.period, both, rows)


def _hsn_summary(asked: Question) -> ReportFile:
    form = RegisterForm(asked.query, company=asked.company, usual=asked.usual)
    wanted = _valid(form).wanted()
    sheet = sheets.hsn_sheet(asked.company, wanted)
    return ReportFile("hsn-summary", "HSN summary", wanted.period, [sheet], 0)


def _account(asked: Question) -> ReportFile:
    form = _valid(AccountForm(asked.query, company=asked.company, usual=asked.usual))
    period = form.period()
    ledger = account_ledger.Question(asked.company, asked.about, period, form.source())
    account = account_ledger.page(ledger, size=1).account
    rows = count_entries(account, period, form.source())
    sheet = sheets.ledger_sheet(ledger, account.name)
    return ReportFile(f"ledger-{account.code}", f"Ledger of {account.name}", period, [sheet], rows)


def _trial_balance(asked: Question) -> ReportFile:
    form = _valid(OfStoreForm(asked.query, company=asked.company, usual=asked.usual))
    period = form.period()
    balance = full_trial_balance(asked.company, period, source=form.source())
    sheet = sheets.trial_balance_sheet(asked.company, period, balance)
    return ReportFile("trial-balance", "Trial balance", period, [sheet], 0)


def _profit_and_loss(asked: Question) -> ReportFile:
    form = _valid(OfStoreForm(asked.query, company=asked.company, usual=asked.usual))
    period = form.period()
    report = profit_and_loss(asked.company, period, source=form.source())
    sheet = sheets.profit_sheet(asked.company, period, report)
    return ReportFile("profit-and-loss", "Profit and loss", period, [sheet], 0)


def _all_orders(asked: Question) -> ReportFile:
    form = OrderFilterForm(asked.query, company=asked.company)
    if not form.is_valid():
        raise UnreadableQuestionError("The filter cannot be read.")
    wanted = form.filter()
    rows = orders_of(asked.company, wanted).count()
    sheet = orders_sheet(asked.company, wanted)
    return ReportFile("orders", "Orders", None, [sheet], rows)


def _items(asked: Question) -> ReportFile:
    form = _valid(ItemFilterForm(asked.query))
    wanted, today = form.filter(), today_in(asked.company, timezone.now())
    rows = items_of(asked.company, wanted).count()
    sheet = items_sheet(asked.company, wanted, today)
    return ReportFile("items", "Items", Period(today, today), [sheet], rows)


def _customers(asked: Question) -> ReportFile:
    form = CustomerFilterForm(asked.query, company=asked.company)
    if not form.is_valid():
        raise UnreadableQuestionError("The filter cannot be read.")
    text, store = form.cleaned_data["q"], form.cleaned_data["store"]
    rows = customers_of(asked.company, text, store).count()
    sheet = customers_sheet(asked.company, text, store)
    return ReportFile("customers", "Customers", None, [sheet], rows)


def _customer(asked: Question) -> ReportFile:
    customer = get_object_or_404(Customer, company=asked.company, pk=asked.about)
    return _statement(asked, str(customer), partial(of_customer, customer))


def _party(asked: Question) -> ReportFile:
    party = get_object_or_404(Party, company=asked.company, pk=asked.about, is_pseudo=False)
    return _statement(asked, party.name, partial(of_party, party))


def _statement(asked: Question, name: str, read: Callable[[Period], Statement]) -> ReportFile:
    period = _valid(PeriodForm(asked.query, usual=asked.usual)).period()
    found = read(period)
    sheet = statement_sheet(asked.company, name, period, found)
    return ReportFile("statement", f"Statement of {name}", period, [sheet], len(found.lines))


_REPORTS: dict[str, Callable[[Question], ReportFile]] = {
    "all_orders": _all_orders,
    "day_book": _day_book,
    "sales_register": _sales_register,
    "hsn_summary": _hsn_summary,
    "account": _account,
    "trial_balance": _trial_balance,
    "profit_and_loss": _profit_and_loss,
    "items": _items,
    "customers": _customers,
    "customer": _customer,
    "party": _party,
}


Form = TypeVar("Form", bound="PeriodForm | ItemFilterForm")


def _valid(form: Form) -> Form:
    if not form.is_valid():
        raise UnreadableQuestionError("The filter cannot be read.")
    return form
