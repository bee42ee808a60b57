"""Figures and days as Indian accountants write them."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from ledger.core.documents import VoucherType
from ledger.models import Company, Draft
from ledger.templatetags import days, figures


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        ("123456.78", "INR", "₹1,23,456.78"),
        ("0", "INR", "₹0.00"),
        ("12345678.9", "INR", "₹1,23,45,678.90"),
        ("123456.78", "USD", "$123,456.78"),
        ("-5", "INR", "−₹5.00"),
        ("1234.5", "AED", "AED 1,234.50"),
    ],
)
def test_money_carries_its_currency(amount: str, currency: str, text: str) -> None:
    assert figures.money(Decimal(amount), currency).replace("\xa0", " ") == text


def test_an_unknown_amount_is_a_dash() -> None:
    assert figures.money(None) == "—"
    assert figures.figure(None) == ""


def test_zero_leaves_a_debit_or_credit_column_blank() -> None:
    assert figures.figure_or_blank(Decimal("0.00")) == ""
    assert figures.figure_or_blank(Decimal(100000)) == "1,00,000.00"


@pytest.mark.parametrize(
    ("amount", "text"), [("0.40", "0.40 Cr"), ("-0.40", "0.40 Dr"), ("0", "0.00")]
)
def test_sides_stand_instead_of_signs(amount: str, text: str) -> None:
    assert figures.dr_cr(Decimal(amount)) == text


@pytest.mark.parametrize(
    ("voucher_type", "text"), [(VoucherType.SALES, "0.01 Dr"), (VoucherType.CREDIT_NOTE, "0.01 Cr")]
)
def test_the_round_off_stands_on_the_side_of_its_entry(voucher_type: str, text: str) -> None:
    voucher = Draft(type=voucher_type, round_off=Decimal("-0.01"), currency="INR")
    assert figures.round_off_side(voucher) == text


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        ("950", "₹950"),
        ("10000", "₹10k"),
        ("250000", "₹2.5 L"),
        ("34000000", "₹3.4 Cr"),
        ("0", "₹0"),
    ],
)
def test_an_axis_counts_in_lakhs_and_crores(amount: str, text: str) -> None:
    assert figures.short_money(Decimal(amount)) == text


def test_rates_and_quantities_drop_their_zeros() -> None:
    assert figures.percent(Decimal("18.000")) == "18%"
    assert figures.percent(Decimal("2.500")) == "2.5%"
    assert figures.quantity(Decimal("10.0000")) == "10"
    assert figures.quantity(None) == ""


def test_a_day_is_written_without_doubt() -> None:
    assert days.day(date(2026, 11, 1)) == "1 Nov 2026"


def test_a_moment_stands_in_the_companys_zone() -> None:
    at = datetime(2026, 11, 20, 20, 0, tzinfo=UTC)
    assert "21 Nov 2026, 01:30" in days.moment(at, Company(timezone="Asia/Kolkata"))


@pytest.mark.parametrize(
    ("seconds", "text"), [(1, "just now"), (30, "s ago"), (300, "5 min ago"), (7300, "2 h ago")]
)
def test_what_was_a_moment_ago_says_so(seconds: int, text: str) -> None:
    at = timezone.now() - timedelta(seconds=seconds)
    assert text in days.ago(at, Company(timezone="Asia/Kolkata"))
