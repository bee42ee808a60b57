"""What the books of one connection ask of its orders: the company's tax standing, the options."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from zoneinfo import ZoneInfo

from ledger.core.gst import Taxability


class Action(StrEnum):
    """What a store status means for the books."""

    POST = "post"
    DRAFT = "draft"
    IGNORE = "ignore"
    CANCEL = "cancel"


DEFAULT_ACTIONS: Mapping[str, Action] = MappingProxyType(
    {
        "processing": Action.POST,
        "completed": Action.POST,
        "refunded": Action.POST,
        "shipped": Action.POST,
        "delivered": Action.POST,
        "pending": Action.DRAFT,
        "on-hold": Action.DRAFT,
        "cancelled": Action.CANCEL,
        "failed": Action.CANCEL,
        "trash": Action.CANCEL,
        "deleted": Action.CANCEL,
        "checkout-draft": Action.IGNORE,
        "auto-draft": Action.IGNORE,
        "draft": Action.IGNORE,
    }
)
"""A status that is not in the list is a shop's own: it is drafted, so that nothing is lost."""


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """What the catalogue knows of a line's item; `rates` are (valid from, %), newest first."""

    item_id: int
    hsn: str
    taxability: Taxability
    rates: tuple[tuple[date, Decimal], ...]

    def rate_on(self, day: date) -> Decimal | None:
        """The GST rate in force on a day, if one is known."""
        return next((rate for valid_from, rate in self.rates if valid_from <= day), None)


@dataclass(frozen=True, slots=True)
class TaxNames:
    """What the store's tax rates are called in the books, by rate id.

    `former` are mappings that were changed, oldest first, each with the last voucher (its id) that
    was posted under it: a sale keeps the names it was booked under, else a new mapping would look
    like an edit of every order.
    """

    present: Mapping[int, str] = field(default_factory=dict)
    former: tuple[tuple[int, Mapping[int, str]], ...] = ()

    def for_sale(self, voucher_id: int | None) -> Mapping[int, str]:
        """The names for an order by the sale that stands, None where none does."""
        if voucher_id is None:
            return self.present
        return next((names for last, names in self.former if voucher_id <= last), self.present)


@dataclass(frozen=True, slots=True)
class Terms:
    """The company's and the connection's side of every decision about an order."""

    connection: str
    country: str
    state: str
    is_regular: bool
    has_lut: bool
    currency: str
    zone: ZoneInfo
    clearing_account: str
    post_as: str = "sale"
    rounds_to_rupee: bool = False
    waits_for_sku: bool = False
    waits_for_refund_lines: bool = False
    locked_until: date | None = None
    go_live_date: date | None = None
    actions: Mapping[str, Action] = field(default_factory=lambda: DEFAULT_ACTIONS)
    tax_names: TaxNames = field(default_factory=TaxNames)

    @property
    def in_india(self) -> bool:
        """Whether GST applies."""
        return self.country == "IN"

    @property
    def collects_gst(self) -> bool:
        """Whether sales bear GST at all: composition and unregistered sellers collect none."""
        return self.in_india and self.is_regular

    def action_for(self, status: str) -> Action:
        """What a status means here."""
        return self.actions.get(status, Action.DRAFT)

    def is_before_go_live(self, created_at: datetime) -> bool:
        """Whether an order was created before the day from which the store's orders are booked."""
        return self.go_live_date is not None and self.day(created_at) < self.go_live_date

    def day(self, moment: datetime) -> date:
        """The day of a moment in the company's time zone: what voucher dates are."""
        return moment.astimezone(self.zone).date()
