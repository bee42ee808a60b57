"""The database's own rules of connections: see the .sql files of the same number."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).with_name("sql")


class Migration(migrations.Migration):
    dependencies = (("connections", "0001_initial"),)

    operations = (
        migrations.RunSQL(
            (SQL / "0002_one_company.sql").read_text(),
            (SQL / "0002_one_company_reverse.sql").read_text(),
        ),
    )
