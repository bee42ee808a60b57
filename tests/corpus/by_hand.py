"""The rules of docs/posting.md worked out a second time, in whole paise and fractions.

It takes a store's JSON and nothing of the product's: so that the books can be compared with a sum
that does not share their mistakes. Only what a replay in one go asks for: a sale, bare refunds.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass
from fractions import Fraction
from math import floor
from typing import Any

Json = dict[str, Any]
HOME = "MH"


@dataclass
class Part:
    """A line as it stands: value and taxes in paise, rate in per cent."""

    rate: Fraction
    value: int
    taxes: list[int]

    @property
    def gross(self) -> int:
        return self.value + sum(self.taxes)


def paise(text: str) -> int:
    """Whole paise of an amount as text."""
    return int(Fraction(text) * 100)


def half_up(exact: Fraction) -> int:
    """To whole paise, half away from zero."""
    return floor(abs(exact) + Fraction(1, 2)) * (1 if exact >= 0 else -1)


def shared(total: int, weights: list[int]) -> list[int]:
    """Largest remainder; the earlier of two equal remainders first."""
    whole = sum(weights)
    if not whole:
        return [total if i == weights.index(max(weights)) else 0 for i in range(len(weights))]
    exact = [Fraction(total * weight, whole) for weight in weights]
    shares = [floor(share) for share in exact]
    order = sorted(range(len(weights)), key=lambda i: shares[i] - exact[i])
    for i in order[: total - sum(shares)]:
        shares[i] += 1
    return shares


def accounts_of(order: Json) -> Counter[str]:
    """Credits less debits of the taxes, Round Off and the clearing account, in paise."""
    names = ["CGST", "SGST"] if order["shipping"]["state"] == HOME else ["IGST"]
    parts = [Part(rate, value, []) for rate, value in _lines(order)]
    booked: Counter[str] = Counter()
    total = paise(order["total"])
    taxes = _taxed(parts, len(names))
    _book(booked, names, taxes, total - sum(p.value for p in parts) - sum(taxes), total)
    for refund in sorted(order["refunds"], key=lambda each: each["id"]):
        amount = -paise(refund["total"])
        if not amount:
            continue
        given = _given_back(parts, amount, total)
        taxes = _taxed(given, len(names))
        _book(booked, names, [-t for t in taxes],
              -(amount - sum(p.value for p in given) - sum(taxes)), -amount)  # fmt: skip
        total -= amount
        for part, back in zip(parts, given, strict=True):
            part.value -= back.value
            part.taxes = [a - b for a, b in zip(part.taxes, back.taxes, strict=True)]
    return booked


def _book(
    booked: Counter[str], names: list[str], taxes: list[int], round_off: int, total: int
) -> None:
    for name, tax in zip(names, taxes, strict=True):
        booked[name] += tax
    booked["Round Off"] += round_off
    booked["clearing"] -= total


def _lines(order: Json) -> list[tuple[Fraction, int]]:
    percents = {line["rate_id"]: Fraction(str(line["rate_percent"])) for line in order["tax_lines"]}
    lines = [*order["line_items"], *order["shipping_lines"], *order["fee_lines"]]
    return [
        (
            sum((percents[tax["id"]] for tax in line["taxes"] if tax["total"] != ""), Fraction(0))
            if Fraction(line["total_tax"]) or not Fraction(line["total"])
            else Fraction(0),
            paise(line["total"]),
        )
        for line in lines
    ]


def _taxed(parts: list[Part], components: int) -> list[int]:
    """Tax once per rate and component, shared back over the parts; returns the sums."""
    sums = [0] * components
    by_rate: dict[Fraction, list[Part]] = defaultdict(list)
    for part in parts:
        by_rate[part.rate].append(part)
    for rate, members in by_rate.items():
        value = sum(part.value for part in members)
        tax = half_up(value * rate / components / 100)
        shares = shared(tax, [part.value for part in members])
        for part, share in zip(members, shares, strict=True):
            part.taxes = [share] * components
        for i in range(components):
            sums[i] += tax
    return sums


def _given_back(parts: list[Part], amount: int, total: int) -> list[Part]:
    if amount == total or amount >= sum(part.gross for part in parts):
        return [Part(part.rate, part.value, []) for part in parts]
    standing = [part for part in parts if part.value]
    shares = shared(amount, [part.gross for part in standing])
    values = {
        id(part): min(part.value, half_up(share * 100 / (100 + part.rate)))
        for part, share in zip(standing, shares, strict=True)
    }
    return [Part(part.rate, values.get(id(part), 0), []) for part in parts]
