"""A voucher is reversed once; made while the books are worked with."""

from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    atomic = False

    dependencies = (("ledger", "0006_vouchers_by_hand"),)

    operations = (
        ValidateConstraint("voucher", "voucher_is_against_a_sale_if_a_note"),
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    "CREATE UNIQUE INDEX CONCURRENTLY voucher_is_reversed_once"
                    " ON ledger_voucher (against_id)"
                    " WHERE against_id IS NOT NULL AND type = 'journal'",
                    "DROP INDEX CONCURRENTLY voucher_is_reversed_once",
                )
            ],
            state_operations=[
                migrations.AddConstraint(
                    "voucher",
                    models.UniqueConstraint(
                        fields=("against",),
                        name="voucher_is_reversed_once",
                        condition=Q(type="journal", against__isnull=False),
                    ),
                )
            ],
        ),
    )
