"""Which database, and as whom: the app's role for work, the owner's for migrations."""

import hashlib
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import environ

from config import embedded
from config.kept_secrets import stored_secret

WORKERS = ("qcluster", "run_worker")
SESSION = "-c lock_timeout=5000 -c idle_in_transaction_session_timeout=60000 -c timezone=UTC"


def databases(
    var_dir: Path, owner_url: str, app_url: str, *, pool_size: int
) -> dict[str, dict[str, Any]]:
    """Make Django's DATABASES: `default` works as the app's role, `owner` migrates.

    Without `owner_url` it is the embedded database of `var_dir`; `pool_size` 0 means no pool.
    """
    owner, app = _addresses(var_dir, owner_url, app_url)
    pool = {"pool": {"min_size": 1, "max_size": pool_size, "timeout": 10}} if pool_size else {}
    name = {"application_name": program_name(sys.argv, is_web=pool_size > 0)}
    return {"default": _alias(app, {**name, **pool}), "owner": _alias(owner, name)}


def program_name(arguments: Sequence[str], *, is_web: bool) -> str:
    """What the database's sessions are called: in its lists, and in the edit log beside nobody.

    `counterfoil web`, `counterfoil worker`, and `counterfoil <command>` for the command line's.
    """
    if is_web:
        return "counterfoil web"
    command = arguments[1] if len(arguments) > 1 and arguments[0].endswith("manage.py") else ""
    return f"counterfoil {'worker' if command in WORKERS else command}".strip()


def parsed(url: str) -> dict[str, Any]:
    """Read an address; a socket's folder may stand in `host=`, or escaped in the host's place."""
    address = dict(environ.Env.db_url_config(url))
    options = dict(address.get("OPTIONS", {}))
    host = unquote(address["HOST"]) or options.pop("host", "")
    return {**address, "HOST": host, "OPTIONS": options}


def libpq(address: dict[str, Any]) -> dict[str, str]:
    """Say one of Django's DATABASES in libpq's words, for programs beside Django."""
    names = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD"}
    where = {name: str(address[key]) for name, key in names.items() if address.get(key)}
    options = address.get("OPTIONS", {})
    more = {key: str(value) for key, value in options.items() if key not in ("options", "pool")}
    return {**where, **more, "dbname": str(address["NAME"])}


def app_role(owner_url: str) -> str:
    """Name the role that the app works as in the database of `owner_url`."""
    return f"{parsed(owner_url)['NAME']}_app"


def app_password_name(owner_url: str) -> str:
    """Name the kept secret that holds the app role's password for this very database."""
    return f"app-role-{hashlib.sha256(owner_url.encode()).hexdigest()[:16]}"


def _addresses(
    var_dir: Path, owner_url: str, app_url: str
) -> tuple[dict[str, Any], dict[str, Any]]:
    if not owner_url:
        server = embedded.Server(var_dir)
        return server.address("owner"), server.address("app")
    owner = parsed(owner_url)
    if app_url:
        return owner, parsed(app_url)
    password = stored_secret(var_dir, app_password_name(owner_url))
    if password is None:
        return owner, owner
    return owner, {**owner, "USER": app_role(owner_url), "PASSWORD": password}


def _alias(address: dict[str, Any], options: dict[str, Any]) -> dict[str, Any]:
    return {
        **address,
        "ENGINE": "django.db.backends.postgresql",
        "CONN_MAX_AGE": 0,
        "OPTIONS": {**address.get("OPTIONS", {}), "options": SESSION, **options},
    }
