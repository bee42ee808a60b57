"""When the plugin read an order, by delivery: the content may have come before."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (("sync", "0002_one_company"),)

    operations = (
        migrations.AddField(
            model_name="delivery",
            name="built_at",
            field=models.CharField(
                blank=True, help_text="When the plugin read the order: ISO, UTC.", max_length=32
            ),
        ),
    )
