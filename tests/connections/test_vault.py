"""Secrets at rest."""

import json
from io import StringIO
from uuid import uuid4

import pytest
from cryptography.fernet import Fernet
from django.core.management import CommandError, call_command
from pytest_django import Settings

from connections import lifecycle, vault
from connections.models import StoreConnection
from tests.factories import NOW, a_company

CONNECTION = uuid4()


@pytest.mark.parametrize("secret", ["abc", 'lab-secret & "öß" 1', "x" * 500])
def test_a_sealed_secret_opens_again_and_does_not_show(secret: str) -> None:
    token = vault.seal(CONNECTION, secret)
    assert secret not in token
    assert vault.open_sealed(CONNECTION, token) == secret


def test_no_secret_stays_no_secret() -> None:
    assert vault.seal(CONNECTION, "") == ""
    assert vault.open_sealed(CONNECTION, "") == ""
    assert vault.rotate("") == ""


def test_a_token_in_another_connections_row_is_useless() -> None:
    token = vault.seal(CONNECTION, "abc")
    with pytest.raises(vault.SealBrokenError, match="another connection"):
        vault.open_sealed(uuid4(), token)


def test_a_changed_token_does_not_open() -> None:
    token = vault.seal(CONNECTION, "abc")
    with pytest.raises(vault.SealBrokenError):
        vault.open_sealed(CONNECTION, token[:-5] + "AAAA=")


@pytest.mark.django_db
def test_after_rotation_the_old_key_can_go(settings: Settings) -> None:
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    settings.VAULT_KEYS = [old]
    connection = lifecycle.connect(a_company(), name="Main store")
    secret = lifecycle.secret_of(connection)
    lifecycle.new_secret(connection, now=NOW)
    gone = lifecycle.connect(connection.company, name="Gone")
    lifecycle.delete(gone)

    settings.VAULT_KEYS = [new, old]
    out = StringIO()
    call_command("rotate_keys", "--json", stdout=out)
    assert json.loads(out.getvalue())["connections"] == 2

    settings.VAULT_KEYS = [new]
    connection.refresh_from_db()
    assert vault.open_sealed(connection.pk, connection.previous_secret) == secret
    assert len(lifecycle.secret_of(connection)) == 40


@pytest.mark.django_db
def test_rotation_changes_nothing_when_a_secret_cannot_be_opened(
    settings: Settings,
) -> None:
    company = a_company()
    connections = [lifecycle.connect(company, name=name) for name in ("One", "Two")]
    tokens = {each.pk: each.secret for each in connections}
    lost = max(connections, key=lambda each: each.pk)
    StoreConnection.objects.filter(pk=lost.pk).update(secret="lost")
    settings.VAULT_KEYS = [Fernet.generate_key().decode(), *settings.VAULT_KEYS]
    with pytest.raises(CommandError, match="Nothing was changed"):
        call_command("rotate_keys")
    kept = StoreConnection.objects.exclude(pk=lost.pk).get()
    assert kept.secret == tokens[kept.pk]
