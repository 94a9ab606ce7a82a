"""The audit log cannot be rewritten by the application."""

from pathlib import Path

from django.db import migrations

HERE = Path(__file__).parent


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0007_notification_guards"),
        ("auditlog", "0017_add_actor_email"),
    ]

    operations = [
        migrations.RunSQL(
            sql=(HERE / "audit_log_guards.sql").read_text(),
            reverse_sql=(HERE / "audit_log_guards_reverse.sql").read_text(),
        ),
    ]
