"""Changes of connections are logged: see the .sql files of the same number."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).with_name("sql")


class Migration(migrations.Migration):
    dependencies = (("connections", "0003_pairing"), ("ledger", "0004_edit_log"))

    operations = (
        migrations.RunSQL(
            (SQL / "0004_edit_log.sql").read_text(),
            (SQL / "0004_edit_log_reverse.sql").read_text(),
        ),
    )
