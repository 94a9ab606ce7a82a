"""Installs the ledger's guards and its write path; the SQL beside this file is the text to read."""

from pathlib import Path

from django.db import migrations

HERE = Path(__file__).parent


class Migration(migrations.Migration):
    dependencies = [("billing", "0001_initial")]

    operations = [
        migrations.RunSQL(
            sql=(HERE / "ledger.sql").read_text(),
            reverse_sql=(HERE / "ledger_reverse.sql").read_text(),
        ),
    ]
