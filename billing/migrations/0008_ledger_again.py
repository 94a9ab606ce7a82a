"""Brings databases that were made before ledger.sql last changed up to it.

The file can be run again at any time: it replaces what is there. On a new database it has just
been run by 0002, and this changes nothing.
"""

from pathlib import Path

from django.db import migrations

HERE = Path(__file__).parent


class Migration(migrations.Migration):
    dependencies = [("billing", "0007_due_balance_looks")]

    operations = [
        migrations.RunSQL((HERE / "ledger.sql").read_text(), migrations.RunSQL.noop),
    ]
