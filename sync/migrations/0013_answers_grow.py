"""Answers only grow, and many orders are tried again at once; see the .sql file, too."""

from pathlib import Path

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

SQL = Path(__file__).with_name("sql")


class Migration(migrations.Migration):
    dependencies = (
        ("connections", "0010_activity_of_order"),
        ("ledger", "0013_company_versions"),
        ("sync", "0012_orders_by_number"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    )

    operations = (
        migrations.CreateModel(
            name="RetryRun",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=200)),
                (
                    "orders",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), size=None
                    ),
                ),
                ("begun_at", models.DateTimeField()),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="acceptance",
            name="acceptance_once",
        ),
        migrations.AddField(
            model_name="acceptance",
            name="is_withdrawal",
            field=models.BooleanField(default=False),
        ),
        migrations.AddIndex(
            model_name="acceptance",
            index=models.Index(
                fields=["connection", "order_id", "code", "-id"], name="answer_newest"
            ),
        ),
        migrations.AddField(
            model_name="retryrun",
            name="company",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="ledger.company"
            ),
        ),
        migrations.AddField(
            model_name="retryrun",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="retryrun",
            constraint=models.CheckConstraint(
                condition=models.Q(("orders__len__gt", 0)), name="retry_run_has_orders"
            ),
        ),
        migrations.RunSQL(
            (SQL / "0013_answers_grow.sql").read_text(),
            (SQL / "0013_answers_grow_reverse.sql").read_text(),
        ),
    )
