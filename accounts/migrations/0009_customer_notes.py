"""Notes of staff about customers, which nobody can change afterwards."""

from pathlib import Path

import commpeak.lib.clock
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

HERE = Path(__file__).parent


class Migration(migrations.Migration):
    dependencies = [("accounts", "0008_audit_log_guards")]

    operations = [
        migrations.CreateModel(
            name="CustomerNote",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(default=commpeak.lib.clock.utc_now, verbose_name="written")),
                ("text", models.TextField(max_length=2000, verbose_name="note")),
                ("author", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="by")),
                ("customer", models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="notes", to="accounts.customer")),
            ],
            options={
                "verbose_name": "customer note",
                "verbose_name_plural": "customer notes",
                "indexes": [models.Index(fields=["customer", "-id"], name="note_by_customer")],
                "constraints": [models.CheckConstraint(condition=models.Q(("text", ""), _negated=True), name="note_says_something")],
            },
        ),
        migrations.RunSQL(
            sql=(HERE / "customer_note_guards.sql").read_text(),
            reverse_sql=(HERE / "customer_note_guards_reverse.sql").read_text(),
        ),
    ]
