"""All pages as each role sees them: whatever is offered is allowed, and looking changes nothing."""

import pytest
from django.test import Client

from ledger.models import Company, User
from tests.walk import who_may
from tests.walk.conftest import a_member, logged_in
from tests.walk.everything import Things
from tests.walk.fingerprint import of_everything
from tests.walk.routes import OF_COMPANY
from tests.walk.seen import Form, Seen, crawl, name_of
from tests.walk.who_may import ITS_PERSON, MAY, MEMBER, NEEDS, NOBODY

pytestmark = pytest.mark.django_db

NOT_CHANGING = {"choose_year", "several_pdf", "logout", "add_token", "revoke_token"}
"""What a viewer may send: the own view, tokens and files."""
ONLY_ASKED_FOR = {"account_choices", "party_choices", "item_options"}
"""What the pages' scripts ask for while somebody types."""


def _pages(client: Client, things: Things, may: set[str]) -> list[Seen]:
    """Every page there is for a role, and all that links on it lead to."""
    starts = [
        route.address(things)
        for route in OF_COMPANY
        if NEEDS[route.name][0] in may and route.name not in ONLY_ASKED_FOR
    ]
    answered = next(route for route in OF_COMPANY if route.name == "order")
    starts.append(answered.address({**things, "order_id": things["answered_order_id"]}))
    return list(crawl(client, *starts))


@pytest.fixture(params=sorted(MAY))
def role(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def pages(role: str, things: Things, company: Company, owner: User) -> list[Seen]:
    """All pages, as this role sees them."""
    person = owner if role == "owner" else a_member(company, role)
    before = of_everything()
    found = _pages(logged_in(person), things, MAY[role])
    assert of_everything() == before, "looking has changed something"
    return found


def test_what_a_page_offers_the_role_may_do(role: str, pages: list[Seen]) -> None:
    dead = [f"{page.address} → {page.status}" for page in pages if page.status not in (200, 302)]
    assert dead == [], "links that lead nowhere, or where the role may not go"
    refused = [
        f"{page.name}: {form.name}"
        for page in pages
        for form in page.forms
        if form.can_be_sent and form.name in NEEDS and not _may_send(form, MAY[role])
    ]
    assert refused == [], "forms that would be refused"
    assert len({page.name for page in pages} & set(NEEDS)) > 45


def _may_send(form: Form, may: set[str]) -> bool:
    look, send = NEEDS[form.name]
    need = look if form.method == "get" else send
    return need in may or (need == ITS_PERSON and MEMBER in may)


def _changes(form: Form) -> bool:
    return form.can_be_sent and form.method != "get"


def test_a_viewer_is_offered_no_form_that_changes_anything(
    things: Things, company: Company
) -> None:
    pages = _pages(logged_in(a_member(company, "viewer")), things, MAY["viewer"])
    sent = {form.name for page in pages for form in page.forms if _changes(form)}
    assert sent - who_may.OF_ONESELF <= NOT_CHANGING
    assert {"choose_year", "several_pdf", "logout"} <= sent, "the pages were not read"


def test_every_form_that_a_role_may_send_is_offered_somewhere(
    things: Things, company: Company, owner: User
) -> None:
    """The other way round: what nobody finds, nobody can do."""
    pages = _pages(logged_in(owner), things, MAY["owner"])
    offered = {form.name for page in pages for form in page.forms if _changes(form)}
    takes = {name for name, (_, send) in NEEDS.items() if send != NOBODY}
    assert takes - offered == NOT_AT_THIS_MOMENT


NOT_AT_THIS_MOMENT = {
    "unlock_period",  # nothing is locked
    "resume_store",  # the store is not unpaired
    "cancel_download",  # the file is ready
    "check_sku_import",  # the preview is checked
    "cancel_order_import",  # the import is done
    "resume_order_import",  # the same
    "cancel_customer_look",  # the store has told of all
    "resume_customer_look",  # the same
    "stop_certificate",  # none is being made
    "leave_out_delivery",  # every delivery could be read
    "take_in_again",  # none is left out
    "map_waiting_sku",  # no order waits for a SKU
    "reallocate_refund",  # the refund is of the only line
    "apply_item_import",  # a file has to be uploaded first
    "delete_item",  # the item is in use
    "resume_look",  # no look was stopped by a store
    "ask_for_keys",  # this server cannot be reached by stores
}


def test_a_page_is_found_by_links_from_home(things: Things, company: Company, owner: User) -> None:
    """Nobody has to know an address."""
    home = f"/c/{company.pk}/"
    found = {page.name for page in crawl(logged_in(owner), home)}
    pages = {name for name, (look, _) in NEEDS.items() if look != NOBODY} - ONLY_ASKED_FOR
    assert pages - found == {
        "plugin_card", "download", "download_file", "keys_come_back", "retry_run",
    }  # fmt: skip
    assert name_of(home) == "home"
