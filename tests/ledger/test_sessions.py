"""Where people are logged in."""

from datetime import timedelta

import pytest
from django.contrib.auth import SESSION_KEY

from ledger import sessions
from ledger.models import Session, User
from ledger.session_store import SessionStore
from tests.factories import NOW, a_user

pytestmark = pytest.mark.django_db

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"


@pytest.fixture
def person() -> User:
    """Logs in here and there."""
    return a_user("person")


def _log_in(user: User, address: str = "203.0.113.7", agent: str = FIREFOX) -> SessionStore:
    store = SessionStore()
    store[SESSION_KEY] = str(user.pk)
    store.create()
    sessions.note_visit(store, address=address, user_agent=agent, now=NOW)
    store.save()
    return store


def _row(store: SessionStore) -> Session:
    return Session.objects.get(session_key=store.session_key)


def test_a_session_says_whose_it_is_and_from_where(person: User) -> None:
    row = _row(_log_in(person))
    assert (row.user, row.address, row.device) == (person, "203.0.113.7", "Firefox on Linux")
    assert (row.started_at, row.last_seen_at) == (NOW, NOW)


def test_who_is_not_logged_in_leaves_no_trace() -> None:
    store = SessionStore()
    store["company"] = 1
    store.create()
    sessions.note_visit(store, address="203.0.113.7", user_agent=FIREFOX, now=NOW)
    store.save()
    row = _row(store)
    assert (row.user, row.address, row.device) == (None, None, "")


@pytest.mark.parametrize("address", ["unix:", "", "somewhere"])
def test_an_address_that_is_none_is_not_kept(person: User, address: str) -> None:
    assert _row(_log_in(person, address)).address is None


def test_a_living_page_is_noted_every_five_minutes_and_no_more(person: User) -> None:
    store = _log_in(person)
    store.modified = False
    soon, later = NOW + timedelta(minutes=4, seconds=59), NOW + timedelta(minutes=5)
    sessions.note_visit(store, address="198.51.100.1", user_agent=FIREFOX, now=soon)
    assert not store.modified
    sessions.note_visit(store, address="198.51.100.1", user_agent=FIREFOX, now=later)
    store.save()
    row = _row(store)
    assert (row.address, row.started_at, row.last_seen_at) == ("198.51.100.1", NOW, later)


def test_a_session_whose_key_changes_is_the_same_session(person: User) -> None:
    store = _log_in(person)
    store.cycle_key()
    assert Session.objects.count() == 1
    assert _row(store).started_at == NOW


def test_pages_name_a_session_by_what_opens_nothing(person: User) -> None:
    store = _log_in(person)
    row = _row(store)
    assert str(store.session_key) not in row.public_id
    assert sessions.find(person, row.public_id, NOW) == row
    assert sessions.find(a_user("other"), row.public_id, NOW) is None
    assert sessions.find(person, str(store.session_key), NOW) is None


def test_only_living_sessions_are_listed_the_newest_first(person: User) -> None:
    old, new = _log_in(person), _log_in(person)
    Session.objects.filter(session_key=new.session_key).update(
        last_seen_at=NOW + timedelta(hours=1)
    )
    _log_in(a_user("other"))
    Session.objects.update(expire_date=NOW + timedelta(days=1))
    dead = _log_in(person)
    Session.objects.filter(session_key=dead.session_key).update(expire_date=NOW)
    listed = [each.session_key for each in sessions.of_user(person, NOW)]
    assert listed == [new.session_key, old.session_key]


def test_all_others_end(person: User) -> None:
    stores = [_log_in(person) for _ in range(3)]
    stranger = _log_in(a_user("stranger"))
    assert sessions.end_others(person, stores[0].session_key) == 2
    left = set(Session.objects.values_list("session_key", flat=True))
    assert left == {stores[0].session_key, stranger.session_key}
