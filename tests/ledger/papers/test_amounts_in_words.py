"""Amounts as they are read aloud."""

from decimal import Decimal

import pytest

from ledger.papers.amounts_in_words import in_words


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("0.00", "Rupees zero only"),
        ("0.01", "One paisa only"),
        ("0.50", "Fifty paise only"),
        ("1.00", "Rupees one only"),
        ("1180.00", "Rupees one thousand one hundred eighty only"),
        ("147500.05", "Rupees one lakh forty-seven thousand five hundred and five paise only"),
        (
            "12345678.90",
            (
                "Rupees one crore twenty-three lakh forty-five thousand six hundred "
                "seventy-eight and ninety paise only"
            ),
        ),
        ("100000000000.00", "Rupees ten thousand crore only"),
        ("99999999999999.99", None),
    ],
)
def test_rupees_are_read_in_lakhs_and_crores(amount: str, words: str | None) -> None:
    said = in_words(Decimal(amount))
    assert said == words or (words is None and said.startswith("Rupees ninety-nine lakh"))


def test_another_currency_has_its_own_name_and_hundredths() -> None:
    assert in_words(Decimal("1234567.50"), "USD") == (
        "US dollars one million two hundred thirty-four thousand five hundred sixty-seven "
        "and 50/100 only"
    )
    assert in_words(Decimal("1.00"), "GBP") == "British pound one only"
