"""SKU mappings, unmatched SKUs, imports with their rows; which SKUs an order waits for."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (
        ("connections", "0006_match_by_code_and_name"),
        ("ledger", "0010_spelling"),
        ("sync", "0003_time_of_reading"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    )

    operations = (
        migrations.CreateModel(
            name="SkuImport",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("checking", "Being checked"),
                            ("ready", "Preview"),
                            ("applying", "Being applied"),
                            ("applied", "Applied"),
                            ("undoing", "Being undone"),
                            ("undone", "Undone"),
                            ("discarded", "Discarded"),
                            ("failed", "Failed"),
                        ],
                        default="checking",
                        max_length=9,
                    ),
                ),
                ("file_name", models.CharField(max_length=200)),
                ("size", models.PositiveIntegerField(help_text="Bytes.")),
                ("encoding", models.CharField(max_length=12)),
                ("delimiter", models.CharField(max_length=1)),
                (
                    "header",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), default=list, size=None
                    ),
                ),
                ("sku_column", models.PositiveSmallIntegerField()),
                ("item_column", models.PositiveSmallIntegerField()),
                (
                    "rows_read",
                    models.PositiveIntegerField(
                        default=0, help_text="Rows of the sheet, blank ones too."
                    ),
                ),
                ("bytes_read", models.PositiveIntegerField(default=0)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("errors", models.PositiveIntegerField(default=0)),
                ("changed", models.PositiveIntegerField(default=0)),
                ("new", models.PositiveIntegerField(default=0)),
                ("unchanged", models.PositiveIntegerField(default=0)),
                ("kept", models.PositiveIntegerField(default=0)),
                ("problem", models.TextField(blank=True)),
                ("uploaded_at", models.DateTimeField()),
                ("started_at", models.DateTimeField(help_text="When its check began.")),
                (
                    "touched_at",
                    models.DateTimeField(help_text="When the worker last made progress."),
                ),
                ("applied_at", models.DateTimeField(null=True)),
                ("undone_at", models.DateTimeField(null=True)),
            ],
            options={
                "verbose_name": "SKU import",
            },
        ),
        migrations.CreateModel(
            name="SkuImportPart",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField()),
                ("content", models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name="SkuImportRow",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("row", models.PositiveIntegerField()),
                (
                    "kind",
                    models.PositiveSmallIntegerField(
                        choices=[(0, "Error"), (1, "Changed"), (2, "New"), (3, "Unchanged")]
                    ),
                ),
                ("reason", models.TextField(blank=True)),
                (
                    "cells",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), default=list, size=None
                    ),
                ),
                ("key", models.TextField(blank=True)),
                ("sku", models.CharField(blank=True, max_length=100)),
                ("item_sku", models.CharField(blank=True, max_length=100)),
                ("was_sku", models.CharField(blank=True, max_length=100)),
                ("was_set_at", models.DateTimeField(null=True)),
                ("was_set_import", models.BigIntegerField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="SkuMapping",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.TextField()),
                ("sku", models.CharField(max_length=100, verbose_name="store SKU")),
                ("set_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "SKU mapping",
            },
        ),
        migrations.CreateModel(
            name="UnmatchedSku",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.TextField()),
                ("sku", models.CharField(max_length=100)),
                ("name", models.TextField()),
                ("lines", models.PositiveIntegerField()),
                ("last_order_id", models.BigIntegerField()),
                ("last_number", models.CharField(max_length=60)),
                ("last_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "unmatched SKU",
            },
        ),
        migrations.AddField(
            model_name="order",
            name="missing_skus",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.TextField(),
                help_text="Keys of the SKUs that it waits for; null while it waits for none.",
                null=True,
                size=None,
            ),
        ),
        migrations.AddIndex(
            model_name="order",
            index=django.contrib.postgres.indexes.GinIndex(
                condition=models.Q(("missing_skus__isnull", False)),
                fields=["missing_skus"],
                name="order_by_missing_sku",
            ),
        ),
        migrations.AddField(
            model_name="skuimport",
            name="applied_by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="skuimport",
            name="company",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="ledger.company",
            ),
        ),
        migrations.AddField(
            model_name="skuimport",
            name="connection",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="sku_imports",
                to="connections.storeconnection",
            ),
        ),
        migrations.AddField(
            model_name="skuimport",
            name="undone_by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="skuimport",
            name="uploaded_by",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="skuimportpart",
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
            model_name="skuimportpart",
            name="sku_import",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="parts",
                to="sync.skuimport",
            ),
        ),
        migrations.AddField(
            model_name="skuimportrow",
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
            model_name="skuimportrow",
            name="item",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="ledger.item",
            ),
        ),
        migrations.AddField(
            model_name="skuimportrow",
            name="sku_import",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="found_rows",
                to="sync.skuimport",
            ),
        ),
        migrations.AddField(
            model_name="skuimportrow",
            name="was_item",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="ledger.item",
            ),
        ),
        migrations.AddField(
            model_name="skuimportrow",
            name="was_set_by",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="skumapping",
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
            model_name="skumapping",
            name="connection",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="sku_mappings",
                to="connections.storeconnection",
            ),
        ),
        migrations.AddField(
            model_name="skumapping",
            name="item",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="ledger.item",
            ),
        ),
        migrations.AddField(
            model_name="skumapping",
            name="set_by",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="skumapping",
            name="set_import",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="sync.skuimport",
            ),
        ),
        migrations.AddField(
            model_name="unmatchedsku",
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
            model_name="unmatchedsku",
            name="connection",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="unmatched_skus",
                to="connections.storeconnection",
            ),
        ),
        migrations.AddIndex(
            model_name="skuimport",
            index=models.Index(fields=["connection", "-id"], name="sku_import_newest"),
        ),
        migrations.AddConstraint(
            model_name="skuimport",
            constraint=models.UniqueConstraint(
                fields=("company", "id"), name="sku_import_company_id"
            ),
        ),
        migrations.AddConstraint(
            model_name="skuimport",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["checking", "ready", "applying", "undoing"])),
                fields=("connection",),
                name="one_open_sku_import",
            ),
        ),
        migrations.AddConstraint(
            model_name="skuimport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        [
                            "checking",
                            "ready",
                            "applying",
                            "applied",
                            "undoing",
                            "undone",
                            "discarded",
                            "failed",
                        ],
                    )
                ),
                name="sku_import_state_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="skuimport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["applied", "undoing", "undone"]), _negated=True),
                    ("applied_at__isnull", False),
                    _connector="OR",
                ),
                name="applied_sku_import_has_a_moment",
            ),
        ),
        migrations.AddConstraint(
            model_name="skuimportpart",
            constraint=models.UniqueConstraint(
                fields=("sku_import", "position"), name="sku_import_part_position"
            ),
        ),
        migrations.AddIndex(
            model_name="skuimportrow",
            index=models.Index(fields=["sku_import", "kind", "row"], name="sku_import_row_by_kind"),
        ),
        migrations.AddIndex(
            model_name="skuimportrow",
            index=models.Index(fields=["sku_import", "key"], name="sku_import_row_by_key"),
        ),
        migrations.AddConstraint(
            model_name="skuimportrow",
            constraint=models.UniqueConstraint(
                fields=("sku_import", "row"), name="sku_import_row_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="skuimportrow",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", [0, 1, 2, 3])), name="sku_import_row_kind_is_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="skuimportrow",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind", 0), ("item__isnull", False), _connector="OR"),
                name="row_without_an_item_is_an_error",
            ),
        ),
        migrations.AddConstraint(
            model_name="skuimportrow",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", 0), _negated=True),
                    models.Q(("reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="wrong_row_has_a_reason",
            ),
        ),
        migrations.AddIndex(
            model_name="skumapping",
            index=models.Index(fields=["company", "item"], name="mapping_of_item"),
        ),
        migrations.AddConstraint(
            model_name="skumapping",
            constraint=models.UniqueConstraint(
                fields=("connection", "key"), name="sku_is_mapped_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="skumapping",
            constraint=models.CheckConstraint(
                condition=models.Q(("key", ""), _negated=True), name="mapped_sku_is_not_empty"
            ),
        ),
        migrations.AddIndex(
            model_name="unmatchedsku",
            index=models.Index(
                fields=["connection", "-last_at", "-id"], name="unmatched_sku_newest"
            ),
        ),
        migrations.AddConstraint(
            model_name="unmatchedsku",
            constraint=models.UniqueConstraint(
                fields=("connection", "key"), name="unmatched_sku_once"
            ),
        ),
    )
