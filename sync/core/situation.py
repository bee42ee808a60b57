"""Everything that a plan depends on besides the order itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sync.core.books import OrderBooks
from sync.core.desired import Answers
from sync.core.matching import Catalogue
from sync.core.stock import Stock
from sync.core.terms import Terms
from sync.core.waiting import Allocations, Reallocation


@dataclass(frozen=True, slots=True)
class Situation:
    """Everything a plan depends on besides the order. Times are UTC.

    `seen_at` is when this snapshot was first seen, `refunds_seen_at` each refund's own first time.
    `answers` are people's decisions; `post_now` is one of them: post whatever the options say.
    `must_post` says that, or that an order which is on hold now once was in a booking status.
    `was_reversed`: the order was cancelled last, also where nothing stood that could be reversed.
    `stock` is what is left for it, empty where no order is held for want of stock.
    """

    terms: Terms
    catalogue: Catalogue
    answers: Answers
    books: OrderBooks
    seen_at: datetime
    refunds_seen_at: Mapping[int, datetime]
    is_deleted: bool = False
    must_post: bool = False
    post_now: bool = False
    was_reversed: bool = False
    allocations: Allocations = field(default_factory=dict)
    reallocations: Mapping[int, Reallocation] = field(default_factory=dict)
    stock: Stock = field(default_factory=dict)
