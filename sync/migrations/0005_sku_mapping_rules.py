"""The database's own rules of SKU mappings, and what came before them: see the .sql files."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).with_name("sql")


def run(name: str) -> migrations.RunSQL:
    """Run `<name>.sql`, and `<name>_reverse.sql` on the way back."""
    return migrations.RunSQL(
        (SQL / f"{name}.sql").read_text(), (SQL / f"{name}_reverse.sql").read_text()
    )


class Migration(migrations.Migration):
    dependencies = (("sync", "0004_sku_mapping"), ("ledger", "0010_spelling"))

    operations = (run("0005_sku_mapping_rules"), run("0005_unmatched_so_far"))
