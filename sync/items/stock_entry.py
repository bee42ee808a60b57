"""What a person enters of an item's stock, and the orders that were held for want of it."""

from datetime import datetime

from django.db import transaction

from ledger import stock
from ledger.models import Item, User
from sync.booking import held


@transaction.atomic
def enter(item: Item, movement: stock.Movement, *, by: User, at: datetime) -> int:
    """Keep a movement, and look again at the drafts held for the item; how many there are.

    :raises stock.UnfitMovementError: when the item keeps no stock, or not like this.
    """
    stock.enter(item, movement, by=by, at=at)
    return held.look_again_for(item.company_id, [item.pk])
