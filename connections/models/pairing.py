"""Pairing with the plugin: codes, what a paired site tells about itself, and who guesses codes."""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from connections.models.connection import StoreConnection
from ledger.models import Company


class PairingCodes(models.QuerySet["PairingCode"]):
    """Pairing codes."""

    def open_at(self, now: datetime) -> Self:
        """Those that pair a site now."""
        return self.filter(used_at=None, voided_at=None, expires_at__gt=now)


class PairingCode(models.Model):
    """Eight characters that a person types into the plugin, once. Only their hash is kept.

    A code is open until it is used, voided by a newer one, or expired.
    """

    company = models.ForeignKey(
        Company, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    connection = models.ForeignKey(
        StoreConnection,
        on_delete=models.PROTECT,
        related_name="pairing_codes",
        db_constraint=False,
        db_index=False,
    )
    digest = models.BinaryField(max_length=32, help_text="HMAC of the code with SECRET_KEY.")
    allows_other_site = models.BooleanField("the store has moved", default=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        help_text="Empty: the command line.",
    )
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    voided_at = models.DateTimeField(null=True)

    objects = PairingCodes.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("digest",), name="pairing_code_is_unique"),
            models.UniqueConstraint(
                fields=("connection",),
                condition=Q(used_at=None, voided_at=None),
                name="one_open_pairing_code",
            ),
            models.CheckConstraint(
                name="pairing_code_expires_later", condition=Q(expires_at__gt=F("made_at"))
            ),
            models.CheckConstraint(
                name="pairing_code_is_used_in_time",
                condition=Q(used_at=None) | Q(used_at__lt=F("expires_at")),
            ),
            models.CheckConstraint(
                name="used_pairing_code_is_not_voided",
                condition=Q(used_at=None) | Q(voided_at=None),
            ),
        )
        indexes = (models.Index(fields=("connection", "-id"), name="pairing_code_newest"),)

    def __str__(self) -> str:
        return f"pairing code of {self.made_at:%Y-%m-%d %H:%M}"


class PairedSite(models.Model):
    """What the plugin of a paired store told about its site, at pairing and since.

    `clock_skew` is the site's clock less ours in seconds, None where it told no time. `waiting`
    are orders whose delivery failed and will be sent again, `paused` the webhooks' topics that the
    merchant paused.
    """

    company = models.ForeignKey(
        Company, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    connection = models.OneToOneField(
        StoreConnection,
        on_delete=models.PROTECT,
        related_name="paired_site",
        primary_key=True,
        db_constraint=False,
    )
    site_url = models.CharField(max_length=300)
    site_name = models.CharField(max_length=200, blank=True)
    rest_url = models.CharField(max_length=300, blank=True)
    wp_version = models.CharField("WordPress version", max_length=30, blank=True)
    wc_version = models.CharField("WooCommerce version", max_length=30, blank=True)
    plugin_version = models.CharField(max_length=30, blank=True)
    php_version = models.CharField("PHP version", max_length=30, blank=True)
    timezone = models.CharField(max_length=64, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    decimals = models.PositiveSmallIntegerField(null=True)
    prices_include_tax = models.BooleanField(null=True)
    clock_skew = models.IntegerField(null=True)
    waiting = models.PositiveIntegerField(default=0)
    paused = ArrayField(models.CharField(max_length=30), default=list, blank=True)
    paired_at = models.DateTimeField()
    told_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(name="paired_site_has_an_address", condition=~Q(site_url="")),
        )

    def __str__(self) -> str:
        return self.site_url


class GuessCount(models.Model):
    """How many codes were tried lately from one address, or by all. No address is kept."""

    key = models.CharField(primary_key=True, max_length=64, help_text="A keyed hash.")
    window_started_at = models.DateTimeField(db_index=True)
    count = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.count} since {self.window_started_at:%H:%M}"
