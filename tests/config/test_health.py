"""What load balancers and monitoring ask."""

from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.db import connection
from django.test import Client
from django.utils import timezone

from config.health import gauges
from ledger.models import User
from sync.models import Heartbeat
from sync.running import heartbeat


def test_alive_asks_nothing_of_the_database(client: Client) -> None:
    assert client.get("/healthz").content == b"ok\n"


@pytest.mark.parametrize("address", ["/healthz", "/readyz"])
@pytest.mark.django_db
def test_where_pages_are_sent_to_https_who_asks_from_beside_is_answered_over_http(
    client: Client, settings: LazySettings, address: str
) -> None:
    settings.SECURE_SSL_REDIRECT = True
    heartbeat.beat(timezone.now())
    assert client.get(address).status_code == 200
    assert client.get("/login/").status_code == 301


@pytest.mark.django_db
def test_ready_with_a_beating_worker(client: Client) -> None:
    heartbeat.beat(timezone.now())
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {"database": "ok", "migrations": "ok", "worker": "ok"}


@pytest.mark.django_db
def test_not_ready_when_the_worker_has_never_been_seen(client: Client) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["worker"] == "never seen"


@pytest.mark.django_db
def test_not_ready_when_the_worker_is_silent(client: Client) -> None:
    heartbeat.beat(timezone.now() - timedelta(minutes=5))
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["worker"] == "silent for 300 s"


@pytest.mark.django_db(transaction=True)
def test_not_ready_when_a_migration_is_missing(client: Client) -> None:
    from tests import server

    heartbeat.beat(timezone.now())
    with server.server().connect("superuser", server.own_database()) as admin:
        last = admin.execute("SELECT max(id) FROM django_migrations").fetchone()
        kept = admin.execute(
            "DELETE FROM django_migrations WHERE id = %s RETURNING *", last
        ).fetchone()
        try:
            answer = client.get("/readyz")
        finally:
            admin.execute("INSERT INTO django_migrations VALUES (%s, %s, %s, %s)", kept)
    assert answer.status_code == 503
    assert answer.json()["migrations"] == "1 missing"


@pytest.mark.django_db
def test_metrics_are_for_staff_and_for_the_token(client: Client, settings: LazySettings) -> None:
    settings.METRICS_TOKEN = "right"
    assert client.get("/metrics").status_code == 401
    assert client.get("/metrics", headers={"Authorization": "Bearer wrong"}).status_code == 401
    by_token = client.get("/metrics", headers={"Authorization": "Bearer right"})
    assert b"counterfoil_unprocessed 0\n" in by_token.content
    client.force_login(User.objects.create_superuser("staff@example.com", "x"))
    assert client.get("/metrics").status_code == 200


@pytest.mark.django_db
def test_no_token_opens_nothing(client: Client, settings: LazySettings) -> None:
    settings.METRICS_TOKEN = ""
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 401


@pytest.mark.django_db
def test_silence_is_measured(django_assert_max_num_queries: object) -> None:
    now = timezone.now()
    assert gauges(now)["worker_silence_seconds"] == -1
    heartbeat.beat(now - timedelta(seconds=7))
    heartbeat.beat(now - timedelta(seconds=3))
    assert gauges(now)["worker_silence_seconds"] == 3
    assert Heartbeat.objects.count() == 1
    assert connection.in_atomic_block
