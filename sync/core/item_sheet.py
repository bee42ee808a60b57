"""A sheet of items: which columns it has, and what a row says of an item.

An empty cell says nothing: it changes nothing, and a new item gets the usual value.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from ledger.core.gst import Taxability
from ledger.core.hsn import is_code
from ledger.core.spelling import spelling_key
from ledger.core.uqc import UNITS
from sync.core.csv_file import UNREADABLE, NoCsvError, Record
from sync.core.sku_sheet import CONTROL, SHORTENED, unguarded

Value = str | Decimal | date | bool

HEADS: Mapping[str, tuple[str, ...]] = {
    "sku": ("Item SKU", "SKU", "Item code"),
    "name": ("Name", "Item name"),
    "lookup_code": ("Lookup code",),
    "barcode": ("Barcode", "EAN", "GTIN"),
    "hsn": ("HSN/SAC", "HSN", "SAC", "HSN code"),
    "taxability": ("Taxability",),
    "rate": ("GST %", "GST", "GST rate"),
    "since": ("Rate since", "Rate from"),
    "unit": ("Unit", "UQC", "Unit (UQC)"),
    "price": ("Price without tax", "Price"),
    "is_service": ("Service",),
    "is_active": ("In use",),
}
"""What each column may be called, whatever the case; the first is what an export calls it."""
LABELS = {name: heads[0] for name, heads in HEADS.items()}

_BY_KEY = {spelling_key(head): name for name, heads in HEADS.items() for head in heads}
_LONGEST = {"sku": 100, "name": 250, "lookup_code": 100, "barcode": 50}
_YES_NO = {"yes": True, "y": True, "true": True, "1": True,
           "no": False, "n": False, "false": False, "0": False}  # fmt: skip
_TAXABILITIES = {
    "taxable": Taxability.TAXABLE,
    "nil-rated": Taxability.NIL_RATED,
    "nil rated": Taxability.NIL_RATED,
    "exempt": Taxability.EXEMPT,
    "non-gst": Taxability.NON_GST,
}


@dataclass(frozen=True, slots=True)
class SheetItem:
    """What a row says, by the item's field; or what is wrong with it."""

    row: int
    cells: tuple[str, ...]
    values: Mapping[str, Value] = field(default_factory=dict)
    problem: str = ""

    @property
    def sku(self) -> str:
        """The item's SKU; empty where the row has none that can be read."""
        return str(self.values.get("sku", ""))


def columns_of(first: Record) -> Mapping[str, int]:
    """Where each field stands, by the sheet's first row.

    :raises NoCsvError: when no column is the SKU's, or two are the same field's.
    """
    found: dict[str, int] = {}
    for place, cell in enumerate(first.cells):
        name = _BY_KEY.get(spelling_key(cell))
        if name in found:
            raise NoCsvError(f"Two columns are “{LABELS[name]}”.")
        if name:
            found[name] = place
    if "sku" not in found:
        heads = ", ".join(LABELS.values())
        raise NoCsvError(f"The first row has to name a column “Item SKU”. Columns may be: {heads}.")
    return found


def read_row(record: Record, columns: Mapping[str, int]) -> SheetItem:
    """A record as what it says of an item."""
    if record.broken:
        return SheetItem(record.row, record.cells, problem=record.broken)
    values: dict[str, Value] = {}
    try:
        for name, place in columns.items():
            text = unguarded(record.cells[place].strip()) if place < len(record.cells) else ""
            if text:
                values[name] = _READERS[name](name, _sound(name, text))
    except _UnreadableError as error:
        return SheetItem(record.row, record.cells, values, str(error))
    problem = "" if "sku" in values else "The item SKU is empty."
    return SheetItem(record.row, record.cells, values, problem)


class _UnreadableError(Exception):
    """A cell says nothing that its column knows; the text says what it should."""


def _sound(name: str, text: str) -> str:
    if UNREADABLE in text or CONTROL.search(text):
        raise _UnreadableError(f"{LABELS[name]} holds something that is no text.")
    return text


def _text(name: str, text: str) -> str:
    if len(text) > _LONGEST[name]:
        raise _UnreadableError(f"{LABELS[name]} is longer than {_LONGEST[name]} characters.")
    if SHORTENED.fullmatch(text):
        raise _UnreadableError(
            f"The spreadsheet has shortened {LABELS[name]} to {text}: give the column the format "
            "text."
        )
    return text


def _hsn(_: str, text: str) -> str:
    if not is_code(text):
        raise _UnreadableError("An HSN or SAC has two to eight digits, and nothing else.")
    return text


def _taxability(_: str, text: str) -> str:
    known = _TAXABILITIES.get(text.casefold().replace("_", "-"))
    if known is None:
        raise _UnreadableError("Taxability is taxable, nil-rated, exempt or non-GST.")
    return known.value


def _unit(_: str, text: str) -> str:
    if text.upper() not in UNITS:
        raise _UnreadableError(f"“{text}” is no unit of GST's: NOS, PCS, KGS, MTR, …")
    return text.upper()


def _number(text: str, places: int, most: Decimal) -> Decimal | None:
    """A number from 0 to `most`, with so many places at most; None where it is none."""
    try:
        number = Decimal(text.replace(",", ""))
    except InvalidOperation:
        return None
    if not number.is_finite() or not 0 <= number <= most:
        return None
    rounded = number.quantize(Decimal(1).scaleb(-places))
    return rounded if rounded == number else None


def _rate(_: str, text: str) -> Decimal:
    rate = _number(text.removesuffix("%").strip(), 3, Decimal(100))
    if rate is None:
        raise _UnreadableError("GST % is a number from 0 to 100.")
    return rate


def _price(_: str, text: str) -> Decimal:
    price = _number(text.removeprefix("₹").strip(), 2, Decimal("999999999999.99"))
    if price is None:
        raise _UnreadableError("Price without tax is an amount in rupees and paise.")
    return price


def _day(_: str, text: str) -> date:
    """Only what can be read in one way: nobody knows whether 04/05/2026 is in April or May."""
    for form in ("%Y-%m-%d", "%d %b %Y", "%d-%b-%Y"):
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 -- a day has no zone
        except ValueError:
            continue
    raise _UnreadableError("Write the day as 2026-04-01 or 1 Apr 2026.")


def _yes_no(name: str, text: str) -> bool:
    if text.casefold() not in _YES_NO:
        raise _UnreadableError(f"{LABELS[name]} is yes or no.")
    return _YES_NO[text.casefold()]


_READERS: Mapping[str, Callable[[str, str], Value]] = {
    **dict.fromkeys(_LONGEST, _text),
    "hsn": _hsn,
    "taxability": _taxability,
    "rate": _rate,
    "since": _day,
    "unit": _unit,
    "price": _price,
    "is_service": _yes_no,
    "is_active": _yes_no,
}
