"""Sums by day and source, kept by the database: see the .sql files of the same number."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).with_name("sql")


class Migration(migrations.Migration):
    dependencies = (("ledger", "0010_spelling"),)

    operations = (
        migrations.RunSQL(
            (SQL / "0011_sums_by_source.sql").read_text(),
            (SQL / "0011_sums_by_source_reverse.sql").read_text(),
        ),
    )
