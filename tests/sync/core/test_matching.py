"""Which item a line is: the steps in their order, and never a guess."""

import unicodedata
from collections.abc import Mapping, Sequence
from itertools import count
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.core.gst import Taxability
from ledger.core.spelling import spelling_key
from sync.core.matching import By, Catalogue, CatalogueItem, Why
from sync.core.terms import ItemFacts

_ids = count(1)


def an_item(sku: str, *, code: str = "", name: str = "", active: bool = True) -> CatalogueItem:
    """An item of the catalogue; what it bears in tax does not matter here."""
    facts = ItemFacts(next(_ids), "", Taxability.TAXABLE, ())
    return CatalogueItem(facts, sku, code, name, active)


def test_the_mapping_goes_before_everything() -> None:
    mine, other = an_item("KETTLE"), an_item("TEE-RED")
    catalogue = Catalogue([mine, other], {"tee-red": mine.facts.item_id})
    match = catalogue.match("TEE-RED", "T-shirt")
    assert (match.item, match.by) == (mine.facts, By.MAPPING)


def test_without_a_mapping_the_sku_decides() -> None:
    item = an_item("TEE-RED", name="T-shirt")
    match = Catalogue([item], by_name=True).match("TEE-RED", "T-shirt")
    assert (match.item, match.by) == (item.facts, By.SKU)


@pytest.mark.parametrize("is_on", [True, False])
def test_a_lookup_code_matches_only_where_the_switch_is_on(is_on: bool) -> None:
    item = an_item("BOOK-1", code="8901234")
    match = Catalogue([item], by_lookup_code=is_on).match("8901234", "A book")
    assert match.item == (item.facts if is_on else None)
    assert match.by == (By.LOOKUP_CODE if is_on else None)


@pytest.mark.parametrize("is_on", [True, False])
def test_a_name_matches_only_where_the_switch_is_on(is_on: bool) -> None:
    item = an_item("BOOK-1", name="The Malabar Kitchen")
    match = Catalogue([item], by_name=is_on).match(None, "the malabar  kitchen")
    assert match.item == (item.facts if is_on else None)
    assert match.why == (None if is_on else Why.NO_SKU)


def test_the_lookup_code_goes_before_the_name() -> None:
    by_code, by_name = an_item("A", code="X1"), an_item("B", name="Lamp")
    catalogue = Catalogue([by_code, by_name], by_lookup_code=True, by_name=True)
    assert catalogue.match("X1", "Lamp").item == by_code.facts
    assert catalogue.match("X2", "Lamp").item == by_name.facts


def test_of_two_that_differ_by_case_alone_the_exact_one_is_meant() -> None:
    small, large = an_item("tee-red"), an_item("TEE-RED")
    catalogue = Catalogue([small, large])
    assert catalogue.match("TEE-RED", "").item == large.facts
    assert catalogue.match("tee-red", "").item == small.facts


def test_what_fits_two_items_fits_none_and_no_later_step_chooses() -> None:
    small, large = an_item("tee-red", name="T-shirt"), an_item("TEE-RED")
    match = Catalogue([small, large], by_name=True).match("Tee-Red", "T-shirt")
    assert (match.item, match.why) == (None, Why.SEVERAL)
    assert match.among == ("TEE-RED", "tee-red")
    assert match.sentence("Tee-Red", "T-shirt") == (
        "“Tee-Red” fits several items: TEE-RED, tee-red."
    )


def test_a_lookup_code_of_two_items_is_nobodys() -> None:
    items = [an_item("A", code="X1"), an_item("B", code="X1")]
    match = Catalogue(items, by_lookup_code=True).match("X1", "")
    assert (match.item, match.why, match.among) == (None, Why.SEVERAL, ("A", "B"))


def test_a_name_of_two_items_is_nobodys() -> None:
    items = [an_item("A", name="Lamp"), an_item("B", name="lamp")]
    match = Catalogue(items, by_name=True).match("X1", "LAMP")
    assert (match.item, match.why, match.among) == (None, Why.SEVERAL, ("A", "B"))


def test_an_item_that_is_switched_off_is_not_matched_and_says_so() -> None:
    match = Catalogue([an_item("TEE", active=False)]).match("TEE", "T-shirt")
    assert (match.item, match.why) == (None, Why.INACTIVE)
    assert match.sentence("TEE", "T-shirt") == "“TEE” is the item TEE, which is not active."


def test_a_mapping_to_an_item_that_is_switched_off_is_no_reason_to_look_further() -> None:
    off, on = an_item("OLD", active=False), an_item("TEE")
    match = Catalogue([off, on], {"tee": off.facts.item_id}).match("TEE", "")
    assert (match.item, match.why) == (None, Why.INACTIVE)


def test_an_active_item_of_the_same_sku_goes_before_one_that_is_switched_off() -> None:
    off, on = an_item("TEE", active=False), an_item("tee")
    assert Catalogue([off, on]).match("TEE", "").item == on.facts


@pytest.mark.parametrize("sku", [None, "", "  ", "\u200b"])
def test_a_line_without_a_sku_matches_nothing(sku: str | None) -> None:
    catalogue = Catalogue([an_item("", code="", name="Lamp")], by_lookup_code=True)
    assert catalogue.match(sku, "Lamp").why is Why.NO_SKU
    assert catalogue.match(sku, "Lamp").sentence(sku, "Lamp") == "“Lamp” has no SKU."


def test_a_sku_that_fits_nothing_names_itself_and_the_product() -> None:
    match = Catalogue().match("TEE", "T-shirt")
    assert match.sentence("TEE", "T-shirt") == "No item has the SKU “TEE” of “T-shirt”."


def test_only_what_fits_no_item_at_all_is_missing_once_for_each_spelling() -> None:
    items = [an_item("cup"), an_item("CUP"), an_item("off", active=False), an_item("pot")]
    lines = [("Tee", "A"), ("TEE ", "B"), ("Cup", "C"), ("OFF", "D"), ("POT", "E"), (None, "F")]
    assert Catalogue(items).missing(lines) == {"Tee": "A"}


def test_added_items_are_matched_like_those_that_were_there() -> None:
    catalogue = Catalogue([an_item("cup")]).with_items([an_item("Tee")])
    assert catalogue.match("TEE", "").item
    assert catalogue.match("CUP", "").item


texts = st.text(st.sampled_from("aAbB1 éÉ\u0301\u00a0"), max_size=4)
catalogues = st.lists(st.tuples(texts, texts, texts, st.booleans()), max_size=5)


def read_alike(text: str) -> str:
    """How a person reads a text, by other means than the product's."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(unicodedata.normalize("NFKC", plain).split())


def by_hand(
    rows: Sequence[tuple[str, str, str, bool]],
    mapped: Mapping[str, int],
    line: tuple[str, str],
    switches: tuple[bool, bool],
) -> int | None:
    """The place of the item that a careful clerk would write down, None where he would ask."""
    sku, name = line
    for text, place in mapped.items():
        if read_alike(sku) and read_alike(text) == read_alike(sku):
            return place if rows[place][3] else None
    columns: list[tuple[list[str], str]] = [([row[0] for row in rows], sku)]
    columns += [([row[1] for row in rows], sku)] if switches[0] else []
    columns += [([row[2] for row in rows], name)] if switches[1] else []
    for written, text in columns:
        active = [i for i, row in enumerate(rows) if row[3] and read_alike(text)]
        exact = [i for i in active if written[i] == text]
        alike = [i for i in active if read_alike(written[i]) == read_alike(text)]
        if chosen := exact or alike:
            return chosen[0] if len(chosen) == 1 else None
    return None


@given(catalogues, st.data(), texts, texts, *[st.booleans()] * 3)
def test_every_match_is_the_one_that_a_careful_clerk_would_write(
    rows: list[tuple[str, str, str, bool]],
    data: st.DataObject,
    sku: str,
    name: str,
    is_mapped: bool,
    by_code: bool,
    by_name: bool,
) -> None:
    items = [an_item(s, code=c, name=n, active=on) for s, c, n, on in rows]
    mapped: dict[str, int] = {}
    if rows and is_mapped:
        mapped[data.draw(texts.filter(read_alike))] = data.draw(st.integers(0, len(rows) - 1))
    catalogue = Catalogue(
        items,
        {spelling_key(text): items[place].facts.item_id for text, place in mapped.items()},
        by_lookup_code=by_code,
        by_name=by_name,
    )
    match = catalogue.match(sku, name)
    place = by_hand(rows, mapped, (sku, name), (by_code, by_name))
    assert match.item == (None if place is None else items[place].facts)
    assert (match.item is None) == (match.why is not None)


@given(catalogues, texts, texts, st.randoms())
def test_the_order_of_the_items_does_not_matter(
    rows: list[tuple[str, str, str, bool]], sku: str, name: str, chance: Random
) -> None:
    items = [an_item(s, code=c, name=n, active=on) for s, c, n, on in rows]
    mixed = items[:]
    chance.shuffle(mixed)
    one = Catalogue(items, by_lookup_code=True, by_name=True).match(sku, name)
    other = Catalogue(mixed, by_lookup_code=True, by_name=True).match(sku, name)
    assert (one.item, one.by, sorted(one.among)) == (other.item, other.by, sorted(other.among))
