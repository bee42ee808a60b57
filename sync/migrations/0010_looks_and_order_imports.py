"""Looks at stores and imports of chosen orders; an order before go-live is not booked."""

from pathlib import Path

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

SQL = Path(__file__).with_name("sql")


class Migration(migrations.Migration):
    dependencies = (
        ("connections", "0009_go_live"),
        ("ledger", "0013_company_versions"),
        ("sync", "0009_answers_stay"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    )

    operations = (
        migrations.CreateModel(
            name="ImportedOrder",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("order_id", models.BigIntegerField()),
                ("number", models.CharField(max_length=60)),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("asked", "To be asked for"),
                            ("kept", "To be booked"),
                            ("booked", "Booked"),
                            ("unchanged", "Unchanged"),
                            ("draft", "Draft"),
                            ("waiting", "Waiting"),
                            ("ignored", "Ignored by a rule"),
                            ("failed", "Failed"),
                        ],
                        default="asked",
                        max_length=9,
                    ),
                ),
                ("reason_code", models.CharField(blank=True, max_length=40)),
                ("reason", models.TextField(blank=True)),
                ("delivery_id", models.BigIntegerField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Look",
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
                            ("paused", "Stopped"),
                            ("done", "Done"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="running",
                        max_length=9,
                    ),
                ),
                ("done", models.PositiveIntegerField(default=0)),
                ("total", models.PositiveIntegerField(null=True)),
                ("made_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(null=True)),
                ("first", models.DateField(null=True)),
                ("last", models.DateField(null=True)),
                ("start", models.DateTimeField(null=True)),
                ("until", models.DateTimeField(null=True)),
                (
                    "order_ids",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), default=list, size=None
                    ),
                ),
                ("sums", models.JSONField(null=True)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="LookedOrder",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("order_id", models.BigIntegerField()),
                ("number", models.CharField(max_length=60)),
                ("created_at", models.DateTimeField(null=True)),
                ("store_status", models.CharField(max_length=60)),
                ("buyer_name", models.CharField(blank=True, max_length=310)),
                ("currency", models.CharField(max_length=3)),
                ("store_total", models.DecimalField(decimal_places=2, max_digits=16)),
                ("outcome", models.CharField(max_length=8)),
                ("found", models.JSONField()),
            ],
        ),
        migrations.CreateModel(
            name="OrderImport",
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
                            ("paused", "Stopped"),
                            ("done", "Done"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="running",
                        max_length=9,
                    ),
                ),
                ("done", models.PositiveIntegerField(default=0)),
                ("total", models.PositiveIntegerField(null=True)),
                ("made_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(null=True)),
            ],
            options={
                "verbose_name": "order import",
                "abstract": False,
            },
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("reason_code", "before_go_live"), _negated=True),
                    models.Q(("net_booked", 0), ("state", "ignored")),
                    _connector="OR",
                ),
                name="order_before_go_live_is_not_booked",
            ),
        ),
        migrations.AddField(
            model_name="importedorder",
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
            model_name="look",
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
            model_name="look",
            name="connection",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="looks",
                to="connections.storeconnection",
            ),
        ),
        migrations.AddField(
            model_name="look",
            name="made_by",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="lookedorder",
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
            model_name="lookedorder",
            name="look",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="orders",
                to="sync.look",
            ),
        ),
        migrations.AddField(
            model_name="orderimport",
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
            model_name="orderimport",
            name="connection",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="order_imports",
                to="connections.storeconnection",
            ),
        ),
        migrations.AddField(
            model_name="orderimport",
            name="made_by",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="importedorder",
            name="order_import",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="orders",
                to="sync.orderimport",
            ),
        ),
        migrations.AddIndex(
            model_name="look",
            index=models.Index(
                condition=models.Q(("state", "running")), fields=["next_at"], name="look_due"
            ),
        ),
        migrations.AddIndex(
            model_name="look",
            index=models.Index(fields=["connection", "-id"], name="look_newest"),
        ),
        migrations.AddConstraint(
            model_name="look",
            constraint=models.UniqueConstraint(fields=("company", "id"), name="look_company_id"),
        ),
        migrations.AddConstraint(
            model_name="look",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["running", "paused", "done", "cancelled"])),
                name="look_state_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="look",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "running"), _negated=True),
                    ("next_at__isnull", False),
                    _connector="OR",
                ),
                name="running_look_has_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="look",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        models.Q(("state__in", ["running", "paused"])),
                        ("finished_at__isnull", True),
                    ),
                    models.Q(
                        models.Q(("state__in", ["running", "paused"]), _negated=True),
                        ("finished_at__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="finished_look_has_an_end",
            ),
        ),
        migrations.AddConstraint(
            model_name="look",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("first__isnull", False),
                        ("last__gte", models.F("first")),
                        ("order_ids", []),
                        ("until__gt", models.F("start")),
                    ),
                    models.Q(
                        ("first__isnull", True),
                        ("last__isnull", True),
                        ("start__isnull", True),
                        ("until__isnull", True),
                        models.Q(("order_ids", []), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="look_asks_for_a_period_or_for_ids",
            ),
        ),
        migrations.AddConstraint(
            model_name="look",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "done"), _negated=True),
                    ("sums__isnull", False),
                    _connector="OR",
                ),
                name="done_look_has_its_sums",
            ),
        ),
        migrations.AddConstraint(
            model_name="lookedorder",
            constraint=models.UniqueConstraint(
                fields=("look", "order_id"), name="looked_order_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="lookedorder",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("outcome__in", ["booked", "draft", "ignored", "waiting", "reversed", "unread"])
                ),
                name="looked_order_outcome_is_known",
            ),
        ),
        migrations.AddIndex(
            model_name="orderimport",
            index=models.Index(
                condition=models.Q(("state", "running")), fields=["next_at"], name="orderimport_due"
            ),
        ),
        migrations.AddIndex(
            model_name="orderimport",
            index=models.Index(fields=["connection", "-id"], name="orderimport_newest"),
        ),
        migrations.AddConstraint(
            model_name="orderimport",
            constraint=models.UniqueConstraint(
                fields=("company", "id"), name="orderimport_company_id"
            ),
        ),
        migrations.AddConstraint(
            model_name="orderimport",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["running", "paused", "done", "cancelled"])),
                name="orderimport_state_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="orderimport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "running"), _negated=True),
                    ("next_at__isnull", False),
                    _connector="OR",
                ),
                name="running_orderimport_has_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="orderimport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        models.Q(("state__in", ["running", "paused"])),
                        ("finished_at__isnull", True),
                    ),
                    models.Q(
                        models.Q(("state__in", ["running", "paused"]), _negated=True),
                        ("finished_at__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="finished_orderimport_has_an_end",
            ),
        ),
        migrations.AddIndex(
            model_name="importedorder",
            index=models.Index(
                fields=["order_import", "outcome"], name="imported_order_by_outcome"
            ),
        ),
        migrations.AddIndex(
            model_name="importedorder",
            index=models.Index(fields=["delivery_id"], name="imported_order_by_delivery"),
        ),
        migrations.AddConstraint(
            model_name="importedorder",
            constraint=models.UniqueConstraint(
                fields=("order_import", "order_id"), name="imported_order_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="importedorder",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "outcome__in",
                        [
                            "asked",
                            "kept",
                            "booked",
                            "unchanged",
                            "draft",
                            "waiting",
                            "ignored",
                            "failed",
                        ],
                    )
                ),
                name="imported_order_outcome_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="importedorder",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("outcome", "kept"), _negated=True),
                    ("delivery_id__isnull", False),
                    _connector="OR",
                ),
                name="kept_order_has_its_delivery",
            ),
        ),
        migrations.AddConstraint(
            model_name="importedorder",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("outcome__in", ["waiting", "ignored", "failed"]), _negated=True),
                    models.Q(("reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="order_left_out_of_an_import_has_a_reason",
            ),
        ),
        migrations.RunSQL(
            (SQL / "0010_looks_and_order_imports.sql").read_text(),
            (SQL / "0010_looks_and_order_imports_reverse.sql").read_text(),
        ),
    )
