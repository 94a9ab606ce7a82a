"""Facts, events, top-ups and a payment's order cannot be rewritten, by whatever path."""

from pathlib import Path

from django.db import migrations

HERE = Path(__file__).parent


class Migration(migrations.Migration):
    dependencies = [("payments", "0001_initial"), ("billing", "0002_ledger_guards")]

    operations = [
        migrations.RunSQL(
            sql=(HERE / "guards.sql").read_text(),
            reverse_sql=(HERE / "guards_reverse.sql").read_text(),
        ),
    ]
