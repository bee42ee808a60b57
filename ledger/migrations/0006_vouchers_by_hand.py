"""Vouchers entered by hand can be reversed: see the .sql files of the same number."""

from pathlib import Path

from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models
from django.db.models import Q

SQL = Path(__file__).with_name("sql")


class Migration(migrations.Migration):
    dependencies = (("ledger", "0005_late_documents"),)

    operations = (
        migrations.RemoveConstraint("voucher", "voucher_is_against_a_sale_if_a_note"),
        AddConstraintNotValid(  # a weaker rule than the one before: every row keeps it
            "voucher",
            models.CheckConstraint(
                name="voucher_is_against_a_sale_if_a_note",
                condition=Q(type__in=["credit_note", "debit_note"], against__isnull=False)
                | Q(type__in=["sales", "receipt", "payment"], against__isnull=True)
                | Q(type="journal"),
            ),
        ),
        migrations.RunSQL(
            (SQL / "0006_vouchers_by_hand.sql").read_text(),
            (SQL / "0006_vouchers_by_hand_reverse.sql").read_text(),
        ),
    )
