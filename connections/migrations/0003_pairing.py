"""Pairing: codes, paired sites, counted guesses. See the .sql files of the same number, too."""

from pathlib import Path

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

SQL = Path(__file__).with_name("sql")


class Migration(migrations.Migration):
    dependencies = (
        ("connections", "0002_one_company"),
        ("ledger", "0003_account_days"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    )

    operations = (
        migrations.CreateModel(
            name="GuessCount",
            fields=[
                (
                    "key",
                    models.CharField(
                        help_text="A keyed hash.", max_length=64, primary_key=True, serialize=False
                    ),
                ),
                ("window_started_at", models.DateTimeField(db_index=True)),
                ("count", models.PositiveIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="PairedSite",
            fields=[
                (
                    "connection",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="paired_site",
                        serialize=False,
                        to="connections.storeconnection",
                    ),
                ),
                ("site_url", models.CharField(max_length=300)),
                ("site_name", models.CharField(blank=True, max_length=200)),
                ("rest_url", models.CharField(blank=True, max_length=300)),
                (
                    "wp_version",
                    models.CharField(blank=True, max_length=30, verbose_name="WordPress version"),
                ),
                (
                    "wc_version",
                    models.CharField(blank=True, max_length=30, verbose_name="WooCommerce version"),
                ),
                ("plugin_version", models.CharField(blank=True, max_length=30)),
                (
                    "php_version",
                    models.CharField(blank=True, max_length=30, verbose_name="PHP version"),
                ),
                ("timezone", models.CharField(blank=True, max_length=64)),
                ("currency", models.CharField(blank=True, max_length=3)),
                ("decimals", models.PositiveSmallIntegerField(null=True)),
                ("prices_include_tax", models.BooleanField(null=True)),
                ("clock_skew", models.IntegerField(null=True)),
                ("waiting", models.PositiveIntegerField(default=0)),
                (
                    "paused",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=30),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                ("paired_at", models.DateTimeField()),
                ("told_at", models.DateTimeField()),
                (
                    "company",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ledger.company",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("site_url", ""), _negated=True),
                        name="paired_site_has_an_address",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PairingCode",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "digest",
                    models.BinaryField(
                        help_text="HMAC of the code with SECRET_KEY.", max_length=32
                    ),
                ),
                (
                    "allows_other_site",
                    models.BooleanField(default=False, verbose_name="the store has moved"),
                ),
                ("made_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("used_at", models.DateTimeField(null=True)),
                ("voided_at", models.DateTimeField(null=True)),
                (
                    "company",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ledger.company",
                    ),
                ),
                (
                    "connection",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="pairing_codes",
                        to="connections.storeconnection",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        help_text="Empty: the command line.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["connection", "-id"], name="pairing_code_newest")],
                "constraints": [
                    models.UniqueConstraint(fields=("digest",), name="pairing_code_is_unique"),
                    models.UniqueConstraint(
                        condition=models.Q(("used_at", None), ("voided_at", None)),
                        fields=("connection",),
                        name="one_open_pairing_code",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("expires_at__gt", models.F("made_at"))),
                        name="pairing_code_expires_later",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("used_at", None),
                            ("used_at__lt", models.F("expires_at")),
                            _connector="OR",
                        ),
                        name="pairing_code_is_used_in_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("used_at", None), ("voided_at", None), _connector="OR"),
                        name="used_pairing_code_is_not_voided",
                    ),
                ],
            },
        ),
        migrations.RunSQL(
            (SQL / "0003_one_company.sql").read_text(),
            (SQL / "0003_one_company_reverse.sql").read_text(),
        ),
    )
