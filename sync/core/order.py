"""An order as a store describes it, read once and then only passed around as values."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from ledger.core.documents import LineKind


@dataclass(frozen=True, slots=True)
class TaxRate:
    """A rate of the store, in per cent; None where the store no longer knows it."""

    rate_id: int
    label: str
    percent: Decimal | None


@dataclass(frozen=True, slots=True)
class OrderLine:
    """A product, shipping or fee line. Amounts in the order's currency; `total` without tax.

    `taxes` holds the tax charged per rate id. `key` identifies the line for its whole life.
    """

    key: str
    kind: LineKind
    name: str
    total: Decimal
    tax: Decimal
    taxes: tuple[tuple[int, Decimal], ...]
    quantity: Decimal | None = None
    sku: str | None = None
    tax_class: str = ""


@dataclass(frozen=True, slots=True)
class RefundLine:
    """What a refund gives back of a line; positive, `total` without tax."""

    line_key: str
    quantity: Decimal | None
    total: Decimal
    tax: Decimal


@dataclass(frozen=True, slots=True)
class Refund:
    """A refund. `amount` is positive, with tax, authoritative; `lines` is None where unknown."""

    refund_id: int
    amount: Decimal
    created_at: datetime | None
    lines: tuple[RefundLine, ...] | None


@dataclass(frozen=True, slots=True)
class Address:
    """As much of an address as place of supply needs."""

    country: str
    state: str


@dataclass(frozen=True, slots=True)
class Order:
    """A store's order at one moment. Times are UTC; `total` is what the buyer paid, with tax.

    `smallest_unit` is 0.01, or 1 in a store without decimals.
    """

    order_id: int
    number: str
    status: str
    currency: str
    created_at: datetime
    modified_at: datetime
    paid_at: datetime | None
    completed_at: datetime | None
    total: Decimal
    lines: tuple[OrderLine, ...]
    rates: dict[int, TaxRate]
    refunds: tuple[Refund, ...]
    billing: Address
    shipping: Address
    buyer_name: str | None
    buyer_company: str | None
    buyer_gstin: str | None
    smallest_unit: Decimal

    @property
    def refunded(self) -> Decimal:
        """The sum of all refunds, with tax."""
        return sum((refund.amount for refund in self.refunds), Decimal(0))
