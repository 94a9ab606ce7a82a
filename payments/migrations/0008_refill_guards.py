"""Slots of a day, the history and a rule's balance cannot be rewritten, by whatever path."""

from pathlib import Path

from django.db import migrations

HERE = Path(__file__).parent


class Migration(migrations.Migration):
    dependencies = [("payments", "0007_automatic_refill")]

    operations = [
        migrations.RunSQL(
            sql=(HERE / "refill_guards.sql").read_text(),
            reverse_sql=(HERE / "refill_guards_reverse.sql").read_text(),
        ),
    ]
