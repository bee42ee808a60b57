"""Questions for REST keys, put to stores through WooCommerce's own page; see the .sql file, too."""

from pathlib import Path

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

SQL = Path(__file__).with_name("sql")


class Migration(migrations.Migration):
    dependencies = (
        ("connections", "0006_match_by_code_and_name"),
        ("ledger", "0013_company_versions"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    )

    operations = (
        migrations.CreateModel(
            name="KeyRequest",
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
                        help_text="HMAC of the state with SECRET_KEY.", max_length=32
                    ),
                ),
                (
                    "session",
                    models.BinaryField(help_text="HMAC of the session's key.", max_length=32),
                ),
                ("site_url", models.URLField(max_length=300)),
                ("allow_http", models.BooleanField(default=False)),
                ("made_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("answered_at", models.DateTimeField(null=True)),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("open", "Open"),
                            ("taken", "Being tried"),
                            ("kept", "Kept"),
                            ("failed", "Failed"),
                            ("denied", "Denied"),
                            ("voided", "Voided by a newer one"),
                        ],
                        default="open",
                        max_length=6,
                    ),
                ),
                ("problem", models.CharField(blank=True, max_length=400)),
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
                        related_name="key_requests",
                        to="connections.storeconnection",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["connection", "-id"], name="key_request_newest")],
                "constraints": [
                    models.UniqueConstraint(fields=("digest",), name="key_request_is_unique"),
                    models.UniqueConstraint(
                        condition=models.Q(("outcome", "open")),
                        fields=("connection",),
                        name="one_open_key_request",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("outcome__in", ["open", "taken", "kept", "failed", "denied", "voided"])
                        ),
                        name="key_request_outcome_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("expires_at__gt", models.F("made_at"))),
                        name="key_request_expires_later",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("answered_at", None),
                            ("answered_at__lt", models.F("expires_at")),
                            _connector="OR",
                        ),
                        name="key_request_is_answered_in_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("answered_at", None), ("outcome__in", ["open", "denied", "voided"])
                            ),
                            models.Q(
                                models.Q(
                                    ("outcome__in", ["open", "denied", "voided"]), _negated=True
                                ),
                                ("answered_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="answered_key_request_says_when",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("outcome", "failed"), _negated=True),
                            models.Q(("problem", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="failed_key_request_has_a_problem",
                    ),
                ],
            },
        ),
        migrations.RunSQL(
            (SQL / "0007_key_requests.sql").read_text(),
            (SQL / "0007_key_requests_reverse.sql").read_text(),
        ),
    )
