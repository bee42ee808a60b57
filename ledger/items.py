"""Items as people keep them: saved, put out of use, deleted, given rates from a day on."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.db.models import Max, ProtectedError, QuerySet

from ledger.core.hsn import misfit
from ledger.models import Company, Item, ItemRate, VoucherLine
from ledger.periods import written

_REASONS = {
    "item_sku_once_per_company": "Another item has this SKU.",
    "item_rate_once_a_day": "Another rate holds from this very day.",
    "posted_item_keeps_taxability": "The item is posted: its taxability stays. "
    "Make a new item, and map the SKU to that.",
    "services_keep_no_stock": "The item keeps stock, and a service has none.",
    "item_rate_leaves_posted_lines": "The item is posted on or after this day, "
    "and what is posted keeps its rate: choose a later day.",
}


class UnfitItemError(Exception):
    """The item cannot be kept like this; the text says why."""


@contextmanager
def _in_words() -> Iterator[None]:
    """One transaction; what the database refuses comes as a sentence."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        for rule, reason in _REASONS.items():
            if rule in str(error):
                raise UnfitItemError(reason) from None
        raise


def save(item: Item, rate: Decimal | None = None, since: date | None = None) -> None:
    """Keep a new or changed item, with its rate (in per cent) from a day on if one is given.

    :raises UnfitItemError: when its SKU is taken, or what is posted forbids the change.
    """
    with _in_words():
        item.save()
        if rate is not None and since is not None:
            _give_rate([item], rate, since)


def give_rate(items: Collection[Item], rate: Decimal, since: date) -> None:
    """Give items a rate from a day on, in one step: all of them or none.

    A rate that begins on this very day is replaced, where nothing is posted by it.

    :raises UnfitItemError: when one of them is posted on or after that day.
    """
    with _in_words():
        posted = _posted_since(items, since)
        if posted:
            raise UnfitItemError(_too_late(posted))
        _give_rate(items, rate, since)


def _give_rate(items: Collection[Item], rate: Decimal, since: date) -> None:
    ItemRate.objects.bulk_create(
        [
            ItemRate(company_id=item.company_id, item=item, rate=rate, valid_from=since)
            for item in items
        ],
        update_conflicts=True,
        unique_fields=("item", "valid_from"),
        update_fields=("rate",),
    )


def _posted_since(items: Collection[Item], since: date) -> list[tuple[str, date]]:
    """The items with lines on or after a day, by SKU, and the day of the last of them."""
    lines = VoucherLine.objects.filter(item__in=items, voucher__date__gte=since)
    found = lines.values_list("item__sku").annotate(last=Max("voucher__date"))
    return list(found.order_by("-last", "item__sku"))


def _too_late(posted: list[tuple[str, date]]) -> str:
    sku, last = posted[0]
    others = f" and {len(posted) - 1:,} more" if len(posted) > 1 else ""
    return (
        f"{sku}{others} {'are' if others else 'is'} posted up to {written(last)}, and what is "
        f"posted keeps its rate: choose {written(last + timedelta(days=1))} or later."
    )


def take_back_rate(rate: ItemRate) -> None:
    """Remove a rate by which nothing is posted yet.

    :raises UnfitItemError: when something is.
    """
    with _in_words():
        rate.delete()


def set_hsn(items: QuerySet[Item], hsn: str) -> int:
    """Give items an HSN or SAC; how many there were. Posted lines keep theirs.

    :raises UnfitItemError: when it does not fit one of them; nothing is changed then.
    """
    for is_service in (True, False):
        problem = misfit(hsn, is_service=is_service)
        odd = items.filter(is_service=is_service).first() if problem else None
        if odd:
            raise UnfitItemError(f"{odd.sku}: {problem}")
    return items.update(hsn=hsn)


def set_in_use(items: QuerySet[Item], *, is_active: bool) -> int:
    """Put items into use or out of it; how many changed. New orders match only those in use."""
    return items.exclude(is_active=is_active).update(is_active=is_active)


def remove(item: Item) -> None:
    """Delete an item that was never used, with its rates.

    :raises UnfitItemError: when it is posted, mapped, or named by an import.
    """
    try:
        with _in_words():
            item.rates.all().delete()
            item.delete()
    except (IntegrityError, ProtectedError, UnfitItemError):
        raise UnfitItemError(f"{item.sku} is used and stays. It can be put out of use.") from None


def is_posted(item: Item) -> bool:
    """Whether a voucher has a line of it."""
    return VoucherLine.objects.filter(item=item).exists()


@dataclass(frozen=True, slots=True)
class Rates:
    """An item's rates, newest first, and the one that holds on a day."""

    rows: list[ItemRate]
    now: ItemRate | None

    @classmethod
    def of(cls, item: Item, today: date) -> "Rates":
        """Read an item's rates; from a prefetch, where there is one."""
        rows = list(item.rates.all())
        return cls(rows, next((row for row in rows if row.valid_from <= today), None))


def own_items(company: Company, ids: Collection[int]) -> QuerySet[Item]:
    """The company's items among these ids, by SKU."""
    return Item.objects.filter(company=company, pk__in=ids).order_by("sku")


def keep_many(
    *,
    new: Collection[Item],
    changed: Collection[Item],
    rates: Collection[tuple[Item, Decimal, date]],
) -> None:
    """Keep new and changed items and their rates (item, per cent, first day), all or none.

    :raises UnfitItemError: when the database refuses one of them.
    """
    with _in_words():
        Item.objects.bulk_create(new)
        if changed:
            Item.objects.bulk_update(changed, _KEPT)
        ItemRate.objects.bulk_create(
            [
                ItemRate(company_id=item.company_id, item=item, rate=rate, valid_from=since)
                for item, rate, since in rates
            ],
            update_conflicts=True,
            unique_fields=("item", "valid_from"),
            update_fields=("rate",),
        )


_KEPT = (
    *("name", "lookup_code", "barcode", "hsn", "taxability"),
    *("unit", "price", "is_service", "is_active"),
)
