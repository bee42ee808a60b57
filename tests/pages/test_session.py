"""Logging in and out, and where one arrives."""

import pytest
from django.test import Client
from django.urls import reverse

from ledger.models import Company, User
from tests.factories import a_company, a_user

pytestmark = pytest.mark.django_db

PASSWORD = "correct horse battery staple"


@pytest.fixture
def person(owner: User) -> User:
    """The owner, with a password."""
    owner.set_password(PASSWORD)
    owner.save()
    return owner


def _log_in(client: Client, email: str, password: str = PASSWORD, **more: str) -> str:
    data = {"username": email, "password": password, **more}
    answer = client.post(reverse("login"), data, follow=True)
    return answer.content.decode()


def test_one_arrives_at_the_company(client: Client, person: User, company: Company) -> None:
    assert "Asha Traders" in _log_in(client, person.email)


def test_capitals_in_the_address_do_not_matter(
    client: Client, person: User, company: Company
) -> None:
    assert "Asha Traders" in _log_in(client, person.email.upper())


def test_one_arrives_where_one_wanted_to_go(client: Client, person: User, company: Company) -> None:
    wanted = reverse("reports", args=[company.pk])
    assert "Trial balance" in _log_in(client, person.email, next=wanted)


def test_nobody_is_led_to_another_site(client: Client, person: User, company: Company) -> None:
    data = {"username": person.email, "password": PASSWORD, "next": "https://evil.example/"}
    assert client.post(reverse("login"), data)["Location"] == "/"


def test_a_wrong_password_says_nothing_more(client: Client, person: User) -> None:
    unknown = _log_in(client, "nobody@example.com", "wrong")
    assert "Please enter a correct e-mail address and password" in unknown
    assert "Please enter a correct e-mail address and password" in _log_in(
        client, person.email, "wrong"
    )


def test_many_wrong_passwords_lock_out(client: Client, person: User) -> None:
    pages = [_log_in(client, person.email, "wrong") for _ in range(10)]
    assert "Too many attempts" in pages[-1]
    assert "Too many attempts" in _log_in(client, person.email)


def test_the_company_that_was_open_last_is_opened_again(browser: Client, owner: User) -> None:
    a_company(owner=owner, name="First")
    second = a_company(owner=owner, name="Second")
    browser.get(reverse("home", args=[second.pk]))
    assert browser.get("/")["Location"] == reverse("home", args=[second.pk])


def test_companies_can_be_switched(browser: Client, owner: User, company: Company) -> None:
    other = a_company(owner=owner, name="Other Works")
    page = browser.get(reverse("home", args=[company.pk])).content.decode()
    assert reverse("home", args=[other.pk]) in page


def test_a_person_without_a_company_is_told_what_to_do() -> None:
    client = Client()
    client.force_login(a_user("newcomer"))
    assert "No company yet" in client.get("/").content.decode()


def test_logging_out_ends_the_session(browser: Client, company: Company) -> None:
    browser.post(reverse("logout"))
    assert browser.get(reverse("home", args=[company.pk])).status_code == 302


def test_a_form_without_its_token_changes_nothing(owner: User, company: Company) -> None:
    careful = Client(enforce_csrf_checks=True)
    careful.force_login(owner)
    answer = careful.post(reverse("connect_store", args=[company.pk]), {"name": "Shop"})
    assert answer.status_code == 403
    assert "Please send it again" in answer.content.decode()
