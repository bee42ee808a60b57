"""Ids of another company in forms and queries: nothing of it is shown, used or changed.

Which fields there are is read off the pages themselves: what stands in a form of the other company
and not in one's own is foreign, whether it is an id of an item, an account, a voucher or a draft.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from io import BytesIO
from urllib.parse import urlsplit
from zipfile import ZipFile, is_zipfile

import pytest
from django.test import Client
from pypdf import PdfReader

from connections.models import StoreConnection
from ledger.models import Company, Item, Party, User
from sync.models import Delivery, SkuMapping
from tests.walk.conftest import VICTIM, logged_in
from tests.walk.everything import Things
from tests.walk.fingerprint import of_company, taken_back, written
from tests.walk.routes import OF_COMPANY
from tests.walk.seen import Form, Seen, crawl, name_of, query_of
from tests.walk.who_may import NEEDS, NOBODY

pytestmark = pytest.mark.django_db

MOST_VALUES = 3
Values = dict[tuple[str, str], set[str]]


def _pages(person: User, things: Things) -> list[Seen]:
    starts = [route.address(things) for route in OF_COMPANY if NEEDS[route.name][0] != NOBODY]
    return list(crawl(logged_in(person), *starts))


def _text(body: bytes) -> str:
    """What is to be read in a page, a sheet or a paper."""
    if body.startswith(b"%PDF"):
        return "\n".join(page.extract_text() for page in PdfReader(BytesIO(body)).pages)
    if is_zipfile(BytesIO(body)):
        with ZipFile(BytesIO(body)) as archive:
            return "\n".join(archive.read(name).decode() for name in archive.namelist())
    return body.decode(errors="replace")


def _shows(client: Client, address: str, form: dict[str, str] | None = None) -> str:
    """The page that an address or a form ends on. A server that breaks raises here."""
    sent = (
        client.get(address, follow=True)
        if form is None
        else client.post(address, form, follow=True)
    )
    return _text(b"".join(sent) if sent.streaming else sent.content)


def _fields(forms: Iterable[Form]) -> Values:
    found: Values = defaultdict(set)
    for form in forms:
        for name, values in form.fields.items():
            found[form.name, name] |= set(values)
    return found


def _foreign(theirs: Values, own: Values, key: tuple[str, str]) -> Iterator[str]:
    """What only they have; tokens against forgery are everybody's own."""
    if key[1] != "csrfmiddlewaretoken":
        yield from sorted(theirs.get(key, set()) - own.get(key, set()))[:MOST_VALUES]


@pytest.fixture
def theirs(things: Things, owner: User) -> list[Seen]:
    """All pages of the company whose ids are smuggled."""
    return _pages(owner, things)


@pytest.fixture
def own(own_things: Things, stranger: User) -> list[Seen]:
    """All pages of the company whose owner smuggles."""
    return _pages(stranger, own_things)


def test_what_is_foreign_shows_where_it_belongs_and_nowhere_else(
    theirs: list[Seen], own: list[Seen]
) -> None:
    """So that the mark, looked for below, would be found."""
    marked = {page.name for page in theirs if VICTIM in _text(page.body)}
    assert {"voucher", "voucher_pdf", "day_book_excel", "day_book_csv", "order", "store"} <= marked
    assert [page.address for page in own if VICTIM in _text(page.body)] == []


def test_no_field_of_a_form_takes_what_is_another_companys(
    theirs: list[Seen], own: list[Seen], company: Company, stranger: User
) -> None:
    forms = [form for page in own for form in page.forms if form.method == "post"]
    of_theirs = _fields(form for page in theirs for form in page.forms if form.method == "post")
    of_own, before, tried = _fields(forms), of_company(company), set[tuple[str, str]]()
    browser = logged_in(stranger)
    for form in {(each.name, *sorted(each.fields)): each for each in forms}.values():
        for field in list(form.fields):
            for value in _foreign(of_theirs, of_own, (form.name, field)):
                count = written()
                with taken_back():
                    shown = _shows(browser, form.action, {**form.chosen, field: value})
                    assert VICTIM in value or VICTIM not in shown, (form.name, field, value)
                    is_same = written() == count or of_company(company) == before
                    assert is_same, (form.name, field, value)
                tried.add((form.name, field))
    assert {("several_pdf", "voucher"), ("replay_delivery", "delivery")} <= tried


def test_no_query_shows_what_is_another_companys(
    theirs: list[Seen], own: list[Seen], stranger: User
) -> None:
    asked_by_them, asked_by_us = _queries(theirs), _queries(own)
    browser, tried = logged_in(stranger), set[tuple[str, str]]()
    addresses = {page.name: page.address.partition("?")[0] for page in own}
    for name, parameter in asked_by_them:
        for value in _foreign(asked_by_them, asked_by_us, (name, parameter)):
            if name in addresses and VICTIM not in value:
                shown = _shows(browser, f"{addresses[name]}?{parameter}={value}")
                assert VICTIM not in shown, (name, parameter, value)
                tried.add((name, parameter))
    assert {("day_book", "store"), ("reports", "store"), ("enter_voucher", "account")} <= tried


def _queries(pages: Iterable[Seen]) -> Values:
    found: Values = defaultdict(set)
    for address in {link for page in pages for link in (page.address, *page.leads_to())}:
        for parameter, value in query_of(address):
            found[name_of(urlsplit(address).path), parameter].add(value)
    return found


def test_a_form_full_of_foreign_ids_changes_nothing_there(
    things: Things, own_things: Things, company: Company, stranger: User
) -> None:
    """By whatever name a form may ask for an id, also where no page shows the field."""
    browser, before = logged_in(stranger), of_company(company)
    body = {**things, **_named(company, things)}
    for route in OF_COMPANY:
        count = written()
        with taken_back():
            shown = browser.post(route.address(own_things), body)
            assert written() == count or of_company(company) == before, route.name
            assert shown.status_code < 500, route.name


def _named(company: Company, things: Things) -> Things:
    """Names that forms have for what addresses call otherwise."""
    store = StoreConnection.objects.get(pk=str(things["connection_id"]))
    item = Item.objects.filter(company=company)[0].pk
    return {
        "delivery": Delivery.objects.filter(connection=store)[0].pk,
        "voucher": things["voucher_id"], "posted": things["voucher_id"],
        "connection": store.pk, "store": store.pk, "draft": things["draft_id"],
        "item": item, "item_id": item, "mapping": SkuMapping.objects.filter(connection=store)[0].pk,
        "account": things["account_id"], "row-0-account": things["account_id"],
        "party": Party.objects.filter(company=company)[0].pk,
        "membership": things["membership_id"], "invitation": things["invitation_id"],
        "token": things["token_id"], "import": things["import_id"], "company": company.pk,
        "do": "pause", "role": "owner", "permissions": "post", "name": "Changed", "reason": "x",
        "reason_code": "currency", "rate": "80", "confirm": store.name, "year": "26-27",
    }  # fmt: skip
