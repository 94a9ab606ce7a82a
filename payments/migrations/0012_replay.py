"""The permission to replay a stored gateway message."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("payments", "0011_customer_views")]

    operations = [
        migrations.AlterModelOptions(
            name="webhookevent",
            options={"permissions": [("replay_webhookevent", "Can replay a gateway's message")]},
        ),
    ]
