"""What each account key means: the account that is opened for it."""

from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation

from ledger.models.account import Nature


class UnknownAccountKeyError(Exception):
    """No account is meant by this key."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """An account to be opened. A code that ends in `-` is completed with the next free number."""

    code: str
    name: str
    group: str
    nature: Nature


_FIXED = {
    "debtors": Meaning("1310", "Customers", "Sundry Debtors", Nature.ASSET),
    "output:CGST": Meaning("2110", "Output CGST", "Duties & Taxes", Nature.LIABILITY),
    "output:SGST": Meaning("2120", "Output SGST", "Duties & Taxes", Nature.LIABILITY),
    "output:UTGST": Meaning("2130", "Output UTGST", "Duties & Taxes", Nature.LIABILITY),
    "output:IGST": Meaning("2140", "Output IGST", "Duties & Taxes", Nature.LIABILITY),
    "shipping": Meaning("4210", "Shipping Collected", "Direct Incomes", Nature.INCOME),
    "fees": Meaning("4220", "Fees Collected", "Direct Incomes", Nature.INCOME),
    "round_off": Meaning("5390", "Round Off", "Indirect Expenses", Nature.EXPENSE),
}
_OPEN_ENDED = {
    "clearing": Meaning("1210-", "Clearing", "Current Assets", Nature.ASSET),
    "debtor": Meaning("1310-", "Debtor", "Sundry Debtors", Nature.ASSET),
    "output": Meaning("2190-", "Output", "Duties & Taxes", Nature.LIABILITY),
}
_UNRATED_INCOME = {
    "nil_rated": ("20-1", "{} - Nil-rated"),
    "exempt": ("20-2", "{} - Exempt"),
    "non_gst": ("20-3", "{} - Non-GST"),
    "zero_rated:unpaid": ("20-4", "{} - Export (LUT)"),
    "zero_rated:paid": ("20-5", "{} - Export (with IGST)"),
    "bill_of_supply": ("20-6", "{} - Bill of Supply"),
    "financial": ("20-7", "{} - Financial (no GST)"),
    "foreign": ("30", "{}"),
}
_BOOKS = {"sales": ("41", "Sales"), "returns": ("42", "Sales Returns")}
_PLACES = {"local": "Local", "interstate": "Interstate"}


def meaning_of(key: str, label: str | None = None) -> Meaning:
    """The account behind a key; `label` names those of a store, a person or a foreign tax.

    Keys are those of `ledger.core.entries`, and `clearing:<any>`, `debtors`, `debtor:<any>`.

    :raises UnknownAccountKeyError: when the key follows none of the shapes.
    """
    if key in _FIXED:
        return _FIXED[key]
    kind, _, rest = key.partition(":")
    if kind in _BOOKS and rest:
        return _income(kind, rest)
    if kind == "output" and rest:
        return replace(_OPEN_ENDED[kind], name=f"Output {rest}")
    if kind in _OPEN_ENDED and rest:
        meaning = _OPEN_ENDED[kind]
        return replace(meaning, name=f"{label or rest} {meaning.name}")
    raise UnknownAccountKeyError(f"no account is meant by “{key}”")


def _income(book: str, rest: str) -> Meaning:
    digits, name = _BOOKS[book]
    if rest in _UNRATED_INCOME:
        suffix, title = _UNRATED_INCOME[rest]
        return _sales_account(digits + suffix, title.format(name))
    rate, _, place = rest.partition(":")
    if place not in _PLACES:
        raise UnknownAccountKeyError(f"no account is meant by “{book}:{rest}”")
    try:
        Decimal(rate)
    except InvalidOperation as error:
        raise UnknownAccountKeyError(f"“{rate}” is not a rate") from error
    whole, point, fraction = rate.partition(".")
    code = f"{digits}10-{whole:>02}{point}{fraction}{_PLACES[place][0]}"
    return _sales_account(code, f"{name} {rate}% - {_PLACES[place]}")


def _sales_account(code: str, name: str) -> Meaning:
    return Meaning(code, name, "Sales Accounts", Nature.INCOME)
