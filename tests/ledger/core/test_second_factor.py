"""The shapes of codes, and how guessing is slowed down."""

from datetime import timedelta
from fractions import Fraction

import pytest

from ledger.core.second_factor import app_code, in_groups, recovery_code, wait_after


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("123456", 123456),
        (" 000 042 ", 42),
        ("12345", None),
        ("1234567", None),
        ("١٢٣٤٥٦", None),
        ("12 34 5x", None),
        ("-12345", None),
        ("", None),
    ],
)
def test_a_code_of_an_app_is_six_digits(typed: str, code: int | None) -> None:
    assert app_code(typed) == code


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("k7m2-9xqd-4htr-w8pz", "k7m29xqd4htrw8pz"),
        (" K7M2 9XQD 4HTR W8PZ ", "k7m29xqd4htrw8pz"),
        ("k7m2-9xqd-4htr", None),
        ("123456", None),
        ("", None),
    ],
)
def test_dashes_and_capitals_of_a_recovery_code_do_not_matter(typed: str, code: str | None) -> None:
    assert recovery_code(typed) == code


def test_a_recovery_code_is_read_off_in_fours() -> None:
    assert in_groups("k7m29xqd4htrw8pz") == "k7m2-9xqd-4htr-w8pz"
    assert recovery_code(in_groups("k7m29xqd4htrw8pz")) == "k7m29xqd4htrw8pz"


@pytest.mark.parametrize(
    ("failures", "hours"),
    [(0, 0), (9, 0), (10, 0.25), (11, 0), (20, 0.5), (30, 1), (60, 8), (70, 16), (80, 24)],
)
def test_the_wait_doubles_with_each_ten_up_to_a_day(failures: int, hours: float) -> None:
    assert wait_after(failures) == (timedelta(hours=hours) or None)


def test_the_longest_wait_is_a_day_however_often_somebody_guesses() -> None:
    assert wait_after(10_000_000) == timedelta(hours=24)


def test_guessing_takes_longer_than_a_life() -> None:
    """Three codes of a million are good at a time: how likely is one found within ten years?"""
    waited, tries = timedelta(), 0
    while waited < timedelta(days=3650):
        tries += 1
        waited += wait_after(tries) or timedelta()
    assert 1 - (1 - Fraction(3, 1_000_000)) ** tries < Fraction(1, 8)
