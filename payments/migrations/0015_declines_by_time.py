"""Declines of the last hour are found without reading all of them."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("payments", "0014_refund_second_person"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="decline",
            index=models.Index(fields=["created_at"], name="decline_by_time"),
        ),
    ]
