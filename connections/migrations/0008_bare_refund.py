"""An option: refunds that do not say their lines are spread, or wait for a person."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (("connections", "0007_key_requests"),)

    operations = (
        migrations.AddField(
            model_name="storeconnection",
            name="bare_refund",
            field=models.CharField(
                choices=[
                    ("spread", "Spread over what stands of the order"),
                    ("wait", "Let the order wait for a person"),
                ],
                default="spread",
                max_length=6,
            ),
        ),
        migrations.AddConstraint(
            model_name="storeconnection",
            constraint=models.CheckConstraint(
                condition=models.Q(("bare_refund__in", ["spread", "wait"])),
                name="bare_refund_is_known",
            ),
        ),
    )
