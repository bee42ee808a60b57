"""Logging in by two factors, proving it again, and the sessions that come of it."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth import SESSION_KEY
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from connections.models import StoreConnection
from ledger import second_factor
from ledger.models import ApiToken, Authenticator, Company, Membership, Role, Session, User
from tests.authenticator import code_at
from tests.factories import a_user

pytestmark = pytest.mark.django_db

PASSWORD = "correct horse battery staple"
OTHER = "another long password"
LOGIN, CODE, CONFIRM = "/login/", "/login/code/", "/confirm/"


@pytest.fixture(autouse=True)
def quick_hashes(settings: Settings) -> None:
    """Dozens of log-ins are tried here; how slowly a password is hashed is Django's matter."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def person(owner: User) -> User:
    """The owner, with a password."""
    owner.set_password(PASSWORD)
    owner.save()
    return owner


@pytest.fixture
def seed(person: User) -> str:
    """The owner's app, set up a while ago; its recovery codes are lost."""
    second_factor.begin(person)
    found = second_factor.seed_to_set_up(person)
    assert found is not None
    then = timezone.now() - timedelta(minutes=5)
    second_factor.switch_on(person, code_at(found, then), now=then)
    return found


def _password(client: Client, person: User, password: str = PASSWORD, **more: str) -> str:
    data = {"username": person.email, "password": password, **more}
    return client.post(LOGIN, data).headers.get("Location", "")


def _code(client: Client, code: str, **more: str) -> str:
    return client.post(CODE, {"code": code, **more}).headers.get("Location", "")


def _is_in(client: Client) -> bool:
    return SESSION_KEY in client.session


def _wrong(seed: str) -> str:
    now = timezone.now()
    right = {code_at(seed, now, steps) for steps in range(-3, 4)}
    return next(code for code in ("000000", "111111", "222222", "333333") if code not in right)


# Two factors ------------------------------------------------------------------------------------


def test_password_and_code_log_in(client: Client, person: User, seed: str) -> None:
    assert _password(client, person).startswith(CODE)
    assert not _is_in(client)
    assert _code(client, code_at(seed, timezone.now())) == "/"
    assert _is_in(client)


def test_the_password_alone_opens_nothing(
    client: Client, person: User, seed: str, company: Company
) -> None:
    _password(client, person)
    for name in ("home", "settings", "members"):
        answer = client.get(reverse(name, args=[company.pk]))
        assert answer["Location"].startswith(LOGIN)
    assert client.get(reverse("profile"))["Location"].startswith(LOGIN)


def test_a_code_without_a_password_opens_nothing(client: Client, person: User, seed: str) -> None:
    assert _code(client, code_at(seed, timezone.now())).startswith(LOGIN)
    assert not _is_in(client)


def test_a_recovery_code_logs_in_once_and_says_how_many_are_left(
    client: Client, person: User, seed: str, company: Company
) -> None:
    code = second_factor.new_recovery_codes(person)[0]
    _password(client, person)
    page = client.post(CODE, {"code": code}, follow=True).content.decode()
    assert "9 recovery codes are left" in page
    other = Client()
    _password(other, person)
    assert "not right, or was used already" in other.post(CODE, {"code": code}).content.decode()


def test_one_arrives_where_one_wanted_to_go(
    client: Client, person: User, seed: str, company: Company
) -> None:
    wanted = reverse("reports", args=[company.pk])
    assert wanted.replace("/", "%2F") in _password(client, person, next=wanted) or wanted in (
        _password(client, person, next=wanted)
    )
    assert _code(client, code_at(seed, timezone.now()), next=wanted) == wanted


def test_nobody_is_led_to_another_site(client: Client, person: User, seed: str) -> None:
    evil = "https://evil.example/"
    assert "evil" not in _password(client, person, next=evil)
    assert _code(client, code_at(seed, timezone.now()), next=evil) == "/"


def test_a_password_holds_for_five_minutes(client: Client, person: User, seed: str) -> None:
    _password(client, person)
    session = client.session
    session["password_given"]["until"] = timezone.now().isoformat()
    session.save()
    assert _code(client, code_at(seed, timezone.now())).startswith(LOGIN)
    assert not _is_in(client)


def test_a_password_that_was_changed_meanwhile_does_not_hold(
    client: Client, person: User, seed: str
) -> None:
    _password(client, person)
    person.set_password(OTHER)
    person.save()
    assert _code(client, code_at(seed, timezone.now())).startswith(LOGIN)


def test_the_session_key_changes_at_each_step(client: Client, person: User, seed: str) -> None:
    client.get(LOGIN)
    keys = [client.session.session_key]
    _password(client, person)
    keys.append(client.session.session_key)
    _code(client, code_at(seed, timezone.now()))
    keys.append(client.session.session_key)
    assert len(set(keys)) == 3
    assert not Session.objects.filter(session_key__in=keys[:2]).exists()


def test_wrong_codes_lock_out_as_wrong_passwords_do(
    client: Client, person: User, seed: str
) -> None:
    for _ in range(4):
        _password(client, person, "wrong")
    _password(client, person)
    pages = [client.post(CODE, {"code": _wrong(seed)}) for _ in range(6)]
    assert [page.status_code for page in pages] == [200, 200, 200, 200, 200, 429]
    assert "Too many attempts" in pages[-1].content.decode()
    assert client.post(CODE, {"code": code_at(seed, timezone.now())}).status_code == 429
    assert client.post(LOGIN, {"username": person.email, "password": PASSWORD}).status_code == 429
    assert not _is_in(client)


def test_from_many_addresses_the_app_is_blocked_for_all(person: User, seed: str) -> None:
    for number in range(10):
        client = Client(REMOTE_ADDR=f"198.51.100.{number}")
        _password(client, person)
        client.post(CODE, {"code": _wrong(seed)})
    fresh = Client(REMOTE_ADDR="203.0.113.1")
    _password(fresh, person)
    page = fresh.post(CODE, {"code": code_at(seed, timezone.now())}).content.decode()
    assert re.search(r"not taken for 1\d more minutes", page)
    assert _code(fresh, second_factor.new_recovery_codes(person)[0]) == "/"


def test_what_was_typed_is_not_kept_with_the_failures(
    client: Client, person: User, seed: str
) -> None:
    _password(client, person, "a wrong secret")
    _password(client, person)
    client.post(CODE, {"code": "k7m2-9xqd-4htr-w8px"})
    client.force_login(person)
    form = {"password": "no", "new_password": OTHER, "new_password_again": OTHER}
    client.post(reverse("password"), form)
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(t::text, '') FROM axes_accessattempt t")
        kept = cursor.fetchone()[0]
    assert "k7m2" not in kept
    assert "secret" not in kept
    assert OTHER not in kept


def test_staff_log_in_by_both_factors_too(person: User, seed: str) -> None:
    person.is_staff = person.is_superuser = True
    person.save()
    client = Client()
    answer = client.get(reverse("admin:index"), follow=True)
    assert answer.redirect_chain[-1][0].startswith(f"{LOGIN}?next=")
    credentials = {"username": person.email, "password": PASSWORD}
    assert client.post(reverse("admin:login"), credentials)["Location"].startswith(LOGIN)
    assert not _is_in(client)


def test_who_is_not_staff_is_not_sent_round_in_a_circle(browser: Client) -> None:
    answer = browser.get(reverse("admin:index"), follow=True)
    assert answer.status_code == 403


# Setting it up ----------------------------------------------------------------------------------


def test_it_is_set_up_by_the_codes_of_an_app(browser: Client, owner: User) -> None:
    browser.post(reverse("two_factor_begin"))
    page = browser.get(reverse("two_factor_set_up"))
    seed = re.search(r'id="seed" value="([A-Z2-7 ]+)"', page.content.decode())
    assert seed is not None
    assert "no-store" in page["Cache-Control"]
    assert "<svg" in page.content.decode()
    answer = browser.post(
        reverse("two_factor_set_up"), {"code": code_at(seed[1], timezone.now())}
    ).content.decode()
    codes = re.findall(r"<code>([a-z0-9-]{19})</code>", answer)
    assert len(codes) == 10
    assert codes[0] not in browser.get(reverse("two_factor")).content.decode()
    assert second_factor.is_on(owner)


def test_a_wrong_first_code_switches_nothing_on(browser: Client, owner: User) -> None:
    browser.post(reverse("two_factor_begin"))
    page = browser.post(reverse("two_factor_set_up"), {"code": "12345"}).content.decode()
    assert "not what the app shows now" in page
    assert not second_factor.is_on(owner)


def test_without_a_beginning_there_is_nothing_to_set_up(browser: Client) -> None:
    assert browser.get(reverse("two_factor_set_up"))["Location"] == reverse("two_factor")


def test_what_is_on_is_not_begun_again(person: User, seed: str) -> None:
    client = Client()
    client.force_login(person)
    assert client.post(reverse("two_factor_begin"))["Location"] == reverse("two_factor")
    assert second_factor.is_on(person)
    assert client.get(reverse("two_factor_set_up"))["Location"] == reverse("two_factor")


def test_it_is_switched_off(person: User, seed: str) -> None:
    client = Client()
    client.force_login(person)
    client.post(reverse("two_factor_off"))
    assert not second_factor.is_on(person)
    assert _password(Client(), person) == "/"


def test_new_recovery_codes_are_shown_once(person: User, seed: str) -> None:
    client = Client()
    client.force_login(person)
    page = client.post(reverse("new_recovery_codes"))
    assert "no-store" in page["Cache-Control"]
    assert len(re.findall(r"<code>([a-z0-9-]{19})</code>", page.content.decode())) == 10


def test_nobody_has_recovery_codes_without_an_app(browser: Client, owner: User) -> None:
    assert browser.post(reverse("new_recovery_codes"))["Location"] == reverse("two_factor")
    assert second_factor.codes_left(owner) == 0


# Proving it again -------------------------------------------------------------------------------


def _grow_old(client: Client) -> None:
    """The log-in was a quarter of an hour ago."""
    session = client.session
    session["confirmed_at"] = (timezone.now() - timedelta(minutes=15)).isoformat()
    session.save()


def _sensitive(company: Company, store: StoreConnection) -> dict[str, str]:
    member = Membership.objects.create(company=company, user=a_user(), role=Role.VIEWER)
    return {
        reverse("add_token", args=[company.pk]): "get",
        reverse("invite", args=[company.pk]): "get",
        reverse("two_factor_begin"): "post",
        reverse("two_factor_set_up"): "get",
        reverse("new_recovery_codes"): "post",
        reverse("two_factor_off"): "post",
        reverse("change_role", args=[company.pk, member.pk]): "post",
        reverse("switch_permissions", args=[company.pk, member.pk]): "post",
        reverse("remove_member", args=[company.pk, member.pk]): "post",
        reverse("delete_store", args=[company.pk, store.pk]): "post",
    }


def test_what_a_borrowed_browser_should_not_do_asks_for_the_password(
    company: Company, store: StoreConnection, person: User, seed: str
) -> None:
    client = Client()
    client.force_login(person)
    _grow_old(client)
    for address, method in _sensitive(company, store).items():
        body = {"name": store.name, "role": "owner"}
        answer = getattr(client, method)(address, body)
        assert answer.headers.get("Location", "").startswith(CONFIRM), address
    assert second_factor.is_on(person)
    assert not ApiToken.objects.exists()
    store.refresh_from_db()
    assert store.status == "active"
    assert Membership.objects.filter(role=Role.VIEWER).count() == 1


def test_confirmed_one_comes_back_and_goes_on(
    browser: Client, person: User, company: Company
) -> None:
    client = Client()
    client.force_login(person)
    _grow_old(client)
    wanted = reverse("add_token", args=[company.pk])
    address = client.get(wanted)["Location"]
    assert client.post(address, {"password": PASSWORD, "next": wanted})["Location"] == wanted
    assert client.get(wanted).status_code == 200


def test_a_form_that_was_sent_leads_back_to_its_page_and_says_so(
    person: User, company: Company, store: StoreConnection
) -> None:
    client = Client()
    client.force_login(person)
    _grow_old(client)
    page = reverse("store_options", args=[company.pk, store.pk])
    answer = client.post(
        reverse("delete_store", args=[company.pk, store.pk]),
        {"name": store.name},
        headers={"Referer": f"http://testserver{page}?x=1"},
    )
    assert page.replace("/", "%2F") in answer["Location"] or page in answer["Location"]
    back = client.post(answer["Location"], {"password": PASSWORD, "next": page}, follow=True)
    assert "press the button again" in back.content.decode()


def test_a_wrong_password_confirms_nothing(person: User) -> None:
    client = Client()
    client.force_login(person)
    _grow_old(client)
    page = client.post(CONFIRM, {"password": "wrong"}).content.decode()
    assert "That is not your password" in page
    assert client.post(reverse("two_factor_begin"))["Location"].startswith(CONFIRM)


def test_two_factors_confirm_by_both(person: User, seed: str) -> None:
    client = Client()
    client.force_login(person)
    _grow_old(client)
    code = code_at(seed, timezone.now())
    assert client.post(CONFIRM, {"password": PASSWORD}).status_code == 200
    assert client.post(CONFIRM, {"password": "wrong", "code": code}).status_code == 200
    assert client.post(CONFIRM, {"password": PASSWORD, "code": _wrong(seed)}).status_code == 200
    # The right code is still good: it was not used up by the wrong password.
    assert client.post(CONFIRM, {"password": PASSWORD, "code": code}).status_code == 302


def test_guessing_at_the_confirmation_locks_out(person: User) -> None:
    client = Client()
    client.force_login(person)
    answers = [client.post(CONFIRM, {"password": "wrong"}).status_code for _ in range(10)]
    assert answers[-1] == 429


# Passwords and sessions -------------------------------------------------------------------------


def test_a_new_password_ends_all_other_sessions(person: User, company: Company) -> None:
    here, there = Client(), Client()
    for client in (here, there):
        client.force_login(person)
        client.get(reverse("home", args=[company.pk]))
    form = {"password": PASSWORD, "new_password": OTHER, "new_password_again": OTHER}
    assert here.post(reverse("password"), form).status_code == 302
    assert Session.objects.filter(user=person).count() == 1
    assert here.get(reverse("home", args=[company.pk])).status_code == 200
    assert there.get(reverse("home", args=[company.pk])).status_code == 302
    assert _password(Client(), person) == ""
    assert _password(Client(), person, OTHER) == "/"


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"password": "wrong"}, "That is not your password"),
        ({"new_password_again": "something else"}, "The two passwords differ"),
        ({"new_password": "short", "new_password_again": "short"}, "too short"),
        ({"new_password": "password123", "new_password_again": "password123"}, "too common"),
    ],
)
def test_a_password_that_is_not_good_changes_nothing(
    person: User, changes: dict[str, str], why: str
) -> None:
    client = Client()
    client.force_login(person)
    form = {"password": PASSWORD, "new_password": OTHER, "new_password_again": OTHER}
    assert why in client.post(reverse("password"), form | changes).content.decode()
    person.refresh_from_db()
    assert person.check_password(PASSWORD)


def test_guessing_the_present_password_locks_out(person: User) -> None:
    client = Client()
    client.force_login(person)
    form = {"password": "guess", "new_password": OTHER, "new_password_again": OTHER}
    assert [client.post(reverse("password"), form).status_code for _ in range(10)][-1] == 429


def test_sessions_are_listed_with_device_and_address(person: User) -> None:
    phone = Client(
        REMOTE_ADDR="198.51.100.9",
        headers={"User-Agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1) Safari/604.1"},
    )
    _password(phone, person)
    desk = Client()
    _password(desk, person)
    page = desk.get(reverse("sessions")).content.decode()
    assert "Safari on iPhone" in page
    assert "198.51.100.9" in page
    assert page.count("this one") == 1
    key = phone.session.session_key
    assert key is not None
    assert key not in page


def test_one_session_is_ended(person: User, company: Company) -> None:
    desk, phone = Client(), Client()
    for client in (desk, phone):
        client.force_login(person)
    found = Session.objects.get(session_key=phone.session.session_key)
    desk.post(reverse("end_session", args=[found.public_id]))
    assert phone.get(reverse("home", args=[company.pk])).status_code == 302
    assert desk.get(reverse("home", args=[company.pk])).status_code == 200


def test_ending_the_present_session_logs_out(person: User) -> None:
    desk = Client()
    desk.force_login(person)
    found = Session.objects.get(session_key=desk.session.session_key)
    assert desk.post(reverse("end_session", args=[found.public_id]))["Location"] == LOGIN
    assert not _is_in(desk)


def test_all_others_are_ended(person: User, company: Company) -> None:
    desk, *others = (Client() for _ in range(3))
    for client in (desk, *others):
        client.force_login(person)
    desk.post(reverse("end_other_sessions"))
    assert [c.get(reverse("home", args=[company.pk])).status_code for c in others] == [302, 302]
    assert desk.get(reverse("sessions")).status_code == 200


def test_a_page_does_not_write_the_session_each_time(person: User, company: Company) -> None:
    client = Client()
    client.force_login(person)
    client.get(reverse("profile"))
    before = Session.objects.get(session_key=client.session.session_key).session_data
    client.get(reverse("profile"))
    assert Session.objects.get(session_key=client.session.session_key).session_data == before


def test_who_has_no_company_still_has_a_profile_and_two_factors() -> None:
    client = Client()
    client.force_login(a_user("newcomer"))
    for name in ("profile", "password", "two_factor", "sessions"):
        page = client.get(reverse(name))
        assert page.status_code == 200
        assert reverse("two_factor") in page.content.decode()


def test_a_name_is_changed(browser: Client, owner: User) -> None:
    browser.post(reverse("profile"), {"first_name": "Asha", "last_name": "Rao", "email": "x@y.z"})
    before = owner.email
    owner.refresh_from_db()
    assert (owner.get_full_name(), owner.email) == ("Asha Rao", before)


def test_an_app_that_was_not_set_up_to_the_end_is_not_asked_for(person: User) -> None:
    second_factor.begin(person)
    assert Authenticator.objects.filter(user=person).exists()
    assert _password(Client(), person) == "/"
