"""Locking a period on screen; what comes late for it is listed."""

import csv
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from connections.models import StoreConnection
from ledger import periods
from ledger.models import Company, Membership, Role, User, Voucher
from ledger.period_lock import lock_until, locked_until
from sync import paging
from tests.factories import a_note, a_sale, a_user, posted
from tests.stores import an_order, book

pytestmark = pytest.mark.django_db

OCTOBER = date(2026, 10, 31)
NOVEMBER = {"date_from": "2026-11-01", "date_to": "2026-11-30"}


@pytest.fixture
def accountant(company: Company) -> Client:
    """May lock and not unlock."""
    person = a_user("accountant")
    Membership.objects.create(company=company, user=person, role=Role.ACCOUNTANT)
    client = Client()
    client.force_login(person)
    return client


def _lock(client: Client, company: Company, day: str, reason: str = "GSTR-1 filed") -> str:
    address = reverse("lock_period", args=[company.pk])
    return client.post(address, {"day": day, "reason": reason}, follow=True).content.decode()


def _unlock(client: Client, company: Company, day: str = "", reason: str = "A mistake") -> str:
    address = reverse("unlock_period", args=[company.pk])
    return client.post(address, {"day": day, "reason": reason}, follow=True).content.decode()


def _history(client: Client, company: Company) -> list[tuple[str, date | None, date | None, str]]:
    answer = client.get(reverse("period_lock", args=[company.pk]))
    return [(each.who, each.before, each.after, each.reason) for each in answer.context["history"]]


def test_an_accountant_locks_and_is_named_with_the_reason(
    accountant: Client, company: Company
) -> None:
    page = _lock(accountant, company, "2026-10-31")
    assert locked_until(company) == OCTOBER
    for text in ("Locked until 31 Oct 2026", "1 Nov 2026", "accountant-", "GSTR-1 filed"):
        assert text in page
    assert "Only an owner opens a locked period" in page


def test_only_an_owner_unlocks(accountant: Client, browser: Client, company: Company) -> None:
    _lock(accountant, company, "2026-10-31")
    assert "Your role does not allow this" in _unlock(accountant, company)
    assert locked_until(company) == OCTOBER
    assert "All open" in _unlock(browser, company)
    assert locked_until(company) is None


def test_every_change_stays_in_the_history(
    accountant: Client, browser: Client, owner: User, company: Company
) -> None:
    """Newest first; a reason that is given a second time too."""
    _lock(accountant, company, "2026-09-30")
    _lock(accountant, company, "2026-10-31")
    _unlock(browser, company, "2026-09-30")
    _unlock(browser, company, reason="Audit")
    september = date(2026, 9, 30)
    who = _history(browser, company)[-1][0]
    assert _history(browser, company) == [
        (str(owner), september, None, "Audit"),
        (str(owner), OCTOBER, september, "A mistake"),
        (who, september, OCTOBER, "GSTR-1 filed"),
        (who, None, september, "GSTR-1 filed"),
    ]
    assert who.startswith("accountant-")


@pytest.mark.parametrize("reason", ["", "   "])
def test_nothing_is_locked_or_unlocked_without_a_reason(
    browser: Client, company: Company, reason: str
) -> None:
    assert "This field is required" in _lock(browser, company, "2026-10-31", reason)
    assert locked_until(company) is None
    _lock(browser, company, "2026-10-31")
    assert "This field is required" in _unlock(browser, company, reason=reason)
    assert locked_until(company) == OCTOBER


def test_today_is_not_locked(browser: Client, company: Company) -> None:
    today = periods.today_in(company, timezone.now())
    assert "yesterday is the last one" in _lock(browser, company, today.isoformat())
    assert locked_until(company) is None
    yesterday = today - timedelta(days=1)
    _lock(browser, company, yesterday.isoformat())
    assert locked_until(company) == yesterday


def test_locking_opens_nothing_and_unlocking_closes_nothing(
    browser: Client, company: Company
) -> None:
    assert "The books are open" in _unlock(browser, company)
    _lock(browser, company, "2026-10-31")
    for day in ("2026-10-31", "2026-09-30"):
        assert "locked until 31 Oct 2026 already" in _lock(browser, company, day)
    for day in ("2026-10-31", "2026-11-05"):
        assert "name an earlier day" in _unlock(browser, company, day)
    assert locked_until(company) == OCTOBER


def test_a_viewer_sees_the_lock_and_no_form(
    viewer: Client, browser: Client, company: Company
) -> None:
    _lock(browser, company, "2026-10-31")
    page = viewer.get(reverse("period_lock", args=[company.pk])).content.decode()
    assert "GSTR-1 filed" in page
    assert "Accountants lock periods, owners unlock them" in page
    assert "Lock the period" not in page


# What comes late ------------------------------------------------------------------------


@pytest.fixture
def late(company: Company, store: StoreConnection) -> Voucher:
    """A refund of the 20th of October that came when October was locked."""
    book(store, an_order(501, created="2026-10-18T06:00:00"))
    lock_until(company, OCTOBER, reason="GSTR-1 filed")
    refund = {"id": 9, "total": "-118.00", "date_created_gmt": "2026-10-20T06:00:00"}
    book(store, an_order(501, created="2026-10-18T06:00:00", refunds=[refund]))
    return Voucher.objects.get(type="credit_note")


def test_a_late_refund_stands_on_the_first_open_day_and_is_listed(
    browser: Client, company: Company, late: Voucher
) -> None:
    assert (late.date, late.original_date) == (date(2026, 11, 1), date(2026, 10, 20))
    page = browser.get(reverse("late_documents", args=[company.pk])).content.decode()
    for text in (late.number, "20 Oct 2026", "1 Nov 2026", "#501", "Belongs to October 2026"):
        assert text in page
    assert "118.00 Cr" in page
    lock = browser.get(reverse("period_lock", args=[company.pk])).content.decode()
    assert 'Late documents <span class="count warn">1</span>' in lock


def test_the_day_book_has_a_chip_for_what_came_late(
    browser: Client, company: Company, late: Voucher
) -> None:
    answer = browser.get(reverse("day_book", args=[company.pk]), NOVEMBER)
    page = answer.content.decode()
    assert answer.context["late"] == 1
    assert "flag=locked_period" in page
    assert "locked until 31 Oct 2026" in page
    answer = browser.get(
        reverse("day_book", args=[company.pk]), {**NOVEMBER, "flag": "locked_period"}
    )
    assert [row.voucher for row in answer.context["page"].rows] == [late]


def test_the_csv_tells_both_dates(browser: Client, company: Company, late: Voucher) -> None:
    answer = browser.get(reverse("late_documents_csv", args=[company.pk]))
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    (row,) = csv.DictReader(text.splitlines())
    assert (row["Own date"], row["Posted on"]) == ("2026-10-20", "2026-11-01")
    assert (row["Number"], row["Order"], row["Store"], row["Total"]) == (
        late.number, "501", "Main store", "118.00",
    )  # fmt: skip


def test_a_note_that_only_follows_its_sale_is_not_late(browser: Client, company: Company) -> None:
    lock_until(company, OCTOBER, reason="GSTR-1 filed")
    posted(company, a_sale(day=date(2026, 10, 7)))
    lock_until(company, None, reason="Reopened")
    posted(company, a_note(day=date(2026, 10, 8)))
    page = browser.get(reverse("late_documents", args=[company.pk])).context["page"]
    assert [voucher.type for voucher in page.rows] == ["sales"]


def test_older_ones_stand_on_the_next_page(
    browser: Client,
    company: Company,
    monkeypatch: pytest.MonkeyPatch,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    monkeypatch.setattr(paging, "PER_PAGE", 2)
    lock_until(company, OCTOBER, reason="GSTR-1 filed")
    posted(company, *[a_sale(key=f"s/{n}/sale/1", day=date(2026, 10, n)) for n in (1, 2, 3)])
    address = reverse("late_documents", args=[company.pk])
    with django_assert_max_num_queries(10):
        first = browser.get(address).context["page"]
    second = browser.get(address, {"before": first.older}).context["page"]
    numbers = [voucher.number for voucher in [*first.rows, *second.rows]]
    assert numbers == ["INV/26-27/00003", "INV/26-27/00002", "INV/26-27/00001"]


def test_nothing_late_says_so(browser: Client, company: Company) -> None:
    page = browser.get(reverse("late_documents", args=[company.pk])).content.decode()
    assert "Nothing came late" in page
