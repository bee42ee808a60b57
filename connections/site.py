"""What a plugin tells about its site. It comes from outside: what makes no sense is dropped."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Self
from urllib.parse import urlsplit

TOPICS = ("order.created", "order.updated", "order.deleted", "order.restored")
_VERSION = re.compile(r"[0-9][0-9A-Za-z.+-]{0,29}")
_TIMEZONE = re.compile(r"[A-Za-z0-9_+:/-]{1,64}")
_CURRENCY = re.compile(r"[A-Z]{3}")
_LONGEST_SKEW = 10 * 366 * 86400
_MOST = 2**31 - 1


class UnfitSiteError(Exception):
    """The site's address is missing or is none; the text says which is wanted."""


@dataclass(frozen=True, slots=True)
class Site:
    """A WordPress site with WooCommerce. What it did not tell is empty or None.

    `clock_skew` is its clock less ours, in seconds.
    """

    site_url: str
    site_name: str = ""
    rest_url: str = ""
    wp_version: str = ""
    wc_version: str = ""
    plugin_version: str = ""
    php_version: str = ""
    timezone: str = ""
    currency: str = ""
    decimals: int | None = None
    prices_include_tax: bool | None = None
    clock_skew: int | None = None

    @classmethod
    def read(cls, told: Mapping[str, object], *, now: datetime) -> Self:
        """From the body of a pairing.

        :raises UnfitSiteError: without an address.
        """
        site_url = web_address(told.get("site_url"))
        if not site_url:
            raise UnfitSiteError("site_url must be the http or https address of the site.")
        return cls(
            site_url=site_url,
            site_name=_text(told.get("site_name"), 200),
            rest_url=_rest_url(told),
            timezone=_matching(_TIMEZONE, told.get("timezone")),
            currency=_matching(_CURRENCY, told.get("currency")),
            decimals=_whole(told.get("decimals"), 9),
            prices_include_tax=_flag(told.get("prices_include_tax")),
            clock_skew=_clock_skew(told.get("sent_at"), now),
            **_versions(told),
        )


@dataclass(frozen=True, slots=True)
class Condition:
    """How a paired site says it is: only what it told, by the names of `PairedSite`'s fields.

    `healed` are webhooks that WooCommerce had switched off and the plugin switched on again;
    `has_moved` is the merchant's answer that another address than before is the same store.
    """

    site_url: str
    rest_url: str
    facts: dict[str, Any]
    healed: tuple[str, ...]
    has_moved: bool

    @classmethod
    def read(cls, told: Mapping[str, object], *, now: datetime) -> Self:
        """From the body of a status call."""
        facts: dict[str, Any] = {name: each for name, each in _versions(told).items() if each}
        skew = _clock_skew(told.get("sent_at"), now)
        if skew is not None:
            facts["clock_skew"] = skew
        waiting = _whole(told.get("waiting"), _MOST)
        if waiting is not None:
            facts["waiting"] = waiting
        if isinstance(told.get("paused"), list):
            facts["paused"] = list(_topics(told["paused"]))
        return cls(
            site_url=web_address(told.get("site_url")),
            rest_url=_rest_url(told),
            facts=facts,
            healed=_topics(told.get("healed")),
            has_moved=told.get("moved") is True,
        )


def host_and_path(site_url: str) -> str:
    """What makes two addresses the same site: not the scheme, port, `www.` or a last slash."""
    parts = urlsplit(site_url)
    return f"{(parts.hostname or '').removeprefix('www.')}{parts.path.rstrip('/')}"


def web_address(value: object) -> str:
    """An http or https address without its last slash; empty for anything else."""
    if not isinstance(value, str) or len(value) > 300 or not value.isprintable() or " " in value:
        return ""
    try:
        parts = urlsplit(value)
        is_fit = bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        return ""
    if not is_fit or parts.scheme not in ("http", "https") or "@" in parts.netloc:
        return ""
    return value.rstrip("/")


def _rest_url(told: Mapping[str, object]) -> str:
    """The address of the REST API as it was told, with its last slash."""
    return web_address(told.get("rest_url")) and str(told["rest_url"])


def _versions(told: Mapping[str, object]) -> dict[str, Any]:
    names = ("wp_version", "wc_version", "plugin_version", "php_version")
    return {name: _matching(_VERSION, told.get(name)) for name in names}


def _text(value: object, longest: int) -> str:
    """Text of one line that PostgreSQL can store."""
    if not isinstance(value, str):
        return ""
    return "".join(each if each.isprintable() else " " for each in value[:longest]).strip()


def _matching(pattern: re.Pattern[str], value: object) -> str:
    return value if isinstance(value, str) and pattern.fullmatch(value) else ""


def _whole(value: object, most: int) -> int | None:
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return min(value, most)
    return None


def _flag(value: object) -> bool | None:
    return value if isinstance(value, bool) else None


def _topics(value: object) -> tuple[str, ...]:
    return tuple(each for each in TOPICS if isinstance(value, list) and each in value)


def _clock_skew(sent_at: object, now: datetime) -> int | None:
    """Seconds that the site's clock is ahead of ours; a text without a zone means UTC."""
    if not isinstance(sent_at, str):
        return None
    try:
        sent = datetime.fromisoformat(sent_at)
        ahead = (sent if sent.tzinfo else sent.replace(tzinfo=UTC)) - now
    except (ValueError, OverflowError):
        return None
    return max(-_LONGEST_SKEW, min(_LONGEST_SKEW, round(ahead.total_seconds())))
