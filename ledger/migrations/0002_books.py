"""The database's own rules of the books: see the .sql files of the same number."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).with_name("sql")


def run(name: str) -> migrations.RunSQL:
    """Run `<name>.sql`, and `<name>_reverse.sql` on the way back."""
    return migrations.RunSQL(
        (SQL / f"{name}.sql").read_text(), (SQL / f"{name}_reverse.sql").read_text()
    )


class Migration(migrations.Migration):
    dependencies = (("ledger", "0001_initial"),)

    operations = (
        run("0002_one_company"),
        run("0002_append_only"),
        run("0002_adds_up"),
        run("0002_series_and_locks"),
    )
