"""What production lacks is named."""

from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings

from config.checks import production

READY = {
    "IS_HTTPS": True,
    "TRUSTED_PROXIES": ["127.0.0.1"],
    "ALLOWED_HOSTS": ["books.example.com"],
    "ALLOW_PRIVATE_STORES": [],
    "DATABASE_URL": "postgres://owner@db/books",
    "APP_IS_OWNER": False,
}


def named(settings: LazySettings, var_dir: Path, **changed: Any) -> set[str]:
    for name, value in {**READY, "VAR_DIR": var_dir, **changed}.items():
        setattr(settings, name, value)
    return {str(message.id).removeprefix("counterfoil.") for message in production()}


@pytest.fixture(autouse=True)
def _keys_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "x" * 60)
    monkeypatch.setenv("VAULT_KEYS", "y" * 44)


def test_nothing_is_said_of_a_complete_installation(settings: LazySettings, var_dir: Path) -> None:
    assert named(settings, var_dir) == set()


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"IS_HTTPS": False}, "E001"),
        ({"TRUSTED_PROXIES": []}, "E002"),
        ({"ALLOWED_HOSTS": ["*"]}, "E003"),
        ({"ALLOW_PRIVATE_STORES": ["10.0.0.1:80"]}, "W001"),
        ({"DATABASE_URL": ""}, "W004"),
        ({"APP_IS_OWNER": True}, "W005"),
    ],
)
def test_each_lack_has_its_name(
    settings: LazySettings, var_dir: Path, changed: dict[str, Any], message: str
) -> None:
    assert named(settings, var_dir, **changed) == {message}


@pytest.mark.parametrize(("variable", "message"), [("SECRET_KEY", "W002"), ("VAULT_KEYS", "W003")])
def test_a_key_from_the_folder_is_mentioned(
    settings: LazySettings,
    var_dir: Path,
    monkeypatch: pytest.MonkeyPatch,
    variable: str,
    message: str,
) -> None:
    monkeypatch.delenv(variable)
    assert named(settings, var_dir) == {message}


def test_an_open_folder_of_secrets_is_an_error(settings: LazySettings, var_dir: Path) -> None:
    (var_dir / "secrets").mkdir(mode=0o755)
    assert named(settings, var_dir) == {"E004"}
