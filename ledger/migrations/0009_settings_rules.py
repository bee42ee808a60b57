"""What settings may not change: see the .sql files of the same number."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).with_name("sql")


class Migration(migrations.Migration):
    dependencies = (("ledger", "0008_settings"),)

    operations = (
        migrations.RunSQL(
            (SQL / "0009_settings_rules.sql").read_text(),
            (SQL / "0009_settings_rules_reverse.sql").read_text(),
        ),
    )
