"""Payments by amount, and what gateways proved by its id alone: for "I paid, where is it?"."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("payments", "0009_receipts")]

    operations = [
        migrations.AddIndex(
            model_name="payment",
            index=models.Index(fields=["amount", "-created_at"], name="payment_by_amount"),
        ),
        migrations.AddIndex(
            model_name="paymentfact",
            index=models.Index(
                fields=["object_id"], name="fact_by_object_id", opclasses=["varchar_pattern_ops"]
            ),
        ),
    ]
