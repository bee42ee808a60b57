"""Looks at a store's registered customers; see the .sql file, too."""

from pathlib import Path

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

SQL = Path(__file__).with_name("sql")


class Migration(migrations.Migration):
    dependencies = (
        ("connections", "0010_activity_of_order"),
        ("ledger", "0014_item_rules"),
        ("sync", "0014_customers"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    )

    operations = (
        migrations.CreateModel(
            name="CustomerLook",
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
                        related_name="customer_looks",
                        to="connections.storeconnection",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "customer look",
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="LookedCustomer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveIntegerField()),
                ("account_id", models.BigIntegerField(null=True)),
                ("email", models.CharField(blank=True, max_length=200)),
                ("name", models.CharField(blank=True, max_length=200)),
                ("payload", models.JSONField(default=dict)),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("found", "Not chosen"),
                            ("created", "Created"),
                            ("updated", "Updated"),
                            ("skipped", "Skipped"),
                            ("failed", "Failed"),
                        ],
                        default="found",
                        max_length=7,
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=200)),
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
                    "look",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="customers",
                        to="sync.customerlook",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="customerlook",
            index=models.Index(
                condition=models.Q(("state", "running")),
                fields=["next_at"],
                name="customerlook_due",
            ),
        ),
        migrations.AddIndex(
            model_name="customerlook",
            index=models.Index(fields=["connection", "-id"], name="customerlook_newest"),
        ),
        migrations.AddConstraint(
            model_name="customerlook",
            constraint=models.UniqueConstraint(
                fields=("company", "id"), name="customerlook_company_id"
            ),
        ),
        migrations.AddConstraint(
            model_name="customerlook",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["running", "paused", "done", "cancelled"])),
                name="customerlook_state_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="customerlook",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "running"), _negated=True),
                    ("next_at__isnull", False),
                    _connector="OR",
                ),
                name="running_customerlook_has_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="customerlook",
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
                name="finished_customerlook_has_an_end",
            ),
        ),
        migrations.AddConstraint(
            model_name="lookedcustomer",
            constraint=models.UniqueConstraint(
                fields=("look", "position"), name="looked_customer_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="lookedcustomer",
            constraint=models.UniqueConstraint(
                fields=("look", "account_id"), name="looked_account_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="lookedcustomer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("outcome__in", ["found", "created", "updated", "skipped", "failed"])
                ),
                name="looked_customer_outcome_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="lookedcustomer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("outcome__in", ["skipped", "failed"]), _negated=True),
                    models.Q(("reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="customer_left_out_has_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="lookedcustomer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("outcome__in", ["skipped", "failed"]),
                    ("account_id__isnull", False),
                    _connector="OR",
                ),
                name="customer_to_choose_has_a_number",
            ),
        ),
        migrations.RunSQL(
            (SQL / "0015_customer_looks.sql").read_text(),
            (SQL / "0015_customer_looks_reverse.sql").read_text(),
        ),
    )
