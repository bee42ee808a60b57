"""An item's past stays, and its last sales are found: see the .sql files of the same number."""

from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

SQL = Path(__file__).with_name("sql")


class Migration(migrations.Migration):
    dependencies = (("ledger", "0013_company_versions"),)

    operations = (
        migrations.AlterField(
            model_name="voucherline",
            name="item",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="ledger.item",
            ),
        ),
        migrations.AddIndex(
            model_name="voucherline",
            index=models.Index(
                condition=models.Q(("item__isnull", False)),
                fields=["item", "-voucher"],
                name="line_newest_of_item",
            ),
        ),
        migrations.RunSQL(
            (SQL / "0014_item_rules.sql").read_text(),
            (SQL / "0014_item_rules_reverse.sql").read_text(),
        ),
    )
