"""Who sees which page. A stranger must not learn that anything exists."""

from collections.abc import Sequence
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

from connections.models import StoreConnection
from ledger.access import access_rule
from ledger.models import Account, Company, Voucher
from sync.models import OrderDraft
from tests.stores import an_order, book

pytestmark = pytest.mark.django_db

PAGES = (
    "home", "search", "day_book", "day_book_csv", "stores", "reports",
    "store", "store_orders", "store_waiting", "store_deliveries", "store_options", "store_taxes",
    "order", "voucher", "draft", "account", "connect_store",
    "edit_log", "edit_log_csv", "period_lock", "late_documents", "late_documents_csv",
    "enter_voucher", "account_choices", "party_choices",
    "store_asking", "store_certificate",
    "profit_and_loss", "sales_register", "day_book_excel", "trial_balance_csv",
    "trial_balance_excel", "profit_and_loss_csv", "profit_and_loss_excel", "sales_register_csv",
    "sales_register_excel", "hsn_summary_csv", "hsn_summary_excel", "account_csv", "account_excel",
    "voucher_pdf", "document_details",
    "all_orders", "all_waiting", "drafts", "all_orders_csv", "all_orders_excel",
)  # fmt: skip
CHANGES = (
    "lock_period", "unlock_period", "enter_voucher", "reverse_voucher", "store_taxes",
    "retry_orders", "replay_delivery", "accept_order", "post_draft", "connect_store",
    "new_secret", "unpair_store", "resume_store", "delete_store", "store_options",
    "make_pairing_code", "reconnect_store", "ask_for_keys", "register_webhooks", "change_polling",
    "change_backfill", "document_details",
    "retry_waiting", "leave_out_delivery", "map_waiting_sku", "post_drafts",
)  # fmt: skip
NOT_FOR_VIEWERS = (
    "store_options", "store_taxes", "connect_store", "enter_voucher", "account_choices",
    "party_choices", "document_details",
)  # fmt: skip


@pytest.fixture
def address(company: Company, store: StoreConnection) -> dict[str, str]:
    """The address of every page, with something to show on each."""
    book(store, an_order(501), an_order(502, status="on-hold"))
    ids = {
        "company_id": company.pk,
        "connection_id": store.pk,
        "order_id": 501,
        "kind": "receipt",
        "voucher_id": Voucher.objects.get().pk,
        "draft_id": OrderDraft.objects.get().draft_id,
        "account_id": Account.objects.filter(company=company).order_by("id")[0].pk,
    }
    return {name: _reverse(name, ids) for name in {*PAGES, *CHANGES}}


def _reverse(name: str, ids: dict[str, object]) -> str:
    parameters = get_resolver().reverse_dict.getlist(name)[0][0][0][1]
    return reverse(name, kwargs={each: ids[each] for each in parameters})


@pytest.mark.parametrize("page", PAGES)
def test_the_owner_sees(page: str, address: dict[str, str], browser: Client) -> None:
    assert browser.get(address[page]).status_code == 200


@pytest.mark.parametrize("page", PAGES)
def test_a_stranger_gets_not_found(page: str, address: dict[str, str], stranger: Client) -> None:
    assert stranger.get(address[page]).status_code == 404


@pytest.mark.parametrize("page", PAGES)
def test_nobody_in_particular_is_asked_to_log_in(page: str, address: dict[str, str]) -> None:
    answer = Client().get(address[page])
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("login"))


@pytest.mark.parametrize("page", [page for page in PAGES if page not in NOT_FOR_VIEWERS])
def test_a_viewer_sees(page: str, address: dict[str, str], viewer: Client) -> None:
    assert viewer.get(address[page]).status_code == 200


@pytest.mark.parametrize("change", CHANGES)
def test_a_viewer_changes_nothing(change: str, address: dict[str, str], viewer: Client) -> None:
    answer = viewer.post(address[change])
    assert answer.status_code == 403
    assert "Your role does not allow this" in answer.content.decode()


@pytest.mark.parametrize("change", CHANGES)
def test_a_stranger_changes_nothing(change: str, address: dict[str, str], stranger: Client) -> None:
    assert stranger.post(address[change]).status_code == 404


def test_a_store_is_not_reached_through_another_company(
    stranger: Client, store: StoreConnection
) -> None:
    own = Company.objects.get(name="Stranger & Sons")
    for name in ("store", "store_waiting", "store_orders", "store_deliveries", "store_options"):
        assert stranger.get(reverse(name, args=[own.pk, store.pk])).status_code == 404


def test_a_voucher_is_not_reached_through_another_company(
    stranger: Client, address: dict[str, str]
) -> None:
    own = Company.objects.get(name="Stranger & Sons")
    voucher = Voucher.objects.get()
    assert stranger.get(reverse("voucher", args=[own.pk, voucher.pk])).status_code == 404


def test_an_unknown_store_is_not_found(browser: Client, company: Company) -> None:
    assert browser.get(reverse("store", args=[company.pk, uuid4()])).status_code == 404


def test_every_page_declares_who_may_see_it() -> None:
    patterns = [p for p in get_resolver().url_patterns if not _is_admin(p)]
    silent = [str(p.pattern) for p in _leaves(patterns) if access_rule(p.callback) is None]
    assert silent == []


def _is_admin(pattern: object) -> bool:
    return getattr(pattern, "app_name", None) == "admin"


def _leaves(patterns: Sequence[object]) -> list[URLPattern]:
    leaves: list[URLPattern] = []
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            leaves.append(pattern)
        else:
            leaves += _leaves(getattr(pattern, "url_patterns", []))
    return leaves
