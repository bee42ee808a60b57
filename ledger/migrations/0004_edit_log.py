"""The edit log and the triggers that write it: see the .sql files of the same number."""

from pathlib import Path

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import ledger.models.edit

SQL = Path(__file__).with_name("sql")


class Migration(migrations.Migration):
    dependencies = (("ledger", "0003_account_days"),)

    operations = (
        migrations.CreateModel(
            name="Edit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                ("via", models.CharField(blank=True, max_length=80)),
                ("address", models.CharField(blank=True, max_length=45)),
                ("database_role", models.CharField(max_length=63)),
                (
                    "action",
                    models.CharField(
                        choices=[
                            ("insert", "added"),
                            ("update", "changed"),
                            ("delete", "removed"),
                        ],
                        max_length=6,
                    ),
                ),
                ("table", models.CharField(max_length=63)),
                ("row_id", models.CharField(max_length=40)),
                ("record", models.CharField(max_length=110)),
                ("old", models.JSONField(decoder=ledger.models.edit.ExactDecoder, default=dict)),
                ("new", models.JSONField(decoder=ledger.models.edit.ExactDecoder, default=dict)),
                (
                    "hidden",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=63), default=list, size=None
                    ),
                ),
                (
                    "company",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="ledger.company",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "edit",
                "verbose_name_plural": "edit log",
                "indexes": [
                    models.Index(fields=["company", "-id"], name="edit_newest"),
                    models.Index(fields=["company", "record", "-id"], name="edit_of_record"),
                    models.Index(fields=["company", "table", "-id"], name="edit_of_kind"),
                    models.Index(fields=["company", "user", "-id"], name="edit_by_person"),
                ],
            },
        ),
        migrations.AlterModelOptions("bookslock", {"verbose_name": "period lock"}),
        migrations.RunSQL(
            (SQL / "0004_edit_log.sql").read_text(),
            (SQL / "0004_edit_log_reverse.sql").read_text(),
        ),
    )
