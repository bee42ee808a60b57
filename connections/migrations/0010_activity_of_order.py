"""The activity about one order, found without reading the whole log of its store."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (("connections", "0009_go_live"),)

    operations = (
        migrations.AddIndex(
            model_name="activity",
            index=models.Index(
                condition=models.Q(("order_id__isnull", False)),
                fields=["connection", "order_id", "-id"],
                name="activity_of_order",
            ),
        ),
    )
