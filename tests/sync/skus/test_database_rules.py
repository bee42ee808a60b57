"""What the database itself refuses of mappings, imports and their rows."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from connections.models import StoreConnection
from ledger.models import Company, Item, User
from sync.core.sku_sheet import RowKind
from sync.models import SkuImport, SkuImportPart, SkuImportRow, SkuMapping, UnmatchedSku
from tests.factories import NOW, a_company
from tests.sync.skus.files import items, sheet, upload

pytestmark = pytest.mark.django_db


@pytest.fixture
def other() -> Company:
    """Another company."""
    return a_company(name="Other")


@pytest.fixture
def theirs(other: Company) -> Item:
    """An item of the other company."""
    return items(other, "CUP")[0]


def a_mapping(connection: StoreConnection, item: Item, user: User, **changes: Any) -> SkuMapping:
    facts = {
        "company": connection.company, "connection": connection, "key": "tee", "sku": "TEE",
        "item": item, "set_by": user, "set_at": NOW, **changes,
    }  # fmt: skip
    return SkuMapping.objects.create(**facts)


def a_row(made: SkuImport, **changes: Any) -> SkuImportRow:
    facts = {
        "company_id": made.company_id, "sku_import": made, "row": 2, "kind": RowKind.ERROR,
        "reason": "It is wrong.", **changes,
    }  # fmt: skip
    return SkuImportRow.objects.create(**facts)


@pytest.fixture
def made(main_store: StoreConnection, owner: User) -> SkuImport:
    """An import on its way."""
    return upload(main_store, sheet("A,B"), owner)


def test_a_sku_is_mapped_once_in_a_store(
    main_store: StoreConnection, owner: User, kettle: Item
) -> None:
    a_mapping(main_store, kettle, owner)
    with pytest.raises(IntegrityError, match="sku_is_mapped_once"), transaction.atomic():
        a_mapping(main_store, kettle, owner, sku="tee")


@pytest.mark.parametrize("key", ["TEE", "tea", " tee"])
def test_a_mappings_key_is_that_of_its_sku(
    main_store: StoreConnection, owner: User, kettle: Item, key: str
) -> None:
    with pytest.raises(IntegrityError, match="mapping_key_is_that_of_its_sku"):
        a_mapping(main_store, kettle, owner, key=key)


def test_nothing_is_no_sku(main_store: StoreConnection, owner: User, kettle: Item) -> None:
    with pytest.raises(IntegrityError, match="mapped_sku_is_not_empty"):
        a_mapping(main_store, kettle, owner, key="", sku="\u200b")


def test_a_sku_is_not_mapped_to_another_companys_item(
    main_store: StoreConnection, owner: User, theirs: Item
) -> None:
    with pytest.raises(IntegrityError, match="mapping_item_of_same_company"):
        a_mapping(main_store, theirs, owner)


def test_a_mapping_is_of_its_stores_company(
    main_store: StoreConnection, owner: User, other: Company, theirs: Item
) -> None:
    with pytest.raises(IntegrityError, match="mapping_connection_of_same_company"):
        a_mapping(main_store, theirs, owner, company=other)


def test_a_mapping_comes_from_an_import_of_its_company(
    made: SkuImport, owner: User, other: Company, theirs: Item
) -> None:
    from tests.stores import a_connection

    store = a_connection(other)
    with pytest.raises(IntegrityError, match="mapping_import_of_same_company"):
        a_mapping(store, theirs, owner, set_import=made)


def test_an_item_that_is_mapped_is_not_deleted(
    main_store: StoreConnection, owner: User, kettle: Item
) -> None:
    a_mapping(main_store, kettle, owner)
    with pytest.raises(IntegrityError, match="mapping_item_of_same_company"):
        Item.objects.filter(pk=kettle.pk)._raw_delete("default")


def test_unmatched_skus_and_imports_are_of_their_stores_company(
    main_store: StoreConnection, owner: User, other: Company
) -> None:
    facts = {"company": other, "connection": main_store}
    with pytest.raises(IntegrityError, match="same_company"), transaction.atomic():
        UnmatchedSku.objects.create(
            **facts, key="a", sku="A", name="A", lines=1, last_order_id=1, last_number="1",
            last_at=NOW,
        )  # fmt: skip
    with pytest.raises(IntegrityError, match="same_company"), transaction.atomic():
        SkuImport.objects.create(
            **facts, file_name="x", size=1, encoding="utf-8", delimiter=",", sku_column=0,
            item_column=1, uploaded_by=owner, uploaded_at=NOW, started_at=NOW, touched_at=NOW,
        )  # fmt: skip


def test_parts_and_rows_are_of_their_imports_company(made: SkuImport, other: Company) -> None:
    with pytest.raises(IntegrityError, match="sku_import_row_of_same"), transaction.atomic():
        a_row(made, company_id=other.pk)
    with pytest.raises(IntegrityError, match="sku_import_part_of_same"), transaction.atomic():
        SkuImportPart.objects.create(company=other, sku_import=made, position=9, content=b"x")


@pytest.mark.parametrize("field", ["item", "was_item"])
def test_the_items_of_a_row_are_of_its_company(made: SkuImport, theirs: Item, field: str) -> None:
    with pytest.raises(IntegrityError, match="item_of_same_company"):
        a_row(made, **{field: theirs})


def test_a_row_stands_once(made: SkuImport) -> None:
    a_row(made)
    with pytest.raises(IntegrityError, match="sku_import_row_once"), transaction.atomic():
        a_row(made)


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"kind": RowKind.NEW, "reason": ""}, "row_without_an_item_is_an_error"),
        ({"reason": ""}, "wrong_row_has_a_reason"),
    ],
)
def test_a_row_says_what_it_comes_to(made: SkuImport, changes: dict[str, Any], rule: str) -> None:
    with pytest.raises(IntegrityError, match=rule):
        a_row(made, **changes)


def test_a_row_is_of_a_known_kind(made: SkuImport, kettle: Item) -> None:
    with pytest.raises(IntegrityError, match="sku_import_row_kind_is_known"):
        a_row(made, kind=4, item=kettle)


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"state": "lost"}, "sku_import_state_is_known"),
        ({"state": "applied"}, "applied_sku_import_has_a_moment"),
    ],
)
def test_an_import_is_in_a_state_that_is_known(
    made: SkuImport, changes: dict[str, Any], rule: str
) -> None:
    with pytest.raises(IntegrityError, match=rule):
        SkuImport.objects.filter(pk=made.pk).update(**changes)


def test_two_imports_of_a_store_are_not_open_at_once(made: SkuImport) -> None:
    made.pk = None
    made._state.adding = True
    with pytest.raises(IntegrityError, match="one_open_sku_import"):
        made.save()
