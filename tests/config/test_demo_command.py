"""`manage.py demo` against a running server: the real door, over HTTP."""

from collections.abc import Iterator
from datetime import timedelta
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.test.testcases import LiveServerThread
from django.utils import timezone

from config.kept_secrets import stored_secret
from connections import lifecycle
from connections.models import StoreConnection
from ledger.models import Company
from sync.booking import pipeline
from sync.demo import stage
from sync.demo.story import story
from sync.door import application_for
from sync.models import Delivery
from tests.factories import a_company

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def site() -> Iterator[str]:
    """Where a server runs, the door in front of Django as in production."""
    server = LiveServerThread("127.0.0.1", static_handler=application_for)  # type: ignore[arg-type]
    server.daemon = True
    server.start()
    server.is_ready.wait()
    if server.error:
        raise server.error
    yield f"http://127.0.0.1:{server.port}"
    server.terminate()


def demo(site: str) -> str:
    said = StringIO()
    call_command("demo", f"--site={site}", stdout=said)
    return said.getvalue()


def an_hour_ago() -> StoreConnection:
    """Let the demo store have opened before, so that nothing of its story is still to come."""
    stage.demo_connection("another-pass-word", now=timezone.now())
    opened_at = timezone.now() - timedelta(hours=1)
    StoreConnection.objects.update(created_at=opened_at)
    return StoreConnection.objects.get()


def test_it_says_how_to_log_in_and_sends_everything_once(site: str) -> None:
    connection = an_hour_ago()
    events = len(story(connection.created_at).events)
    said = demo(site)
    assert f"Log in at {site}/ as demo@example.com with" in said
    assert "is quiet now" in said
    assert Delivery.objects.count() == events
    assert pipeline.drain(connection.pk).documents > 40
    assert demo(site) == said
    assert Delivery.objects.count() == events


def test_it_prints_the_password_until_somebody_changes_it(site: str) -> None:
    connection = an_hour_ago()
    owner = connection.company.memberships.get().user
    assert "the password that you have chosen" in demo(site)
    kept = stored_secret(settings.VAR_DIR, "demo-password") or ""
    assert len(kept) >= 12
    owner.set_password(kept)
    owner.save()
    assert f"with {kept}\n" in demo(site)


def test_who_has_books_gets_no_demo(site: str) -> None:
    a_company()
    assert demo(site) == "There are companies here already, so no demo is made.\n"
    assert Company.objects.count() == 1


def test_a_door_that_refuses_ends_it_with_a_sentence(site: str) -> None:
    lifecycle.unpair(an_hour_ago())
    with pytest.raises(CommandError, match="does not take the demo's orders: it answered 401"):
        demo(site)
