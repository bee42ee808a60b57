"""Drafts: replaced freely, never numbered."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from ledger.core.documents import Flag
from ledger.models import Company, Draft, Series, Voucher
from ledger.posting import (
    drop_drafts,
    save_drafts,
)
from tests.factories import (
    NOW,
    a_line,
    a_sale,
)

pytestmark = pytest.mark.django_db


def test_a_draft_is_replaced_and_never_numbered(company: Company) -> None:
    first = save_drafts(company, [a_sale()], is_sales_order=False, at=NOW)
    second = save_drafts(
        company, [a_sale(a_line("5.00"), day=date(2026, 11, 20))], is_sales_order=True, at=NOW
    )
    assert first == second
    draft = Draft.objects.get(pk=first[0])
    assert (draft.taxable_value, draft.date) == (Decimal(5), date(2026, 11, 20))
    assert draft.is_sales_order
    assert draft.lines[0]["taxes"] == ["0.45", "0.45"]
    assert draft.lines[0]["item_id"] is None
    assert not Voucher.objects.exists()
    assert Series.objects.get(company=company, type="sales").next_ordinal == 1


def test_a_draft_keeps_its_flags(company: Company) -> None:
    flagged = replace(a_sale(), flags=frozenset({Flag.RATE_DIFFERS, Flag.ALLOCATED}))
    save_drafts(company, [flagged], is_sales_order=False, at=NOW)
    assert Draft.objects.get().flags == ["allocated", "rate_differs"]


def test_a_draft_that_is_dropped_is_gone(company: Company) -> None:
    save_drafts(company, [a_sale(key="a"), a_sale(key="b")], is_sales_order=False, at=NOW)
    drop_drafts(company, ["a", "never heard of"])
    assert Draft.objects.get().source_key == "b"
