"""How connections are looked after; see the .sql file of the same number, too."""

from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

SQL = Path(__file__).with_name("sql")


class Migration(migrations.Migration):
    dependencies = (
        ("connections", "0007_key_requests"),
        ("ledger", "0013_company_versions"),
        ("sync", "0007_downloads"),
    )

    operations = (
        migrations.CreateModel(
            name="Watch",
            fields=[
                (
                    "connection",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="watch",
                        serialize=False,
                        to="connections.storeconnection",
                    ),
                ),
                ("next_at", models.DateTimeField(db_index=True)),
                ("checked_at", models.DateTimeField(null=True)),
                ("failures", models.PositiveIntegerField(default=0)),
                ("webhooks_at", models.DateTimeField(null=True)),
                ("webhooks_secret", models.BinaryField(default=b"", max_length=32)),
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
        ),
        migrations.CreateModel(
            name="Finding",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "cause",
                    models.CharField(
                        choices=[
                            ("webhooks_off", "WEBHOOKS_OFF"),
                            ("webhooks_paused", "WEBHOOKS_PAUSED"),
                            ("silent", "SILENT"),
                            ("queue_stuck", "QUEUE_STUCK"),
                            ("cannot_ask", "CANNOT_ASK"),
                        ],
                        max_length=20,
                    ),
                ),
                ("text", models.CharField(max_length=400)),
                ("done", models.CharField(blank=True, max_length=400)),
                ("needs_person", models.BooleanField(default=False)),
                ("since", models.DateTimeField()),
                ("seen_at", models.DateTimeField()),
                ("resolved_at", models.DateTimeField(null=True)),
                ("mail_at", models.DateTimeField()),
                ("mailed_at", models.DateTimeField(null=True)),
                ("mail_problem", models.CharField(blank=True, max_length=200)),
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
                        related_name="findings",
                        to="connections.storeconnection",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["connection", "cause", "-id"], name="finding_newest")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("resolved_at", None)),
                        fields=("connection", "cause"),
                        name="one_open_finding_per_cause",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "cause__in",
                                [
                                    "webhooks_off",
                                    "webhooks_paused",
                                    "silent",
                                    "queue_stuck",
                                    "cannot_ask",
                                ],
                            )
                        ),
                        name="finding_cause_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True),
                        name="finding_says_what_is_wrong",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("seen_at__gte", models.F("since"))),
                        name="finding_is_seen_after_it_began",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("resolved_at", None),
                            ("resolved_at__gte", models.F("seen_at")),
                            _connector="OR",
                        ),
                        name="finding_is_resolved_after_it_was_seen",
                    ),
                ],
            },
        ),
        migrations.RunSQL(
            (SQL / "0008_health.sql").read_text(), (SQL / "0008_health_reverse.sql").read_text()
        ),
    )
