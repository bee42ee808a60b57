"""Checks of the settings: what a production installation still lacks, by name.

`manage.py check --deploy` runs them; `docs/operations.md` lists the variables they name.
"""

import os
import stat
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register  # noqa: A004 -- Django's name


@register(Tags.security, deploy=True)
def production(**_kwargs: Any) -> list[CheckMessage]:
    """Name what is missing before real stores and real books."""
    return [*_addresses(), *_keys(), *_database()]


def _addresses() -> Iterator[CheckMessage]:
    if not settings.IS_HTTPS:
        yield Error(
            "PUBLIC_URL is not https://…: passwords and deliveries would travel in the clear.",
            hint="Put a proxy with a certificate in front, and set PUBLIC_URL and TRUSTED_PROXIES.",
            id="counterfoil.E001",
        )
    elif not settings.TRUSTED_PROXIES:
        yield Error(
            "TRUSTED_PROXIES is empty: no HTTPS proxy is believed, so every page would redirect "
            "to itself and every client would have the proxy's address.",
            hint="Set it to the proxy's address as this host sees it, such as 127.0.0.1.",
            id="counterfoil.E002",
        )
    if "*" in settings.ALLOWED_HOSTS:
        yield Error(
            "ALLOWED_HOSTS is “*”: links in answers could be made to point anywhere.",
            hint="Leave it unset (the host of PUBLIC_URL counts) or name the hosts.",
            id="counterfoil.E003",
        )
    if settings.ALLOW_PRIVATE_STORES:
        yield Warning(
            "ALLOW_PRIVATE_STORES lets stores point us at addresses of the local network.",
            hint="Unset it unless a store really stands there.",
            id="counterfoil.W001",
        )


def _keys() -> Iterator[CheckMessage]:
    for variable, name in (("SECRET_KEY", "django-key"), ("VAULT_KEYS", "vault-keys")):
        if not os.environ.get(variable):
            yield Warning(
                f"{variable} is not in the environment; {settings.VAR_DIR}/secrets/{name} is used.",
                hint="Good for one machine, if `make backup` is kept safe. Several need the same.",
                id=f"counterfoil.W00{2 if variable == 'SECRET_KEY' else 3}",
            )
    folder = settings.VAR_DIR / "secrets"
    if folder.exists() and stat.S_IMODE(folder.stat().st_mode) & 0o077:
        yield Error(
            f"{folder} is open to other users.",
            hint=f"chmod 700 {folder}, and make new keys if somebody else may have read them.",
            id="counterfoil.E004",
        )


def _database() -> Iterator[CheckMessage]:
    if not settings.DATABASE_URL:
        yield Warning(
            "DATABASE_URL is not set: the embedded PostgreSQL runs on this machine alone, "
            "without a stand-by.",
            hint="Set DATABASE_URL to the owner's address in a database that you look after.",
            id="counterfoil.W004",
        )
    elif settings.APP_IS_OWNER:
        yield Warning(
            "The app works as the database's owner, so only triggers protect posted vouchers.",
            hint="Let the owner make roles and run setup_database, or set APP_DATABASE_URL.",
            id="counterfoil.W005",
        )
