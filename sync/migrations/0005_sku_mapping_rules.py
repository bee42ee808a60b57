"""The database's own rules of SKU mappings, and what came before them: see the .sql files."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).with_name("sql")


class Migration(migrations.Migration):
    dependencies = (("sync", "0004_sku_mapping"), ("ledger", "0010_spelling"))

    operations = (
        migrations.RunSQL(
            (SQL / "0005_sku_mapping_rules.sql").read_text(),
            (SQL / "0005_sku_mapping_rules_reverse.sql").read_text(),
        ),
    )
