"""What is to be reached. Compared with what a run measured, side by side on one machine."""

from dataclasses import dataclass
from enum import Enum

from bench.timing import Spread


class Bound(Enum):
    """Which side of the goal is good."""

    AT_LEAST = "≥"
    AT_MOST = "≤"


@dataclass(frozen=True, slots=True)
class Goal:
    """A goal by name. `key` is how docs/performance.md names a missed one."""

    key: str
    what: str
    bound: Bound
    value: float
    unit: str = "×"

    def is_reached(self, measured: float) -> bool:
        """Whether a measured median is good enough."""
        return measured >= self.value if self.bound is Bound.AT_LEAST else measured <= self.value

    def __str__(self) -> str:
        return f"{self.bound.value} {self.value:g} {self.unit}"


@dataclass(frozen=True, slots=True)
class Measured:
    """A measurement to hold against the goal of the same key; `note` says what lies behind it."""

    key: str
    spread: Spread
    note: str = ""


GOALS = (
    Goal("batch-cte", "Pipeline in batches : one statement per order", Bound.AT_LEAST, 1.0),
    Goal("batch-copy", "Pipeline in batches : COPY of 1,000", Bound.AT_LEAST, 0.3),
    Goal("batch-hordak", "Pipeline in batches : django-hordak", Bound.AT_LEAST, 4.0),
    Goal("alone-cte", "One order alone, live : its one statement", Bound.AT_LEAST, 0.5),
    Goal("door-bare", "The door : a bare WSGI function", Bound.AT_LEAST, 0.5),
    Goal("door-p99", "The door, 99 % answered, at 70 % load", Bound.AT_MOST, 25, "ms"),
    Goal("door-refused", "The door, answers that are not 2xx", Bound.AT_MOST, 0, "answers"),
    Goal("fresh-p95", "Order sent → voucher visible, 95 %", Bound.AT_MOST, 1000, "ms"),
    Goal("growth", "Cost of an order in large books : in small", Bound.AT_MOST, 1.2),
    Goal("trial-balance", "Trial balance : its bare SQL", Bound.AT_MOST, 1.5),
    Goal("day-book", "Day book page : its bare SQL", Bound.AT_MOST, 1.5),
    Goal("day-book-page", "Day book over HTTP's stack", Bound.AT_MOST, 100, "ms"),
    Goal("trial-balance-page", "Trial balance over HTTP's stack", Bound.AT_MOST, 100, "ms"),
    Goal("register-page", "Sales register of a year", Bound.AT_MOST, 100, "ms"),
    Goal("profit-page", "Profit and loss of a year", Bound.AT_MOST, 100, "ms"),
    Goal("ledger-page", "Ledger of a rarely used account", Bound.AT_MOST, 100, "ms"),
    Goal("flag-page", "Day book of a year by a flag", Bound.AT_MOST, 100, "ms"),
    Goal("voucher-page", "A voucher with its paper", Bound.AT_MOST, 100, "ms"),
    Goal("pdf", "A tax invoice as PDF", Bound.AT_MOST, 300, "ms"),
    Goal("excel", "Sales register of 100,000 rows as Excel", Bound.AT_MOST, 60, "s"),
    Goal("excel-memory", "Memory of that export", Bound.AT_MOST, 200, "MB"),
    Goal("memory", "Memory of a back-fill", Bound.AT_MOST, 200, "MB"),
    Goal("memory-growth", "Memory after four times the orders", Bound.AT_MOST, 1.1),
    Goal("backfill-rate", "A back-fill over HTTP : the pipeline alone", Bound.AT_LEAST, 0.5),
    Goal("backfill-memory", "Memory of the worker, early : late", Bound.AT_MOST, 1.1),
    Goal("backfill-fresh", "Live orders beside a back-fill, 95 %", Bound.AT_MOST, 1000, "ms"),
    Goal("sweep-memory", "Memory of a sweep of four times the orders", Bound.AT_MOST, 1.1),
    Goal("sweep-cost", "A sweep of orders that agree : one that books them", Bound.AT_MOST, 0.5),
    Goal("sku-preview", "50,000 rows of SKUs: preview", Bound.AT_MOST, 10, "s"),
    Goal("sku-memory", "Memory of ten times the rows", Bound.AT_MOST, 1.1),
    Goal("sku-apply", "50,000 rows of SKUs: apply", Bound.AT_MOST, 10, "s"),
    Goal("sku-pages", "Slowest page of the SKU mapping", Bound.AT_MOST, 100, "ms"),
    Goal("pages-slowest", "Slowest page, 100,000 vouchers", Bound.AT_MOST, 100, "ms"),
    Goal("pages-growth", "A page in large books : in small", Bound.AT_MOST, 3),
    Goal("pages-queries", "Most queries of a page", Bound.AT_MOST, 40, "queries"),
    Goal("pages-more-queries", "Pages that ask more in large books", Bound.AT_MOST, 0, "pages"),
)
