"""Several who post at once: no gap, no number twice, ids in the order of commits."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest
from django.db import connection

from ledger.models import BooksLock, Company, Entry, Series, Voucher
from ledger.period_lock import lock_until
from tests.factories import a_company, a_note, a_sale, posted

pytestmark = pytest.mark.django_db(transaction=True)

THREADS = 8
BATCHES = 6


def at_once(work: Callable[[int], None]) -> None:
    """Run the work in several threads that start together; raise what any of them raised."""
    start = Barrier(THREADS)

    def run(thread: int) -> None:
        try:
            start.wait(timeout=10)
            work(thread)
        finally:
            connection.close()

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(run, range(THREADS)))


def test_eight_who_post_at_once_leave_no_gap() -> None:
    company = a_company()

    def post_batches(thread: int) -> None:
        for batch in range(BATCHES):
            key = f"{thread}/{batch}"
            posted(company, a_sale(key=f"{key}/a"), a_note(key=key, against=f"{key}/a"))

    at_once(post_batches)
    count = THREADS * BATCHES
    for type_, prefix in (("sales", "INV"), ("credit_note", "CN")):
        vouchers = Voucher.objects.filter(type=type_).order_by("id")
        assert list(vouchers.values_list("number", flat=True)) == [
            f"{prefix}/26-27/{ordinal:05}" for ordinal in range(1, count + 1)
        ]
        assert Series.objects.get(type=type_).next_ordinal == count + 1


def test_a_posting_that_fails_gives_its_numbers_back() -> None:
    company = a_company()
    posted(company, a_sale(key="a"))

    def post_twice(thread: int) -> None:
        with pytest.raises(Exception, match="voucher_source_key_once_per_company"):
            posted(company, a_sale(key=f"{thread}"), a_sale(key="a"))

    at_once(post_twice)
    (after,) = posted(company, a_sale(key="b"))
    assert after.number == "INV/26-27/00002"


def test_those_who_open_the_same_account_at_once_find_one() -> None:
    company = a_company()

    def post_one(thread: int) -> None:
        posted(company, a_sale(key=f"{thread}"))

    at_once(post_one)
    assert Entry.objects.filter(account__key="clearing:store").count() == THREADS


def test_a_period_closed_meanwhile_gets_no_more_vouchers() -> None:
    """Whoever comes after the lock moves on; nobody slips in behind it."""
    company = a_company()
    day = date(2026, 11, 21)

    def post_or_close(thread: int) -> None:
        if thread == 0:
            close_and_check(company, day)
        for batch in range(BATCHES):
            posted(company, a_sale(key=f"{thread}/{batch}"))

    at_once(post_or_close)
    closed_with = BooksLock.objects.get(company=company).reason
    assert str(Voucher.objects.filter(date=day).count()) == closed_with
    assert Voucher.objects.count() == THREADS * BATCHES


def close_and_check(company: Company, day: date) -> None:
    """Close the day, and note in the reason how many vouchers it then has."""
    lock_until(company, day, reason="Counting")
    count = Voucher.objects.filter(date=day).count()
    lock_until(company, day, reason=str(count))
