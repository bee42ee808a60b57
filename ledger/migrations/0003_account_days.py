"""Sums of every account by day, kept by the database: see the .sql files of the same number."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).with_name("sql")


class Migration(migrations.Migration):
    dependencies = (("ledger", "0002_books"),)

    operations = (
        migrations.RunSQL(
            (SQL / "0003_account_days.sql").read_text(),
            (SQL / "0003_account_days_reverse.sql").read_text(),
        ),
    )
