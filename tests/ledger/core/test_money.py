"""One rounding, and a split that loses nothing."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.core.money import allocate, grouped, priced, to_paise
from tests.strategies import rupees

weights = st.lists(rupees("0.01"), min_size=1, max_size=12)


@pytest.mark.parametrize(
    ("amount", "rounded"),
    [
        ("0.005", "0.01"),
        ("-0.005", "-0.01"),
        ("0.0049", "0.00"),
        ("2.675", "2.68"),
        ("1.115", "1.12"),
        ("-2.674999", "-2.67"),
    ],
)
def test_half_a_paisa_goes_up_on_the_magnitude(amount: str, rounded: str) -> None:
    assert to_paise(Decimal(amount)) == Decimal(rounded)


@given(st.decimals("-1e9", "1e9", places=6, allow_nan=False))
def test_rounding_is_off_by_half_a_paisa_at_most_and_symmetric(amount: Decimal) -> None:
    assert abs(to_paise(amount) - amount) <= Decimal("0.005")
    assert to_paise(-amount) == -to_paise(amount)


@given(rupees("-9999.99", "9999.99"), weights)
def test_shares_add_up(total: Decimal, weights: list[Decimal]) -> None:
    assert sum(allocate(total, weights)) == total


@given(rupees("-9999.99", "9999.99"), weights)
def test_no_share_is_a_paisa_off(total: Decimal, weights: list[Decimal]) -> None:
    for share, weight in zip(allocate(total, weights), weights, strict=True):
        assert abs(share - total * weight / sum(weights)) < Decimal("0.01")


@given(rupees("-9999.99", "9999.99"), st.lists(rupees("-99.99", "99.99"), min_size=1, max_size=12))
def test_shares_add_up_whatever_the_weights(total: Decimal, weights: list[Decimal]) -> None:
    assert sum(allocate(total, weights)) == total


def test_the_earlier_of_equals_gets_the_odd_paisa() -> None:
    assert allocate(Decimal("1.00"), [Decimal(1)] * 3) == [
        Decimal("0.34"),
        Decimal("0.33"),
        Decimal("0.33"),
    ]


def test_there_must_be_something_to_share_over() -> None:
    with pytest.raises(ValueError, match="nothing to share"):
        allocate(Decimal(1), [])


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        ("0", "0.00"),
        ("999.5", "999.50"),
        ("1000", "1,000.00"),
        ("123456.78", "1,23,456.78"),
        ("-98765432.10", "-9,87,65,432.10"),
    ],
)
def test_figures_are_grouped_in_lakhs_and_crores(amount: str, text: str) -> None:
    assert grouped(Decimal(amount)) == text


def test_only_rupees_are_called_rupees() -> None:
    assert priced(Decimal("-123456.7"), "INR") == "₹-1,23,456.70"
    assert priced(Decimal("123456.7"), "EUR") == "EUR 123,456.70"
