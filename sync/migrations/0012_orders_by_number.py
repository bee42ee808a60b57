"""Orders are found by number, or by how it begins, without reading all of them."""

from django.contrib.postgres.indexes import OpClass
from django.db import migrations, models
from django.db.models.functions import Upper


class Migration(migrations.Migration):
    dependencies = (("sync", "0011_sweeps"),)

    operations = (
        migrations.AddIndex(
            model_name="order",
            index=models.Index(
                models.F("company"),
                OpClass(Upper("number"), name="text_pattern_ops"),
                name="order_by_number",
            ),
        ),
    )
