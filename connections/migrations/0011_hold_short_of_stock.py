"""An option: orders that are short of stock are held as drafts."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (("connections", "0010_activity_of_order"),)

    operations = (
        migrations.AddField(
            model_name="storeconnection",
            name="hold_short_of_stock",
            field=models.BooleanField(
                default=False, verbose_name="hold orders that are short of stock"
            ),
        ),
    )
