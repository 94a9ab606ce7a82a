"""Proven addresses and told notifications cannot be rewritten, by whatever path."""

from pathlib import Path

from django.db import migrations

HERE = Path(__file__).parent


class Migration(migrations.Migration):
    dependencies = [("accounts", "0006_notifications")]

    operations = [
        migrations.RunSQL(
            sql=(HERE / "notification_guards.sql").read_text(),
            reverse_sql=(HERE / "notification_guards_reverse.sql").read_text(),
        ),
    ]
