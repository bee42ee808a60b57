"""The database's own rules of the sync: see the .sql files of the same number."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).with_name("sql")


def run(name: str) -> migrations.RunSQL:
    """Run `<name>.sql`, and `<name>_reverse.sql` on the way back."""
    return migrations.RunSQL(
        (SQL / f"{name}.sql").read_text(), (SQL / f"{name}_reverse.sql").read_text()
    )


class Migration(migrations.Migration):
    dependencies = (
        ("sync", "0001_initial"),
        ("ledger", "0002_books"),
        ("connections", "0002_one_company"),
    )

    operations = (run("0002_one_company"), run("0002_append_only"))
