"""Money: rupees as Decimal in whole paise, one rounding, and a split that loses nothing."""

from collections.abc import Sequence
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

ZERO = Decimal("0.00")
PAISA = Decimal("0.01")


def to_paise(amount: Decimal) -> Decimal:
    """Round an amount in rupees to whole paise, half-up on the magnitude.

    The only rounding of amounts in the product (s.170 CGST leaves invoices in paise).
    """
    return amount.quantize(PAISA, ROUND_HALF_UP)


def allocate(total: Decimal, weights: Sequence[Decimal]) -> list[Decimal]:
    """Share `total` (whole paise) over `weights` by largest remainder; ties go to the earlier.

    The shares always add up to `total`. Weights may be negative; where they add up to zero the
    whole amount goes to the first of the largest magnitude.

    :raises ValueError: when there is nothing to share over.
    """
    if not weights:
        raise ValueError("nothing to share the amount over")
    if len(weights) == 1:
        return [total]
    whole = sum(weights, Decimal(0))
    if not whole:
        shares = [ZERO] * len(weights)
        magnitudes = [abs(weight) for weight in weights]
        shares[magnitudes.index(max(magnitudes))] = total
        return shares
    exact = [total * weight / whole for weight in weights]
    shares = [share.quantize(PAISA, ROUND_DOWN) for share in exact]
    missing = total - sum(shares, ZERO)
    step = PAISA if missing > 0 else -PAISA
    by_remainder = sorted(
        range(len(weights)), key=lambda i: (exact[i] - shares[i]) * step, reverse=True
    )
    for i in by_remainder[: int(missing / step)]:
        shares[i] += step
    return shares


def grouped(amount: Decimal) -> str:
    """`1,23,456.78`: digits in lakhs and crores, for sentences that are built by the thousand."""
    whole, _, paise = f"{abs(amount):.2f}".partition(".")
    head, tail = whole[:-3], whole[-3:]
    while head:
        head, tail = head[:-2], f"{head[-2:]},{tail}"
    return f"{'-' if amount < 0 else ''}{tail}.{paise}"


def priced(amount: Decimal, currency: str) -> str:
    """`₹1,23,456.78`, for sentences; in another currency `USD 123,456.78`."""
    return f"₹{grouped(amount)}" if currency == "INR" else f"{currency} {amount:,.2f}"
