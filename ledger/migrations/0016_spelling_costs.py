"""What spelling costs: see the .sql file of the same number."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).with_name("sql")


class Migration(migrations.Migration):
    dependencies = (("ledger", "0015_stock"),)

    operations = (
        migrations.RunSQL(
            (SQL / "0016_spelling_costs.sql").read_text(),
            (SQL / "0016_spelling_costs_reverse.sql").read_text(),
        ),
    )
