"""Who of our staff looked at the portal as which customer, and why."""

from pathlib import Path

import commpeak.lib.clock
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q

HERE = Path(__file__).parent


class Migration(migrations.Migration):
    dependencies = [("payments", "0010_find_payment"), ("accounts", "0007_notification_guards")]

    operations = [
        migrations.CreateModel(
            name="CustomerView",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reason", models.CharField(max_length=300, verbose_name="reason")),
                ("started_at", models.DateTimeField(default=commpeak.lib.clock.utc_now, verbose_name="began")),
                ("ends_at", models.DateTimeField(verbose_name="ends by itself")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="stopped")),
                ("customer", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.customer", verbose_name="customer")),
                ("viewer", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="who looked")),
            ],
            options={
                "verbose_name": "view as a customer",
                "verbose_name_plural": "views as a customer",
                "permissions": [("view_as_customer", "Can see the portal as a customer does")],
                "constraints": [
                    models.CheckConstraint(condition=~Q(reason=""), name="customer_view_has_a_reason"),
                    models.CheckConstraint(condition=Q(ends_at__gt=F("started_at")), name="customer_view_ends_after_it_began"),
                    models.UniqueConstraint(condition=Q(ended_at__isnull=True), fields=["viewer"], name="staff_view_one_customer_at_a_time"),
                ],
            },
        ),
        migrations.RunSQL(
            sql=(HERE / "customer_view_guards.sql").read_text(),
            reverse_sql=(HERE / "customer_view_guards_reverse.sql").read_text(),
        ),
    ]
