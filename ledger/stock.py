"""What is in stock: movements as people enter them, and what is left of items.

The level of an item is kept by the database (migrations/sql/0015_stock.sql): a movement and a
voucher's line change it in their own transaction, and whoever asks reads one row for each item.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db import IntegrityError, connection, transaction

from ledger.models import Item, StockKind, StockLevel, StockMovement, User

SHOWN = 20
_REASONS = {
    "services_keep_no_stock": "A service keeps no stock.",
    "stock_is_opened_once": "The stock has its opening already: enter an adjustment.",
    "stock_begins_with_an_opening": "The stock begins with an opening: enter that first.",
    "stock_movement_is_not_before_the_opening": "The opening counts all that was there when its "
    "day began: choose that day or a later one.",
    "stock_movement_moves_as_its_kind_does": "An opening is not below zero, a receipt is above it, "
    "and an adjustment is not zero.",
    "stock_adjustment_says_why": "Say why: an adjustment needs a note.",
    "stock_movement_day_is_sensible": "Choose a day of this century.",
}


class UnfitMovementError(Exception):
    """The movement cannot be kept like this; the text says why."""


@dataclass(frozen=True, slots=True)
class Movement:
    """What a person says of an item's stock; `quantity` in the item's unit, below zero to take.

    `key` is chosen once for each form: the same movement that comes twice moves once.
    """

    kind: StockKind
    quantity: Decimal
    day: date
    note: str
    key: UUID


def enter(item: Item, movement: Movement, *, by: User, at: datetime) -> None:
    """Keep a movement, in the caller's transaction if there is one.

    :raises UnfitMovementError: when the item keeps no stock, or not like this.
    """
    try:
        with transaction.atomic():
            StockMovement.objects.create(
                company_id=item.company_id,
                item=item,
                kind=movement.kind,
                quantity=movement.quantity,
                day=movement.day,
                note=movement.note,
                key=movement.key,
                made_by=by,
                at=at,
            )
    except IntegrityError as error:
        if "stock_movement_once" not in str(error):
            raise UnfitMovementError(_in_words(error)) from None


def _in_words(error: IntegrityError) -> str:
    for rule, reason in _REASONS.items():
        if rule in str(error):
            return reason
    raise error


def level_of(item: Item) -> StockLevel | None:
    """What an item has left; None where it keeps no stock."""
    return StockLevel.objects.filter(item=item).first()


def left_of(items: Collection[int]) -> dict[int, Decimal]:
    """What is left of these items, by id, in one query; those that keep no stock are left out."""
    found = StockLevel.objects.filter(item__in=items)
    return dict(found.values_list("item_id", "left"))


def last_movements(item: Item) -> list[StockMovement]:
    """The newest movements that people entered, by day."""
    found = StockMovement.objects.filter(item=item).select_related("made_by")
    return list(found.order_by("-day", "-id")[:SHOWN])


def hold(company_id: int) -> None:
    """Keep everybody else from the books, and so from the stock, until commit.

    As posting does it (docs/decisions/0005-books-lock.md): whoever reads what is left after this
    sees what others took before, and nobody takes of it meanwhile.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT FROM ledger_bookslock WHERE company_id = %s FOR NO KEY UPDATE", [company_id]
        )
