"""Switches: match by lookup code, match by name."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (("connections", "0005_tax_mapping"),)

    operations = (
        migrations.AddField(
            model_name="storeconnection",
            name="matches_lookup_code",
            field=models.BooleanField(default=False, verbose_name="match by lookup code"),
        ),
        migrations.AddField(
            model_name="storeconnection",
            name="matches_name",
            field=models.BooleanField(default=False, verbose_name="match by name"),
        ),
    )
