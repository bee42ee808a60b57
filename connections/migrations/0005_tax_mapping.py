"""What a store's tax rates are called in the books: see the .sql files of the same number."""

from pathlib import Path

from django.db import migrations, models

SQL = Path(__file__).with_name("sql")


class Migration(migrations.Migration):
    dependencies = (("connections", "0004_edit_log"),)

    operations = (
        migrations.AddField(
            model_name="storeconnection",
            name="tax_mapping",
            field=models.JSONField(
                blank=True,
                default=dict,
                help_text="Rate id of the store → what the tax is called here.",
            ),
        ),
        migrations.AddField(
            model_name="storeconnection",
            name="former_tax_mappings",
            field=models.JSONField(
                blank=True,
                default=list,
                help_text="Each with the last voucher that was posted under it.",
            ),
        ),
        migrations.RunSQL(
            (SQL / "0005_tax_mapping.sql").read_text(),
            (SQL / "0005_tax_mapping_reverse.sql").read_text(),
        ),
    )
