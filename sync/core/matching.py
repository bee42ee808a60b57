"""Which item a line of a store is: by mapping, SKU, lookup code or name; never by a guess.

Spelled exactly alike goes before alike but for case, spaces and Unicode's forms; and what fits
several items fits none. Each step is taken only where the ones before it found nothing at all.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from ledger.core.spelling import spelling_key
from sync.core.terms import ItemFacts


class By(StrEnum):
    """How a line found its item."""

    MAPPING = "mapping"
    SKU = "sku"
    LOOKUP_CODE = "lookup_code"
    NAME = "name"


class Why(StrEnum):
    """Why a line has no item."""

    NO_SKU = "no_sku"
    NO_ITEM = "no_item"
    SEVERAL = "several"
    INACTIVE = "inactive"


@dataclass(frozen=True, slots=True)
class CatalogueItem:
    """An item with all that it can be found by."""

    facts: ItemFacts
    sku: str
    lookup_code: str = ""
    name: str = ""
    is_active: bool = True


@dataclass(frozen=True, slots=True)
class Match:
    """A line's item, or why it has none; `among` are the SKUs of the items that it could be."""

    item: ItemFacts | None = None
    why: Why | None = None
    among: tuple[str, ...] = ()
    by: By | None = None

    def sentence(self, sku: str | None, name: str) -> str:
        """Why there is no item, for the person who has to find one."""
        if self.why is Why.SEVERAL:
            return f"“{sku or name}” fits several items: {', '.join(self.among)}."
        if self.why is Why.INACTIVE:
            return f"“{sku or name}” is the item {self.among[0]}, which is not active."
        if self.why is Why.NO_SKU:
            return f"“{name}” has no SKU."
        return f"No item has the SKU “{sku}” of “{name}”."


class Catalogue:
    """The items that some lines may be, and what the connection's mapping says of their SKUs."""

    def __init__(
        self,
        items: Iterable[CatalogueItem] = (),
        mapped: Mapping[str, int] | None = None,
        *,
        by_lookup_code: bool = False,
        by_name: bool = False,
    ) -> None:
        """`mapped` are ids of items by `spelling_key` of the store's SKU."""
        self._items = {item.facts.item_id: item for item in items}
        self._mapped = mapped or {}
        self._by_lookup_code = by_lookup_code
        self._by_name = by_name
        everything = self._items.values()
        active = [item for item in everything if item.is_active]
        self._skus = _Spellings((item.sku, item) for item in active)
        self._codes = _Spellings((i.lookup_code, i) for i in active if by_lookup_code)
        self._names = _Spellings((item.name, item) for item in active if by_name)
        self._resting = _Spellings((i.sku, i) for i in everything if not i.is_active)

    def with_items(self, items: Iterable[CatalogueItem]) -> "Catalogue":
        """The same with more items."""
        return Catalogue(
            [*self._items.values(), *items],
            self._mapped,
            by_lookup_code=self._by_lookup_code,
            by_name=self._by_name,
        )

    def item(self, item_id: int | None) -> ItemFacts | None:
        """An item by its id, active or not: what a posted line was booked with."""
        found = self._items.get(item_id) if item_id is not None else None
        return found.facts if found else None

    def item_ids(self) -> list[int]:
        """The ids of all of them."""
        return list(self._items)

    def sku_of(self, item_id: int) -> str:
        """The SKU by which an item is called in the books."""
        return self._items[item_id].sku

    def match(self, sku: str | None, name: str) -> Match:
        """The item of a line with this SKU and name."""
        key = spelling_key(sku or "")
        if key in self._mapped:
            return _of(self._items[self._mapped[key]], By.MAPPING)
        by, rivals = self._rivals(sku or "", name)
        if len(rivals) == 1:
            return _of(rivals[0], by)
        if rivals:
            return Match(why=Why.SEVERAL, among=tuple(sorted(item.sku for item in rivals)), by=by)
        resting = self._resting.find(sku or "")
        if resting:
            return _of(min(resting, key=lambda item: item.sku), By.SKU)
        return Match(why=Why.NO_ITEM if key else Why.NO_SKU)

    def missing(self, lines: Iterable[tuple[str | None, str]]) -> dict[str, str]:
        """The SKUs (with names) of lines that fit no item at all, each in its first spelling."""
        found: dict[str, tuple[str, str]] = {}
        for sku, name in lines:
            if sku and self.match(sku, name).why is Why.NO_ITEM:
                found.setdefault(spelling_key(sku), (sku.strip(), name))
        return dict(found.values())

    def _rivals(self, sku: str, name: str) -> tuple[By, Sequence[CatalogueItem]]:
        """What the first step finds that finds anything."""
        steps = (
            (By.SKU, self._skus.find(sku)),
            (By.LOOKUP_CODE, self._codes.find(sku)),
            (By.NAME, self._names.find(name)),
        )
        return next((step for step in steps if step[1]), (By.SKU, ()))


def _of(item: CatalogueItem, by: By) -> Match:
    if item.is_active:
        return Match(item.facts, by=by)
    return Match(why=Why.INACTIVE, among=(item.sku,), by=by)


class _Spellings:
    """Items by one of their texts: as it is written, and whatever the spelling."""

    def __init__(self, texts: Iterable[tuple[str, CatalogueItem]]) -> None:
        self._exact: dict[str, list[CatalogueItem]] = defaultdict(list)
        self._alike: dict[str, list[CatalogueItem]] = defaultdict(list)
        for text, item in texts:
            key = spelling_key(text)
            if key:
                self._exact[text].append(item)
                self._alike[key].append(item)

    def find(self, text: str) -> Sequence[CatalogueItem]:
        """The items of this very text; where there is none, those of one that reads alike."""
        return self._exact.get(text) or self._alike.get(spelling_key(text)) or ()
