"""Items found whatever the spelling: see the .sql files of the same number."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).with_name("sql")


class Migration(migrations.Migration):
    dependencies = (("ledger", "0009_settings_rules"),)

    operations = (
        migrations.RunSQL(
            (SQL / "0010_spelling.sql").read_text(),
            (SQL / "0010_spelling_reverse.sql").read_text(),
        ),
    )
