"""The ledger knows adjustments, and what staff proposed stays as it was proposed."""

from pathlib import Path

from django.db import migrations

HERE = Path(__file__).parent


class Migration(migrations.Migration):
    dependencies = [("billing", "0010_staff_decisions")]

    operations = [
        migrations.RunSQL((HERE / "ledger.sql").read_text(), migrations.RunSQL.noop),
        migrations.RunSQL(
            sql=(HERE / "staff_decisions.sql").read_text(),
            reverse_sql=(HERE / "staff_decisions_reverse.sql").read_text(),
        ),
    ]
