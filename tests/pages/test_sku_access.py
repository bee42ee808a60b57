"""Who may do what with the SKU mapping: viewers look, operators map, accountants open items."""

import pytest
from django.test import Client
from django.urls import reverse

from connections.models import StoreConnection
from ledger.models import Company, Item, Membership, Permission, Role, User
from sync.models import SkuImport, SkuImportRow, SkuMapping
from tests.factories import a_user
from tests.stores import a_connection, an_order, book
from tests.sync.skus.files import items, previewed, sheet

pytestmark = pytest.mark.django_db

LOOKS = ("store_skus", "item_options", "mapping_csv", "template_csv", "sku_import", "wrong_rows")
OPERATORS_LOOKS = ("choose_item", "import_skus")
OPERATORS_DOES = (
    "map_sku", "unmap_sku", "import_skus", "apply_sku_import", "check_sku_import",
    "discard_sku_import", "undo_sku_import",
)  # fmt: skip
OF_IMPORT = (
    "sku_import", "wrong_rows", "apply_sku_import", "check_sku_import", "discard_sku_import",
    "undo_sku_import",
)  # fmt: skip
ALL_LOOKS = (*LOOKS, *OPERATORS_LOOKS, "create_item")
ALL_DOES = (*OPERATORS_DOES, "create_item")


@pytest.fixture
def made(store: StoreConnection, owner: User) -> SkuImport:
    """A preview with a row to apply and one that is wrong."""
    book(store, an_order())
    items(store.company, "CUP")
    return previewed(store, sheet("A,CUP", "B,LID"), owner)


def address(name: str, store: StoreConnection, made: SkuImport) -> str:
    ids = [store.company_id, store.pk, *([made.pk] if name in OF_IMPORT else [])]
    return reverse(name, args=ids)


def client_of(company: Company, role: Role) -> Client:
    person = a_user(role.value)
    Membership.objects.create(company=company, user=person, role=role)
    client = Client()
    client.force_login(person)
    return client


@pytest.mark.parametrize("name", ALL_LOOKS)
def test_a_stranger_finds_nothing(
    name: str, store: StoreConnection, made: SkuImport, stranger: Client
) -> None:
    assert stranger.get(address(name, store, made)).status_code == 404


@pytest.mark.parametrize("name", ALL_DOES)
def test_a_stranger_changes_nothing(
    name: str, store: StoreConnection, made: SkuImport, stranger: Client
) -> None:
    assert stranger.post(address(name, store, made)).status_code == 404


@pytest.mark.parametrize("name", ALL_LOOKS)
def test_nobody_in_particular_is_asked_to_log_in(
    name: str, store: StoreConnection, made: SkuImport
) -> None:
    assert Client().get(address(name, store, made)).status_code == 302


@pytest.mark.parametrize("name", LOOKS)
def test_a_viewer_looks(name: str, store: StoreConnection, made: SkuImport, viewer: Client) -> None:
    assert viewer.get(address(name, store, made)).status_code == 200


@pytest.mark.parametrize("name", ALL_DOES)
def test_a_viewer_changes_nothing(
    name: str, store: StoreConnection, made: SkuImport, viewer: Client
) -> None:
    data = {"sku": "SHIRT-B", "item": "CUP"}
    assert viewer.post(address(name, store, made), data).status_code == 403
    assert not SkuMapping.objects.exists()
    assert SkuImport.objects.get().state == "ready"


def test_a_viewer_is_offered_nothing_to_press(
    store: StoreConnection, made: SkuImport, viewer: Client
) -> None:
    for name in ("store_skus", "sku_import"):
        page = viewer.get(address(name, store, made)).content.decode()
        main = page.partition("<main")[2].partition("</main>")[0]
        assert 'method="post"' not in main
        assert "Bulk import" not in main


@pytest.mark.parametrize("name", [*LOOKS, *OPERATORS_LOOKS])
def test_an_operator_looks(name: str, store: StoreConnection, made: SkuImport) -> None:
    operator = client_of(store.company, Role.OPERATOR)
    assert operator.get(address(name, store, made)).status_code == 200


@pytest.mark.parametrize("name", OPERATORS_DOES)
def test_an_operator_maps_and_imports(name: str, store: StoreConnection, made: SkuImport) -> None:
    operator = client_of(store.company, Role.OPERATOR)
    data = {"sku": "SHIRT-B", "item": "CUP"}
    assert operator.post(address(name, store, made), data).status_code in (200, 302)


def test_who_may_import_items_opens_them(store: StoreConnection, made: SkuImport) -> None:
    operator = client_of(store.company, Role.OPERATOR)
    new = address("create_item", store, made)
    assert operator.get(new).status_code == 200
    assert "Create item" in operator.get(address("store_skus", store, made)).content.decode()


def test_an_operator_whose_permission_is_withheld_opens_no_items(
    store: StoreConnection, made: SkuImport
) -> None:
    operator = client_of(store.company, Role.OPERATOR)
    Membership.objects.filter(company=store.company, role=Role.OPERATOR).update(
        withheld=[Permission.IMPORT_ITEMS]
    )
    new = address("create_item", store, made)
    assert operator.get(new).status_code == 403
    assert operator.post(new, {"new-sku": "TEE", "new-name": "T-shirt"}).status_code == 403
    assert Item.objects.count() == 1
    assert "Create item" not in operator.get(address("store_skus", store, made)).content.decode()


@pytest.mark.parametrize("name", OF_IMPORT)
def test_an_import_is_not_reached_through_another_store(
    name: str, store: StoreConnection, made: SkuImport, browser: Client
) -> None:
    other = a_connection(store.company, "Other")
    method = browser.get if name in ("sku_import", "wrong_rows") else browser.post
    assert method(address(name, other, made)).status_code == 404
    assert SkuImport.objects.get().state == "ready"
    assert SkuImportRow.objects.count() == 2


def test_an_item_of_another_company_is_neither_offered_nor_mapped_to(
    store: StoreConnection, made: SkuImport, browser: Client, stranger: Client
) -> None:
    items(Company.objects.get(name="Stranger & Sons"), "THEIRS")
    offered = browser.get(address("item_options", store, made), {"item": "THEIRS"})
    assert "No item fits" in offered.content.decode()
    browser.post(address("map_sku", store, made), {"sku": "SHIRT-B", "item": "THEIRS"})
    assert not SkuMapping.objects.exists()
