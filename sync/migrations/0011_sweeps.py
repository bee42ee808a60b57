"""Sweeps and their certificates; see the .sql file of the same number, too."""

from pathlib import Path

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

SQL = Path(__file__).with_name("sql")


class Migration(migrations.Migration):
    dependencies = (
        ("connections", "0008_bare_refund"),
        ("ledger", "0013_company_versions"),
        ("sync", "0010_looks_and_order_imports"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    )

    operations = (
        migrations.CreateModel(
            name="SweepRun",
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
                    "origin",
                    models.CharField(
                        choices=[
                            ("nightly", "Nightly"),
                            ("person", "By hand"),
                            ("command", "Command line"),
                        ],
                        max_length=7,
                    ),
                ),
                ("repairs", models.BooleanField()),
                ("insists", models.BooleanField(default=False)),
                ("holds_back", models.BooleanField(default=False)),
                ("first", models.DateField(null=True)),
                ("last", models.DateField(null=True)),
                ("start", models.DateTimeField()),
                ("until", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("running", "Running"),
                            ("done", "Done"),
                            ("failed", "Could not finish"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="running",
                        max_length=9,
                    ),
                ),
                (
                    "stage",
                    models.CharField(
                        choices=[
                            ("listing", "Reading the store’s orders"),
                            ("vanished", "Asking for orders that the store does not list"),
                            ("settling", "Settling what differs"),
                        ],
                        default="listing",
                        max_length=8,
                    ),
                ),
                ("listed", models.PositiveIntegerField(default=0)),
                (
                    "expected",
                    models.PositiveIntegerField(
                        help_text="What the store claims to have.", null=True
                    ),
                ),
                ("made_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(null=True)),
                ("booked", models.PositiveIntegerField(null=True)),
                ("excluded", models.PositiveIntegerField(null=True)),
                ("waiting", models.PositiveIntegerField(null=True)),
                ("missing", models.PositiveIntegerField(null=True)),
                ("different", models.PositiveIntegerField(null=True)),
                ("refunds", models.PositiveIntegerField(null=True)),
                ("repaired", models.PositiveIntegerField(null=True)),
                ("refreshed", models.PositiveIntegerField(null=True)),
                ("store_total", models.DecimalField(decimal_places=2, max_digits=18, null=True)),
                ("books_total", models.DecimalField(decimal_places=2, max_digits=18, null=True)),
                (
                    "waiting_difference",
                    models.DecimalField(decimal_places=2, max_digits=18, null=True),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SweepSum",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=6)),
                ("key", models.CharField(blank=True, max_length=60)),
                ("day", models.DateField(null=True)),
                ("booked", models.PositiveIntegerField()),
                ("excluded", models.PositiveIntegerField()),
                ("waiting", models.PositiveIntegerField()),
                ("missing", models.PositiveIntegerField()),
                ("different", models.PositiveIntegerField()),
                ("store_total", models.DecimalField(decimal_places=2, max_digits=18)),
                ("books_total", models.DecimalField(decimal_places=2, max_digits=18)),
            ],
        ),
        migrations.CreateModel(
            name="SweptOrder",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("order_id", models.BigIntegerField()),
                ("status", models.CharField(blank=True, max_length=60)),
                ("created_at", models.DateTimeField(null=True)),
                ("total", models.DecimalField(decimal_places=2, default=0, max_digits=16)),
                (
                    "refunds",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.DecimalField(decimal_places=2, max_digits=16),
                        default=list,
                        size=None,
                    ),
                ),
                ("found", models.CharField(blank=True, max_length=9)),
                ("found_net", models.DecimalField(decimal_places=2, default=0, max_digits=16)),
                ("found_reason", models.TextField(blank=True)),
                (
                    "verdict",
                    models.CharField(
                        choices=[
                            ("booked", "booked"),
                            ("excluded", "excluded"),
                            ("waiting", "waiting"),
                            ("missing", "missing"),
                            ("different", "different"),
                        ],
                        max_length=9,
                    ),
                ),
                ("store_net", models.DecimalField(decimal_places=2, max_digits=16)),
                ("books_net", models.DecimalField(decimal_places=2, max_digits=16)),
                ("reason", models.TextField(blank=True)),
                ("is_open", models.BooleanField(default=False)),
                ("is_put", models.BooleanField(default=False)),
                ("is_unread", models.BooleanField(default=False)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="finding",
            name="finding_cause_is_known",
        ),
        migrations.AlterField(
            model_name="finding",
            name="cause",
            field=models.CharField(
                choices=[
                    ("webhooks_off", "WEBHOOKS_OFF"),
                    ("webhooks_paused", "WEBHOOKS_PAUSED"),
                    ("silent", "SILENT"),
                    ("queue_stuck", "QUEUE_STUCK"),
                    ("cannot_ask", "CANNOT_ASK"),
                    ("books_differ", "BOOKS_DIFFER"),
                ],
                max_length=20,
            ),
        ),
        migrations.AddConstraint(
            model_name="finding",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "cause__in",
                        [
                            "webhooks_off",
                            "webhooks_paused",
                            "silent",
                            "queue_stuck",
                            "cannot_ask",
                            "books_differ",
                        ],
                    )
                ),
                name="finding_cause_is_known",
            ),
        ),
        migrations.AddField(
            model_name="sweeprun",
            name="company",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="ledger.company",
            ),
        ),
        migrations.AddField(
            model_name="sweeprun",
            name="connection",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="sweeps",
                to="connections.storeconnection",
            ),
        ),
        migrations.AddField(
            model_name="sweeprun",
            name="made_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="sweepsum",
            name="company",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="ledger.company",
            ),
        ),
        migrations.AddField(
            model_name="sweepsum",
            name="run",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="sums",
                to="sync.sweeprun",
            ),
        ),
        migrations.AddField(
            model_name="sweptorder",
            name="company",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="ledger.company",
            ),
        ),
        migrations.AddField(
            model_name="sweptorder",
            name="run",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="orders",
                to="sync.sweeprun",
            ),
        ),
        migrations.AddIndex(
            model_name="sweeprun",
            index=models.Index(
                condition=models.Q(("state", "running")), fields=["next_at"], name="sweep_due"
            ),
        ),
        migrations.AddIndex(
            model_name="sweeprun",
            index=models.Index(fields=["connection", "-id"], name="sweep_newest"),
        ),
        migrations.AddConstraint(
            model_name="sweeprun",
            constraint=models.UniqueConstraint(fields=("company", "id"), name="sweep_company_id"),
        ),
        migrations.AddConstraint(
            model_name="sweeprun",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "running")),
                fields=("connection",),
                name="one_running_sweep",
            ),
        ),
        migrations.AddConstraint(
            model_name="sweeprun",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["running", "done", "failed", "cancelled"])),
                name="sweep_state_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="sweeprun",
            constraint=models.CheckConstraint(
                condition=models.Q(("stage__in", ["listing", "vanished", "settling"])),
                name="sweep_stage_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="sweeprun",
            constraint=models.CheckConstraint(
                condition=models.Q(("origin__in", ["nightly", "person", "command"])),
                name="sweep_origin_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="sweeprun",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "running"), _negated=True),
                    ("next_at__isnull", False),
                    _connector="OR",
                ),
                name="running_sweep_has_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="sweeprun",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("finished_at__isnull", True), ("state", "running")),
                    models.Q(
                        models.Q(("state", "running"), _negated=True),
                        ("finished_at__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="finished_sweep_has_an_end",
            ),
        ),
        migrations.AddConstraint(
            model_name="sweeprun",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("booked__isnull", False),
                        ("books_total__isnull", False),
                        ("different__isnull", False),
                        ("excluded__isnull", False),
                        ("missing__isnull", False),
                        ("refreshed__isnull", False),
                        ("refunds__isnull", False),
                        ("repaired__isnull", False),
                        ("state", "done"),
                        ("store_total__isnull", False),
                        ("waiting__isnull", False),
                        ("waiting_difference__isnull", False),
                    ),
                    models.Q(
                        models.Q(("state", "done"), _negated=True),
                        ("booked__isnull", True),
                        ("books_total__isnull", True),
                        ("different__isnull", True),
                        ("excluded__isnull", True),
                        ("missing__isnull", True),
                        ("refreshed__isnull", True),
                        ("refunds__isnull", True),
                        ("repaired__isnull", True),
                        ("store_total__isnull", True),
                        ("waiting__isnull", True),
                        ("waiting_difference__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="only_a_sweep_that_is_done_has_results",
            ),
        ),
        migrations.AddConstraint(
            model_name="sweeprun",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "failed"), _negated=True),
                    models.Q(("problem", ""), _negated=True),
                    _connector="OR",
                ),
                name="failed_sweep_says_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="sweeprun",
            constraint=models.CheckConstraint(
                condition=models.Q(("start__lte", models.F("until"))), name="sweep_period_is_one"
            ),
        ),
        migrations.AddConstraint(
            model_name="sweepsum",
            constraint=models.UniqueConstraint(
                fields=("run", "kind", "key", "day"), name="sweep_sum_once", nulls_distinct=False
            ),
        ),
        migrations.AddConstraint(
            model_name="sweepsum",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["status", "day", "rule"])),
                name="sweep_sum_kind_is_known",
            ),
        ),
        migrations.AddIndex(
            model_name="sweptorder",
            index=models.Index(
                condition=models.Q(("is_open", True)), fields=["run", "order_id"], name="swept_open"
            ),
        ),
        migrations.AddConstraint(
            model_name="sweptorder",
            constraint=models.UniqueConstraint(fields=("run", "order_id"), name="swept_order_once"),
        ),
        migrations.AddConstraint(
            model_name="sweptorder",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("verdict__in", ["booked", "excluded", "waiting", "missing", "different"])
                ),
                name="swept_order_verdict_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="sweptorder",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("found__in", ["", "booked", "excluded", "waiting", "missing", "different"])
                ),
                name="swept_order_found_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="sweptorder",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("verdict", "booked"), models.Q(("reason", ""), _negated=True), _connector="OR"
                ),
                name="swept_order_says_why",
            ),
        ),
        migrations.RunSQL(
            (SQL / "0011_sweeps.sql").read_text(), (SQL / "0011_sweeps_reverse.sql").read_text()
        ),
    )
