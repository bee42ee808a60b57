"""What the plugin's card on a store's page shows: download, pairing code, the paired site."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from connections.models import PairedSite, PairingCode, Status, StoreConnection
from connections.pairing import CODE_LIFE, MadeCode, is_code
from connections.plugin_package import Package, is_older
from connections.site import host_and_path
from ledger.access import may
from ledger.models import Role

COOKIE = "pairing_code"
SKEW_TOLERATED = timedelta(minutes=5)
EXPIRED_SHOWN = timedelta(hours=1)
"""So long the page says that a code has expired; later nobody wonders any more."""


@dataclass(frozen=True, slots=True)
class ShownCode:
    """An open code; its text only for who made it."""

    row: PairingCode
    text: str
    seconds_left: int

    @property
    def left(self) -> str:
        """Minutes and seconds: `8:31`."""
        return f"{self.seconds_left // 60}:{self.seconds_left % 60:02}"


@dataclass(frozen=True, slots=True)
class PluginCard:
    """One connection's card. `package` is None where this server has no plugin to hand out."""

    connection: StoreConnection
    package: Package | None
    site: PairedSite | None
    code: ShownCode | None
    has_expired: bool
    may_pair: bool

    @property
    def is_paired(self) -> bool:
        """Whether a site is paired now."""
        return self.site is not None and self.connection.status == Status.ACTIVE

    @property
    def address(self) -> str:
        """The site's address as people say it: `shop.example.com`."""
        return host_and_path(self.site.site_url if self.site else self.connection.site_url)

    @property
    def is_outdated(self) -> bool:
        """Whether the site's plugin is older than ours."""
        return bool(
            self.site and self.package and is_older(self.site.plugin_version, self.package.version)
        )

    @property
    def kilobytes(self) -> int:
        """The size of the zip."""
        return ceil(len(self.package.archive) / 1024) if self.package else 0

    @property
    def clock_skew(self) -> str:
        """How far the site's clock is off, in words; empty where that does not matter."""
        seconds = self.site.clock_skew if self.site else None
        if seconds is None or abs(seconds) <= SKEW_TOLERATED.total_seconds():
            return ""
        return f"{_long(abs(seconds))} {'ahead of' if seconds > 0 else 'behind'}"

    @property
    def paused(self) -> str:
        """The webhooks that the merchant has paused, as WooCommerce calls them."""
        topics = self.site.paused if self.site else []
        return ", ".join(topic.replace(".", " ").capitalize() for topic in topics)

    @property
    def seen(self) -> str:
        """Tells one state of the card from another, for the browser that asks again."""
        code = f"{self.code.row.pk}{'!' if self.code.text else ''}" if self.code else "none"
        told = self.site.told_at.timestamp() if self.site else 0
        return f"{self.connection.status}-{code}-{told}"


def card_for(
    request: HttpRequest, connection: StoreConnection, *, package: Package | None, now: datetime
) -> PluginCard:
    """The card as this person sees it."""
    newest = connection.pairing_codes.filter(used_at=None, voided_at=None).first()
    is_open = newest is not None and newest.expires_at > now
    expired_lately = newest is not None and now - EXPIRED_SHOWN < newest.expires_at <= now
    return PluginCard(
        connection=connection,
        package=package,
        site=PairedSite.objects.filter(connection=connection).first(),
        code=_shown(request, newest, now) if newest and is_open else None,
        has_expired=expired_lately,
        may_pair=may(request.user, connection.company, Role.ACCOUNTANT),
    )


def _shown(request: HttpRequest, row: PairingCode, now: datetime) -> ShownCode:
    """The code stands in a cookie of who made it: the server itself does not know it."""
    salt = str(row.connection_id)
    kept = request.get_signed_cookie(COOKIE, default="", salt=salt, max_age=CODE_LIFE) or ""
    is_own = row.made_by_id == request.user.pk and is_code(row, kept)
    left = ceil((row.expires_at - now).total_seconds())
    return ShownCode(row, kept if is_own else "", left)


def remember(response: HttpResponse, connection: StoreConnection, made: MadeCode) -> None:
    """Keep a code in the browser of who made it: on this connection's page, while it is good."""
    response.set_signed_cookie(
        COOKIE,
        made.code,
        salt=str(connection.pk),
        max_age=CODE_LIFE,
        path=reverse("store", args=[connection.company_id, connection.pk]),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _long(seconds: int) -> str:
    """Roughly how long: `6 minutes`, `1 hour`, `3 days`."""
    for name, size in (("day", 86400), ("hour", 3600), ("minute", 60)):
        count = round(seconds / size)
        if seconds >= size:
            return f"{count} {name}{'' if count == 1 else 's'}"
    return f"{seconds} seconds"
