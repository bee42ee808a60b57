"""Figures as Indian accountants write them: ₹1,23,456.78, debit and credit instead of signs."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from babel.numbers import format_currency
from django import template

from ledger.core.documents import VoucherType
from ledger.core.money import grouped
from ledger.models.voucher import Entry, VoucherHeader, VoucherLine

register = template.Library()

_LOCALES = {"INR": "en_IN", "USD": "en_US", "EUR": "en_IE", "GBP": "en_GB"}


def _locale(currency: str) -> str:
    """Lakh grouping belongs to the rupee; a dollar amount in an Indian book is grouped its way."""
    return _LOCALES.get(currency, "en_US")


@register.filter
def money(amount: Decimal | None, currency: str = "INR") -> str:
    """`₹1,23,456.78`; an em dash where nothing is known."""
    if amount is None:
        return "—"
    text = format_currency(amount, currency, locale=_locale(currency))
    return text.replace("-", "−").replace(currency, f"{currency}\N{NO-BREAK SPACE}")


@register.filter
def figure(amount: Decimal | None, currency: str = "INR") -> str:
    """`1,23,456.78`, without the symbol: for columns whose head names the currency."""
    if amount is None:
        return ""
    text = grouped(amount) if currency == "INR" else f"{amount:,.2f}"
    return text.replace("-", "−")


@register.filter
def figure_or_blank(amount: Decimal | None, currency: str = "INR") -> str:
    """Like `figure`, but nothing for zero: the empty side of a debit or credit column."""
    return figure(amount, currency) if amount else ""


@register.filter
def dr_cr(amount: Decimal, currency: str = "INR") -> str:
    """A signed credit with its side: `0.40 Cr`, `0.40 Dr`; the sign itself is never shown."""
    if not amount:
        return figure(amount, currency)
    return f"{figure(abs(amount), currency)} {'Cr' if amount > 0 else 'Dr'}"


@register.filter
def dr_cr_or_blank(amount: Decimal, currency: str = "INR") -> str:
    """Like `dr_cr`, but nothing for zero."""
    return dr_cr(amount, currency) if amount else ""


@register.filter
def round_off_side(voucher: VoucherHeader) -> str:
    """A voucher's round-off with the side its entry has; a credit note turns the sides around."""
    sign = -1 if voucher.type == VoucherType.CREDIT_NOTE else 1
    return dr_cr(sign * Decimal(str(voucher.round_off)), voucher.currency)


@register.filter
def debit_balance(amount: Decimal, currency: str = "INR") -> str:
    """A balance of debits less credits with its side: `1,200.00 Dr`."""
    return dr_cr(-amount, currency)


@register.filter
def balance_or_blank(amount: Decimal, currency: str = "INR") -> str:
    """Like `debit_balance`, but nothing where nothing stands."""
    return debit_balance(amount, currency) if amount else ""


@register.filter
def credit_side(amount: Decimal, currency: str = "INR") -> str:
    """Income as it usually stands, `1,200.00`; on the other side `30.00 Dr`; nothing for zero."""
    if amount < 0:
        return f"{figure(-amount, currency)} Dr"
    return figure_or_blank(amount, currency)


@register.filter
def debit_side(amount: Decimal, currency: str = "INR") -> str:
    """The same for expense: `1,200.00`, on the other side `30.00 Cr`."""
    if amount < 0:
        return f"{figure(-amount, currency)} Cr"
    return figure_or_blank(amount, currency)


@register.filter
def short_money(amount: Decimal, currency: str = "INR") -> str:
    """`₹1.2 L`, `₹3.4 Cr`, `₹950`: for the axis of a chart."""
    symbol = format_currency(0, currency, format="¤", locale=_locale(currency)).strip("0")
    steps = ((10_000_000, " Cr"), (100_000, " L"), (1_000, "k"))
    if currency != "INR":
        steps = ((1_000_000_000, "bn"), (1_000_000, "m"), (1_000, "k"))
    for size, name in steps:
        if abs(amount) >= size:
            return f"{symbol}{_plain(amount / size)}{name}"
    return f"{symbol}{_plain(amount)}"


@register.filter
def percent(rate: Decimal | None) -> str:
    """`18%`, `2.5%`: no trailing zeros."""
    return "" if rate is None else f"{_plain(rate, places=4)}%"


@register.filter
def quantity(count: Decimal | None) -> str:
    """A quantity without trailing zeros."""
    return "" if count is None else _plain(count, places=4).replace("-", "−")


def _plain(number: Decimal, places: int = 1) -> str:
    text = f"{number:.{places}f}"
    return text.rstrip("0").rstrip(".")


@register.filter
def tax(voucher: VoucherHeader) -> Decimal:
    """All taxes of a voucher or a draft."""
    taxes: list[Any] = [voucher.cgst, voucher.sgst, voucher.igst, voucher.other_tax]
    return sum(taxes, Decimal("0.00"))


@register.filter
def line_tax(line: VoucherLine) -> Decimal:
    """All taxes of a line."""
    return sum(line.taxes, Decimal("0.00"))


@register.filter
def line_amount(line: VoucherLine) -> Decimal:
    """A line with its taxes."""
    return sum(line.taxes, Decimal(str(line.taxable_value)))


@register.filter
def sum_of(entries: Iterable[Entry], side: str) -> Decimal:
    """The debits or the credits of a voucher's entries."""
    return sum((getattr(entry, side) for entry in entries), Decimal("0.00"))
