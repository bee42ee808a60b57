"""Who signs documents, how long their HSN is, and what a company's details were before."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

from ledger.models.company import HSN_DIGITS


class Migration(migrations.Migration):
    dependencies = (("ledger", "0011_sums_by_source"),)

    operations = (
        migrations.AddField(
            "company",
            "signatory",
            models.CharField("authorised signatory", blank=True, max_length=80),
        ),
        migrations.AddField(
            "company",
            "hsn_digits",
            models.PositiveSmallIntegerField(
                "turnover of the preceding year", choices=HSN_DIGITS, default=4
            ),
        ),
        migrations.AddConstraint(
            "company",
            models.CheckConstraint(
                name="company_hsn_digits_are_known", condition=Q(hsn_digits__in=(4, 6))
            ),
        ),
        migrations.CreateModel(
            name="CompanyVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("since", models.DateTimeField()),
                ("details", models.JSONField()),
                (
                    "company",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="versions",
                        to="ledger.company",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("company", "since"), name="company_version_once"
                    )
                ]
            },
        ),
    )
