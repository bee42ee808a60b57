"""What documents move of the items that keep stock, and what an order is short of.

Pure. A document moves what the books will count of its lines (`ledger_pieces` in the ledger's
migrations): a sale and a debit note take, a credit note puts back, each on its own day; a note only
where its price for a piece is the sale's, else it corrects a value and moves nothing.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from ledger.core.documents import Body, Document, Line, VoucherType
from sync.core.books import Cause, OrderBooks

SAME_PRICE = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Kept:
    """An item that keeps stock since the beginning of a day; `left` may be below zero."""

    since: date
    left: Decimal


Stock = Mapping[int, Kept]
"""What is left, by the id of the item; items that keep no stock are not in it."""


@dataclass(frozen=True, slots=True)
class Move:
    """What a line moves of an item on a day: above zero what comes back, below what goes."""

    item_id: int
    day: date
    pieces: Decimal


@dataclass(frozen=True, slots=True)
class Shortage:
    """An item of which an order wants more than is left."""

    item_id: int
    wanted: Decimal
    left: Decimal


def moves_of(documents: Iterable[Document], books: OrderBooks) -> list[Move]:
    """What these documents move, posted one after the other on top of the order's books."""
    sales = {each.source_key: each.lines for each in books.posted}
    moves: list[Move] = []
    for document in documents:
        moves += _moves(document, sales.get(document.against or "", ()))
        sales[document.source_key] = document.body.lines
    return moves


def _moves(document: Document, sold: Sequence[Line]) -> Iterator[Move]:
    """A line in parts, one for each rate, says its pieces on each of them: they count once."""
    sign = 1 if document.type is VoucherType.CREDIT_NOTE else -1
    pieces: dict[tuple[str, int], Decimal] = {}
    for line in document.body.lines:
        if line.item_id is not None:
            key = (line.key, line.item_id)
            found = _pieces(line, sold if document.against else None)
            pieces[key] = max(pieces.get(key, found), found)
    for (_, item_id), found in pieces.items():
        if found:
            yield Move(item_id, document.date, sign * found)


def _pieces(line: Line, sold: Sequence[Line] | None) -> Decimal:
    """How many pieces a line is about; `sold` are the lines of the sale that a note is against."""
    quantity = line.quantity or Decimal(0)
    if sold is None or not quantity:
        return quantity
    price = line.taxable_value / quantity
    is_priced_alike = any(
        abs(each.taxable_value / each.quantity - price) <= SAME_PRICE
        for each in sold
        if each.quantity and (each.key, each.group.rate) == (line.key, line.group.rate)
    )
    return quantity if is_priced_alike else Decimal(0)


def with_edited_pieces(body: Body, sign: int, wanted: Iterable[Line], books: OrderBooks) -> Body:
    """A note for an edit, its lines with the pieces that the edit added (`sign` 1) or took (-1).

    A line of which the edit moved the value alone keeps the quantity that it has.
    """
    more = {line.key: line.quantity or Decimal(0) for line in wanted}
    for key, pieces in _standing_pieces(books, (Cause.SALE, Cause.EDIT)).items():
        more[key] = more.get(key, Decimal(0)) - pieces
    lines = tuple(
        replace(line, quantity=abs(more[line.key])) if sign * more.get(line.key, 0) > 0 else line
        for line in body.lines
    )
    return replace(body, lines=lines)


def with_standing_pieces(lines: Iterable[Line], books: OrderBooks) -> list[Line]:
    """Lines that take back all that stands, with the pieces that earlier notes have left of it."""
    standing = _standing_pieces(books, tuple(Cause))
    return [
        replace(line, quantity=standing[line.key]) if standing.get(line.key, 0) > 0 else line
        for line in lines
    ]


def _standing_pieces(books: OrderBooks, causes: Collection[Cause]) -> dict[str, Decimal]:
    """The pieces of each line that documents of these causes leave standing."""
    standing: dict[str, Decimal] = {}
    sold = books.sale.lines if books.sale else ()
    for each in books.episode:
        if each.cause in causes:
            is_sale = each.cause is Cause.SALE
            found = {line.key: _pieces(line, None if is_sale else sold) for line in each.lines}
            for key, pieces in found.items():
                standing[key] = standing.get(key, Decimal(0)) + each.sign * pieces
    return standing


def left_after(stock: Stock, moves: Iterable[Move]) -> Stock:
    """What is left once documents have moved so much."""
    left = dict(stock)
    for move in moves:
        kept = left.get(move.item_id)
        if kept and move.day >= kept.since:
            left[move.item_id] = replace(kept, left=kept.left + move.pieces)
    return left


def shortages(stock: Stock, moves: Iterable[Move]) -> list[Shortage]:
    """The items of which documents take more than is left, by item."""
    after = left_after(stock, moves)
    return [
        Shortage(item_id, kept.left - after[item_id].left, kept.left)
        for item_id, kept in stock.items()
        if after[item_id].left < min(kept.left, Decimal(0))
    ]


def put_back(moves: Iterable[Move]) -> list[int]:
    """The items of which more comes back than goes."""
    sums: dict[int, Decimal] = {}
    for move in moves:
        sums[move.item_id] = sums.get(move.item_id, Decimal(0)) + move.pieces
    return [item_id for item_id, pieces in sums.items() if pieces > 0]


def in_words(short: Sequence[Shortage], skus: Mapping[int, str]) -> str:
    """What is short, as a sentence: 2 of SHIRT-B wanted, 1 left."""
    parts = (
        f"{_plain(each.wanted)} of {skus[each.item_id]} wanted, "
        f"{_plain(each.left) if each.left > 0 else 'none'} left"
        for each in short
    )
    return f"Short of stock: {'; '.join(parts)}."


def _plain(quantity: Decimal) -> str:
    return f"{quantity.normalize():f}"
