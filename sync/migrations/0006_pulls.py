"""Polling and back-fill; see the .sql file of the same number, too."""

from pathlib import Path

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

SQL = Path(__file__).with_name("sql")


class Migration(migrations.Migration):
    dependencies = (
        ("connections", "0006_match_by_code_and_name"),
        ("ledger", "0010_spelling"),
        ("sync", "0005_sku_mapping_rules"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    )

    operations = (
        migrations.CreateModel(
            name="Backfill",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("place", models.CharField(blank=True, max_length=60)),
                ("way", models.CharField(blank=True, max_length=10)),
                ("page_size", models.PositiveSmallIntegerField(default=50)),
                ("next_at", models.DateTimeField(null=True)),
                ("failures", models.PositiveIntegerField(default=0)),
                ("problem_code", models.CharField(blank=True, max_length=40)),
                ("problem", models.CharField(blank=True, max_length=400)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("running", "Running"),
                            ("paused", "Paused"),
                            ("done", "Done"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="running",
                        max_length=9,
                    ),
                ),
                ("since", models.DateField()),
                ("start", models.DateTimeField()),
                ("until", models.DateTimeField()),
                ("fetched", models.PositiveIntegerField(default=0)),
                ("total", models.PositiveIntegerField(null=True)),
                ("worked", models.DurationField(help_text="Time spent asking.")),
                ("made_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(null=True)),
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
                        related_name="backfills",
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
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "running")),
                        fields=["next_at"],
                        name="backfill_due",
                    ),
                    models.Index(fields=["connection", "-id"], name="backfill_newest"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["running", "paused", "done", "cancelled"])
                        ),
                        name="backfill_state_is_known",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["running", "paused"])),
                        fields=("connection",),
                        name="one_open_backfill",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "running"), _negated=True),
                            ("next_at__isnull", False),
                            _connector="OR",
                        ),
                        name="running_backfill_has_a_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("finished_at__isnull", True), ("state__in", ["running", "paused"])
                            ),
                            models.Q(
                                models.Q(("state__in", ["running", "paused"]), _negated=True),
                                ("finished_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="finished_backfill_has_an_end",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Polling",
            fields=[
                ("place", models.CharField(blank=True, max_length=60)),
                ("way", models.CharField(blank=True, max_length=10)),
                ("page_size", models.PositiveSmallIntegerField(default=50)),
                ("next_at", models.DateTimeField(null=True)),
                ("failures", models.PositiveIntegerField(default=0)),
                ("problem_code", models.CharField(blank=True, max_length=40)),
                ("problem", models.CharField(blank=True, max_length=400)),
                (
                    "connection",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="polling",
                        serialize=False,
                        to="connections.storeconnection",
                    ),
                ),
                ("is_on", models.BooleanField(default=False)),
                ("interval_minutes", models.PositiveSmallIntegerField(default=15)),
                ("cursor", models.CharField(blank=True, max_length=60)),
                ("newest_change_at", models.DateTimeField(null=True)),
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
                "indexes": [
                    models.Index(
                        condition=models.Q(("is_on", True)), fields=["next_at"], name="polling_due"
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("is_on", False), ("next_at__isnull", False), _connector="OR"
                        ),
                        name="polling_that_is_on_has_a_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("interval_minutes__gte", 1), ("interval_minutes__lte", 1440)
                        ),
                        name="polling_interval_is_sensible",
                    ),
                ],
            },
        ),
        migrations.RunSQL(
            "UPDATE sync_order SET version = replace(version, '||', '|0|')"
            " WHERE version LIKE '%||%'",
            migrations.RunSQL.noop,
        ),
        migrations.RunSQL(
            (SQL / "0006_pulls.sql").read_text(), (SQL / "0006_pulls_reverse.sql").read_text()
        ),
    )
