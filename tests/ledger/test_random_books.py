"""Whatever was posted, all reports tell the same story: against plain sums over the documents."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger.core.documents import Document, Flag, Header, Line, VoucherType
from ledger.models import Account, Company, Entry
from ledger.periods import Period, months_of, year_of
from ledger.reports import account_ledger
from ledger.reports.day_book import Filter, day_book, sums
from ledger.reports.profit_and_loss import profit_and_loss
from ledger.reports.sales_register import sales_register
from ledger.reports.supplies import Amounts, Part, Rate, Wanted
from ledger.reports.supply_sums import hsn_summary, totals
from ledger.reports.trial_balance import full_trial_balance, trial_balance
from tests import strategies
from tests.factories import a_company, check_as_at_commit, posted

pytestmark = pytest.mark.django_db

FIRST = date(2026, 2, 20)
SPAN = 90  # days, across the end of a financial year
GSTINS = (None, None, "27AAPFU0939F1ZV")
HSNS = (None, "6109", "7323")
FLAGS = (Flag.ALLOCATED, Flag.UNMAPPED_SKU)
SOURCES = ("east", "west")
ALL = Period(FIRST, FIRST + timedelta(days=SPAN))


@st.composite
def books(draw: st.DrawFn) -> list[Document]:
    """Sales of two sources, some with notes against them, on days around the end of a year."""
    documents: list[Document] = []
    for number in range(draw(st.integers(1, 5))):
        source = draw(st.sampled_from(SOURCES))
        sale = draw(_document(VoucherType.SALES, f"{source}/{number}/sale/1"))
        documents.append(sale)
        for n in range(draw(st.integers(0, 2))):
            type_ = draw(st.sampled_from([VoucherType.CREDIT_NOTE, VoucherType.DEBIT_NOTE]))
            note = draw(_document(type_, f"{source}/{number}/edit/{n}"))
            day = max(note.date, sale.date)
            documents.append(
                replace(note, against=sale.source_key, header=sale.header, date=day, reason="04")
            )
    return documents


@st.composite
def _document(draw: st.DrawFn, type_: VoucherType, key: str) -> Document:
    body = draw(strategies.bodies())
    lines = tuple(replace(line, hsn=draw(st.sampled_from(HSNS))) for line in body.lines)
    day = FIRST + timedelta(days=draw(st.integers(0, SPAN)))
    header = Header(
        buyer_name="Asha Rao", buyer_gstin=draw(st.sampled_from(GSTINS)), place_of_supply="27"
    )
    return Document(
        type=type_,
        source_key=key,
        date=day,
        reference="1",
        header=header,
        body=replace(body, lines=lines),
        flags=draw(st.frozensets(st.sampled_from(FLAGS))),
        money_account=f"clearing:{key.partition('/')[0]}",
    )


@dataclass(frozen=True)
class Choice:
    """Which documents a report should be about."""

    period: Period = ALL
    source: str = ""
    types: tuple[VoucherType, ...] = ()
    is_registered: bool | None = None

    def of(self, documents: Iterable[Document]) -> Iterator[Document]:
        for document in documents:
            is_other_type = bool(self.types) and document.type not in self.types
            is_other_buyer = self.is_registered not in (None, bool(document.header.buyer_gstin))
            is_other_source = not document.source_key.startswith(self.source)
            if document.date in self.period and not (
                is_other_type or is_other_buyer or is_other_source
            ):
                yield document

    def wanted(self, part: Part | None = None) -> Wanted:
        return Wanted(
            period=self.period,
            types=[each.value for each in self.types],
            source=self.source,
            is_registered=self.is_registered,
            part=part,
        )


CHOICES = (
    Choice(),
    Choice(source="east"),
    Choice(types=(VoucherType.CREDIT_NOTE,)),
    Choice(is_registered=True, source="west"),
    Choice(is_registered=False),
    Choice(Period(FIRST, date(2026, 3, 31))),
    Choice(Period(date(2026, 4, 1), ALL.last), source="west"),
)


def sign(document: Document) -> int:
    return -1 if document.type is VoucherType.CREDIT_NOTE else 1


def tax_of(documents: Iterable[Document], *names: str) -> Decimal:
    """The documents' taxes of some names, credit notes taken off."""
    return sum((sign(each) * each.body.tax(*names) for each in documents), Decimal(0))


def on_random_books(test: Callable[[Company, list[Document]], None]) -> Callable[[], None]:
    """Run a test over many books, each in a company of its own."""

    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
    @given(documents=books())
    def over_books(documents: list[Document]) -> None:
        company = a_company()
        for document in documents:  # one by one, so that days are added to
            posted(company, document)
        check_as_at_commit()
        test(company, documents)

    over_books.__name__ = test.__name__
    return over_books


@on_random_books
def test_totals_of_the_register_are_the_sums_of_its_documents(
    company: Company, documents: list[Document]
) -> None:
    for choice in CHOICES:
        chosen = list(choice.of(documents))
        found = totals(company, choice.wanted())
        net = found.net
        assert net.taxable_value == sum(sign(d) * d.body.taxable_value for d in chosen)
        assert net.cgst == tax_of(chosen, "CGST")
        assert net.sgst == tax_of(chosen, "SGST", "UTGST")
        assert net.igst == tax_of(chosen, "IGST")
        assert net.other_tax == sum(
            sign(d) * sum((part.tax for part in d.body.groups), Decimal(0)) for d in chosen
        ) - (net.cgst + net.sgst + net.igst)
        assert net.round_off == sum(sign(d) * d.body.round_off for d in chosen)
        assert net.total == sum(sign(d) * d.body.total for d in chosen)
        assert {each.type: each.vouchers for each in found.by_type} == _counted(chosen)


def _counted(documents: Iterable[Document]) -> dict[str, int]:
    counts: defaultdict[str, int] = defaultdict(int)
    for document in documents:
        counts[document.type.value] += 1
    return dict(counts)


@on_random_books
def test_the_register_agrees_with_the_tax_and_sales_accounts(
    company: Company, documents: list[Document]
) -> None:
    keys = dict(Account.objects.filter(company=company).values_list("id", "key"))
    for source in ("", *SOURCES):
        for period in (ALL, Period(FIRST, date(2026, 3, 31))):
            balances: defaultdict[str, Decimal] = defaultdict(Decimal)
            for account in trial_balance(company, period, source=source).accounts:
                balances[_sort(keys[account.id])] += account.credits - account.debits
            net = totals(company, Choice(period, source).wanted()).net
            assert balances["sales"] == net.taxable_value
            assert balances["output:CGST"] == net.cgst
            assert balances["output:SGST"] + balances["output:UTGST"] == net.sgst
            assert balances["output:IGST"] == net.igst
            assert balances["output"] == net.other_tax
            assert balances["round_off"] == net.round_off


def _sort(key: str) -> str:
    """What the register calls the account behind a key."""
    if key.startswith(("sales:", "returns:")) or key in ("shipping", "fees"):
        return "sales"
    own = ("output:CGST", "output:SGST", "output:UTGST", "output:IGST")
    return key if key in own else key.partition(":")[0]


@on_random_books
def test_the_rows_of_the_register_are_its_documents_in_the_order_of_their_days(
    company: Company, documents: list[Document]
) -> None:
    for choice in CHOICES:
        rows, after = [], None
        while True:
            page = sales_register(company, choice.wanted(), after=after, size=2)
            rows += page.rows
            after = page.next
            if after is None:
                break
        chosen = sorted(choice.of(documents), key=lambda each: each.date)
        assert [row.voucher.source_key for row in rows] == [each.source_key for each in chosen]
        for row, document in zip(rows, chosen, strict=True):
            assert row.amounts.total == document.body.total
            assert row.amounts.taxable_value == document.body.taxable_value
            assert row.amounts.igst == document.body.tax("IGST")


def pieces(line: Line, sale: Document | None) -> Decimal:
    """A note moves pieces where it has the price that they were sold at; here all are single."""
    sold = [line] if sale is None else sale.body.lines
    is_same = any(
        (each.key, each.group.rate) == (line.key, line.group.rate)
        and abs(each.taxable_value - line.taxable_value) <= Decimal("0.01")
        for each in sold
    )
    return Decimal(1) if is_same else Decimal(0)


@on_random_books
def test_the_hsn_summary_is_the_sum_of_the_lines(
    company: Company, documents: list[Document]
) -> None:
    sales = {each.source_key: each for each in documents}
    for choice in CHOICES:
        expected: defaultdict[tuple[str, str, Rate], list[Decimal]] = defaultdict(
            lambda: [Decimal(0), Decimal(0), Decimal(0)]
        )
        for document in choice.of(documents):
            for line in document.body.lines:
                group = line.group
                rate = Rate(group.taxability.value, group.rate, bool(group.components))
                own = expected[line.kind.value, line.hsn or "", rate]
                own[0] += sign(document) * line.taxable_value
                own[1] += sign(document) * sum(line.taxes, Decimal(0))
                own[2] += sign(document) * pieces(line, sales.get(document.against or ""))
        found = {
            (each.kind, each.hsn, each.rate): [
                each.taxable_value,
                each.total - each.taxable_value,
                each.quantity,
            ]
            for each in hsn_summary(company, choice.wanted())
        }
        assert found == dict(expected)


@on_random_books
def test_a_line_of_the_hsn_summary_leads_to_the_lines_that_it_sums_up(
    company: Company, documents: list[Document]
) -> None:
    for each in hsn_summary(company, Choice().wanted()):
        part = Part(each.hsn, each.rate, each.kind)
        found, after = Amounts(), None
        while True:
            page = sales_register(company, Choice().wanted(part), after=after, size=2)
            for row in page.rows:
                found.add(row.amounts, -1 if row.voucher.type == "credit_note" else 1)
            after = page.next
            if after is None:
                break
        assert found.total == each.total
        assert totals(company, Choice().wanted(part)).net.total == each.total


@on_random_books
def test_an_accounts_ledger_is_its_entries_and_ends_at_its_closing_balance(
    company: Company, documents: list[Document]
) -> None:
    period = Period(date(2026, 3, 10), date(2026, 4, 20))
    for source in ("", "east"):
        balances = {a.id: a for a in full_trial_balance(company, period, source=source).accounts}
        for account in Account.objects.filter(company=company, entries__isnull=False).distinct():
            rows: list[account_ledger.LedgerRow] = []
            after, balance = None, Decimal(0)
            while True:
                page = account_ledger.account_ledger(
                    company, account.pk, period, source=source, after=after, size=2
                )
                rows += page.rows
                after, balance = page.next, page.balance
                if after is None:
                    break
            entries = Entry.objects.filter(
                account=account,
                voucher__date__range=(period.first, period.last),
                voucher__source_key__startswith=source,
            ).order_by("voucher__date", "voucher_id", "position")
            assert [(row.voucher_id, row.debit, row.credit) for row in rows] == list(
                entries.values_list("voucher_id", "debit", "credit")
            )
            assert account_ledger.count_entries(account, period, source) == len(rows)
            is_carried = account.nature in ("asset", "liability")
            if is_carried or period.last < date(2026, 4, 1):
                own = balances.get(account.pk)
                assert balance == (own.closing if own else 0)


@on_random_books
def test_opening_movement_and_closing_balance_each_agree_on_both_sides(
    company: Company, documents: list[Document]
) -> None:
    for source in ("", *SOURCES):
        for first in (FIRST, date(2026, 3, 15), date(2026, 4, 10)):
            balance = full_trial_balance(company, Period(first, ALL.last), source=source)
            assert balance.opening_sides[0] == balance.opening_sides[1]
            assert balance.debits == balance.credits
            assert balance.closing_sides[0] == balance.closing_sides[1]


@on_random_books
def test_profit_is_income_less_expense_in_every_month(
    company: Company, documents: list[Document]
) -> None:
    for source in ("", "west"):
        report = profit_and_loss(company, ALL, source=source)
        by_month = []
        for month in months_of(ALL):
            entries = Entry.objects.filter(
                company=company,
                account__nature__in=("income", "expense"),
                voucher__date__range=(month.first, month.last),
                voucher__source_key__startswith=source,
            )
            by_month.append(sum((e.credit - e.debit for e in entries), Decimal(0)))
        assert list(report.net) == by_month
        assert report.net_total == sum(by_month)


@on_random_books
def test_sums_of_the_day_book_are_those_of_its_documents(
    company: Company, documents: list[Document]
) -> None:
    for choice in (each for each in CHOICES if each.is_registered is None):
        for flag in ("", *FLAGS):
            chosen = [d for d in choice.of(documents) if not flag or flag in d.flags]
            wanted = Filter(
                period=choice.period,
                source=choice.source,
                types=choice.wanted().types,
                flag=flag,
            )
            found = sums(company, wanted)
            assert {each.type: each.count for each in found} == _counted(chosen)
            assert sum(each.total for each in found) == sum(d.body.total for d in chosen)
            assert sum(each.taxable_value for each in found) == sum(
                d.body.taxable_value for d in chosen
            )
            page = day_book(company, wanted, size=100)
            assert {v.source_key for v in page.vouchers} == {d.source_key for d in chosen}


def test_the_span_crosses_the_end_of_a_financial_year() -> None:
    assert year_of(ALL.first, 4) != year_of(ALL.last, 4)
