"""The day from which a store's orders are booked."""

from datetime import date

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = (("connections", "0008_bare_refund"),)

    operations = (
        migrations.AddField(
            model_name="storeconnection",
            name="go_live_date",
            field=models.DateField(
                blank=True,
                help_text="In the company's zone; empty: all are.",
                null=True,
                verbose_name="orders are booked if created from",
            ),
        ),
        migrations.AddConstraint(
            model_name="storeconnection",
            constraint=models.CheckConstraint(
                condition=Q(go_live_date__isnull=True)
                | Q(go_live_date__gte=date(2000, 1, 1), go_live_date__lt=date(2100, 1, 1)),
                name="go_live_date_is_sensible",
            ),
        ),
    )
