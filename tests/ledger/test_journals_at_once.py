"""People who press the same button at the same moment."""

from collections import Counter
from datetime import timedelta

import pytest
from django.db import transaction

from ledger.core.documents import VoucherType
from ledger.models import Voucher
from ledger.period_lock import lock_until
from ledger.posting import (
    AlreadyPostedError,
    Reversal,
    UnfitJournalError,
    post_journal,
    reverse_voucher,
)
from tests.factories import NOW, TODAY, a_company, a_user
from tests.ledger.test_journals import a_journal, entered
from tests.ledger.test_posting_at_once import BATCHES, THREADS, at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_form_that_is_sent_eight_times_at_once_is_one_voucher() -> None:
    company, person = a_company(), a_user()
    ends: Counter[str] = Counter()

    def post(_thread: int) -> None:
        try:
            with transaction.atomic():
                journal = a_journal(company, "25.00", "25.00")
                post_journal(company, journal, posted_at=NOW, posted_by=person)
            ends["posted"] += 1
        except AlreadyPostedError:
            ends["stood already"] += 1

    at_once(post)
    assert ends == {"posted": 1, "stood already": THREADS - 1}
    assert Voucher.objects.count() == 1


def test_a_voucher_is_reversed_once_whoever_is_first() -> None:
    company, person = a_company(), a_user()
    voucher = entered(company, type=VoucherType.RECEIPT)
    ends: Counter[str] = Counter()

    def reverse(_thread: int) -> None:
        try:
            with transaction.atomic():
                reverse_voucher(
                    company, voucher, Reversal(TODAY, "Twice"), posted_at=NOW, posted_by=person
                )
            ends["reversed"] += 1
        except AlreadyPostedError:
            ends["reversed already"] += 1

    at_once(reverse)
    assert ends == {"reversed": 1, "reversed already": THREADS - 1}


def test_nobody_slips_in_behind_a_lock_or_is_moved_by_it() -> None:
    company, person = a_company(), a_user()

    def post_or_lock(thread: int) -> None:
        if thread == 0:
            lock_until(company, TODAY, reason="Closed")
            return
        for batch in range(BATCHES):
            day = TODAY if batch % 2 else TODAY + timedelta(days=1)
            journal = a_journal(company, "1", "1", source_key=f"{thread}/{batch}", date=day)
            try:
                with transaction.atomic():
                    post_journal(company, journal, posted_at=NOW, posted_by=person)
            except UnfitJournalError:
                assert day == TODAY

    at_once(post_or_lock)
    assert not Voucher.objects.filter(original_date__isnull=False).exists()
    open_day = Voucher.objects.filter(date=TODAY + timedelta(days=1)).count()
    assert open_day == (THREADS - 1) * BATCHES // 2
