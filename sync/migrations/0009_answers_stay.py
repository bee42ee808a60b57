"""An answer that something was booked on is not deleted: see the .sql files of the same number."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).with_name("sql")


class Migration(migrations.Migration):
    dependencies = (("sync", "0008_health"),)

    operations = (
        migrations.RunSQL(
            (SQL / "0009_answers_stay.sql").read_text(),
            (SQL / "0009_answers_stay_reverse.sql").read_text(),
        ),
    )
