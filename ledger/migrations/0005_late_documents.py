"""Late documents are found without reading all vouchers; made while the books are worked with."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = (("ledger", "0004_edit_log"),)

    operations = (
        AddIndexConcurrently(
            model_name="voucher",
            index=models.Index(
                condition=models.Q(("original_date__isnull", False)),
                fields=["company", "date", "id"],
                name="voucher_moved",
            ),
        ),
    )
