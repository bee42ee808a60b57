"""A look at a store as a page shows it: what would be booked, what to know before, the orders."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from ledger.core.documents import Flag, VoucherType
from ledger.core.gst import Split
from ledger.words import FLAG_NAMES, TYPE_NAMES, rate_name
from sync.booking.storytelling import rule_in_words
from sync.core.preview import Found
from sync.core.preview_sums import amounts_in
from sync.models import Look, LookedOrder, Order
from sync.words import LOOKED_NAMES, waits_for

PER_PAGE = 50
SPLIT_NAMES = {
    Split.LOCAL: "CGST + SGST",
    Split.INTERSTATE: "IGST",
    Split.FOREIGN: "as the store charged",
    Split.NONE: "",
}
NEWS = "news"
"""Not an outcome but a choice: the orders of which something would be booked or kept now."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What all orders of a look come to. Amounts are in the company's currency.

    `store_total` and `books_total` are of the orders that would stand in the books afterwards.
    """

    orders: int
    vouchers: int
    drafts: int
    store_total: Decimal
    books_total: Decimal
    difference: Decimal
    waiting_total: Decimal
    draft_total: Decimal
    types: list[dict[str, Any]]
    groups: list[dict[str, Any]]
    outcomes: list[tuple[str, str, int]]
    notices: list["Notice"]


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to know before the orders are booked: how many it is about, and which."""

    tone: str
    count: int
    text: str
    names: tuple[str, ...] = ()


def summary(look: Look) -> Summary | None:
    """What the look came to; None until all of it is there."""
    if look.sums is None:
        return None
    sums = look.sums
    amounts = ("store_total", "books_total", "difference", "waiting_total", "draft_total")
    return Summary(
        orders=sums["orders"],
        vouchers=sums["vouchers"],
        drafts=sums["drafts"],
        types=[_named(row) for row in sums["types"]],
        groups=[_named(row) for row in sums["groups"]],
        outcomes=[
            (code, name, sums["outcomes"][code])
            for code, name in LOOKED_NAMES.items()
            if code in sums["outcomes"]
        ],
        notices=list(_notices(sums)),
        **{name: Decimal(sums[name]) for name in amounts},
    )


def _named(row: Mapping[str, Any]) -> dict[str, Any]:
    found = amounts_in(row)
    if "rate" in found:
        rate = rate_name(found["taxability"], found["rate"], is_taxed=found["split"] != Split.NONE)
        found["group"] = " · ".join(filter(None, (rate, SPLIT_NAMES[Split(found["split"])])))
    return {**found, "name": TYPE_NAMES[VoucherType(row["type"])]}


def _notices(sums: Mapping[str, Any]) -> Iterator[Notice]:
    for code, count in sums["waits"].items():
        yield Notice("warn", count, f"would wait: {waits_for(code)}.")
    yield from _not_set_up(sums)
    for flag, count in sums["flags"].items():
        yield Notice("info", count, f"would bear the flag “{FLAG_NAMES[Flag(flag)]}”.")
    for rule, count in sums["rules"].items():
        if rule_in_words(rule):
            yield Notice("", count, rule_in_words(rule))


def _not_set_up(sums: Mapping[str, Any]) -> Iterator[Notice]:
    """What a person could put right before: items, statuses, names of taxes."""
    if sums["missing_skus"]:
        text = "have no item: posted as “Unmapped SKU”, or waiting, as Options say."
        yield Notice("warn", sums["sku_count"], f"SKUs {text}", tuple(sums["missing_skus"]))
    if sums["new_skus"]:
        text = "SKUs have no item, and one would be created for each."
        yield Notice("info", len(sums["new_skus"]), text, tuple(sums["new_skus"]))
    for status, count in sums["unknown_statuses"].items():
        text = f"have the status “{status}”, which Options do not map: kept as drafts."
        yield Notice("warn", count, text)
    if sums["unnamed_rates"]:
        text = "rates of tax have no name in the books yet: see Tax rates in Options."
        yield Notice("warn", len(sums["unnamed_rates"]), text, tuple(sums["unnamed_rates"]))


@dataclass(frozen=True, slots=True)
class LookedRow:
    """An order of a look; `is_known` is whether it has a page here."""

    row: LookedOrder
    found: Found
    is_known: bool


@dataclass(frozen=True, slots=True)
class LookedPage:
    """Orders by their ids; `older` is where the next page begins."""

    rows: list[LookedRow]
    is_first: bool
    older: int | None


def page_of(look: Look, outcome: str, before: str) -> LookedPage:
    """The newest orders of one outcome, or of all; two queries."""
    found = narrowed(look, outcome)
    is_first = not (before.isdecimal() and len(before) <= 18)
    if not is_first:
        found = found.filter(order_id__lt=int(before))
    rows = list(found.order_by("-order_id")[: PER_PAGE + 1])
    shown = rows[:PER_PAGE]
    known = known_among(look.connection_id, [row.order_id for row in shown])
    return LookedPage(
        [LookedRow(row, Found.read(row.found), row.order_id in known) for row in shown],
        is_first,
        shown[-1].order_id if len(rows) > PER_PAGE else None,
    )


def known_among(connection_id: UUID, order_ids: Collection[int]) -> set[int]:
    """Those of some orders that have a page here."""
    orders = Order.objects.filter(connection=connection_id, order_id__in=order_ids)
    return set(orders.values_list("order_id", flat=True))


def narrowed(look: Look, outcome: str) -> QuerySet[LookedOrder]:
    """The orders of a look with an outcome, those that bring news, or all."""
    found = LookedOrder.objects.filter(look=look)
    if outcome == NEWS:
        return found.exclude(found__vouchers=[]) | found.filter(outcome="waiting")
    return found.filter(outcome=outcome) if outcome in LOOKED_NAMES else found


def numbers_of(look: Look, order_ids: list[int] | None) -> dict[int, str]:
    """The numbers of the chosen orders by id; None: of all that bring news."""
    rows = narrowed(look, NEWS) if order_ids is None else look.orders.filter(order_id__in=order_ids)
    return dict(rows.values_list("order_id", "number"))
