"""The database keeps the versions of a company: see the .sql files of the same number."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).with_name("sql")


class Migration(migrations.Migration):
    dependencies = (("ledger", "0012_document_details"),)

    operations = (
        migrations.RunSQL(
            (SQL / "0013_company_versions.sql").read_text(),
            (SQL / "0013_company_versions_reverse.sql").read_text(),
        ),
    )
