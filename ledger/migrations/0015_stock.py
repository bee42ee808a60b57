"""What is in stock, in quantities: see the .sql files of the same number."""

import datetime
from pathlib import Path

import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models

SQL = Path(__file__).with_name("sql")


class Migration(migrations.Migration):
    dependencies = (("ledger", "0014_item_rules"),)

    operations = (
        migrations.CreateModel(
            name="StockLevel",
            fields=[
                (
                    "item",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="stock_level",
                        serialize=False,
                        to="ledger.item",
                    ),
                ),
                ("since", models.DateField()),
                ("entered", models.DecimalField(decimal_places=4, max_digits=18)),
                ("booked", models.DecimalField(decimal_places=4, max_digits=18)),
                (
                    "left",
                    models.GeneratedField(
                        db_persist=True,
                        expression=django.db.models.expressions.CombinedExpression(
                            models.F("entered"), "+", models.F("booked")
                        ),
                        output_field=models.DecimalField(decimal_places=4, max_digits=18),
                    ),
                ),
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
            name="StockMovement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("opening", "Opening"),
                            ("receipt", "Receipt"),
                            ("adjustment", "Adjustment"),
                        ],
                        max_length=10,
                    ),
                ),
                ("quantity", models.DecimalField(decimal_places=4, max_digits=16)),
                ("day", models.DateField()),
                ("note", models.CharField(blank=True, max_length=200)),
                ("key", models.UUIDField()),
                ("at", models.DateTimeField()),
                (
                    "company",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ledger.company",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="stock_movements",
                        to="ledger.item",
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
                "indexes": [
                    models.Index(fields=["item", "-day", "-id"], name="stock_movement_of_item")
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("company", "key"), name="stock_movement_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("kind", "opening")),
                        fields=("item",),
                        name="stock_is_opened_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "opening"), ("quantity__gte", 0)),
                            models.Q(("kind", "receipt"), ("quantity__gt", 0)),
                            models.Q(
                                ("kind", "adjustment"), models.Q(("quantity", 0), _negated=True)
                            ),
                            _connector="OR",
                        ),
                        name="stock_movement_moves_as_its_kind_does",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind", "adjustment"), ("note", ""), _negated=True),
                        name="stock_adjustment_says_why",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("day__gte", datetime.date(2000, 1, 1)),
                            ("day__lt", datetime.date(2100, 1, 1)),
                        ),
                        name="stock_movement_day_is_sensible",
                    ),
                ],
            },
        ),
        migrations.RunSQL(
            (SQL / "0015_stock.sql").read_text(),
            (SQL / "0015_stock_reverse.sql").read_text(),
        ),
    )
