"""The admin for staff in a real browser: under the strict policy, readable, light and dark."""

from collections.abc import Iterator

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page

from connections.models import StoreConnection
from ledger.models import Account, Company, User, Voucher
from tests.browser.accessibility import faults, refusals
from tests.browser.conftest import log_in
from tests.stores import an_order, book

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

DJANGOS_OWN = ("heading-order", "region", "landmark", "page-has-heading", "empty-table-header")
"""What Django's own templates do against good practice, not against WCAG; and empty heads."""


@pytest.fixture(params=["light", "dark"])
def staff(
    request: pytest.FixtureRequest, chrome: Browser, site: str, owner: User, company: Company
) -> Iterator[Page]:
    """A superuser who has logged in; whatever the browser refuses fails the test."""
    User.objects.filter(pk=owner.pk).update(is_staff=True, is_superuser=True)
    context = chrome.new_context(
        viewport={"width": 1280, "height": 900}, color_scheme=request.param
    )
    page = context.new_page()
    refused = refusals(page)
    log_in(page, site, owner.email)
    yield page
    assert not refused, "\n".join(refused)
    context.close()


def test_the_admin_is_readable_and_runs_no_script_but_files(
    staff: Page, site: str, company: Company, store: StoreConnection
) -> None:
    book(store, an_order(501), an_order(502, currency="USD"))
    voucher = Voucher.objects.get()
    account = Account.objects.filter(company=company)[0]
    pages = [
        reverse("admin:index"),
        reverse("admin:sync_order_changelist"),
        reverse("admin:ledger_voucher_change", args=[voucher.pk]),
        reverse("admin:ledger_account_change", args=[account.pk]),
        reverse("admin:ledger_membership_add"),
        reverse("admin:ledger_account_delete", args=[account.pk]),
        reverse("admin:django_q_schedule_changelist"),
    ]
    found = {}
    for page in pages:
        staff.goto(site + page)
        found[page] = [each for each in faults(staff) if _is_ours(each)]
    lines = [f"{page}: {each}" for page, wrong in found.items() for each in wrong]
    assert not lines, "\n".join(lines)


def _is_ours(fault: str) -> bool:
    return not fault.startswith((*DJANGOS_OWN, "an empty column head", "not exactly"))
