"""Amounts in words, as they are read in India: in lakhs and crores, rupees and paise."""

from decimal import Decimal

from babel.numbers import get_currency_name
from num2words import num2words

CRORE = 10_000_000


def in_words(amount: Decimal, currency: str = "INR") -> str:
    """`Rupees one lakh forty-seven thousand five hundred and fifty paise only`.

    In another currency the hundredths are a fraction: `US dollars twelve and 50/100 only`.
    """
    whole, part = divmod(abs(amount), 1)
    hundredths = int(part * 100)
    if currency == "INR":
        return _rupees(int(whole), hundredths)
    name = get_currency_name(currency, count=int(whole), locale="en")
    tail = f" and {hundredths:02}/100" if hundredths else ""
    return f"{name[:1].upper()}{name[1:]} {_plain(int(whole), 'en')}{tail} only"


def _rupees(rupees: int, paise: int) -> str:
    tail = f"{_number(paise)} {'paisa' if paise == 1 else 'paise'}"
    if not rupees and paise:
        return f"{tail[:1].upper()}{tail[1:]} only"
    return f"Rupees {_number(rupees)}{f' and {tail}' if paise else ''} only"


def _number(number: int) -> str:
    """num2words counts in the Indian way up to a thousand crore; beyond, crores are counted."""
    crores, rest = divmod(number, CRORE)
    if not crores:
        return _plain(rest, "en_IN")
    words = f"{_number(crores)} crore"
    return f"{words} {_plain(rest, 'en_IN')}" if rest else words


def _plain(number: int, language: str) -> str:
    return str(num2words(number, lang=language)).replace(",", "").replace(" and ", " ")
