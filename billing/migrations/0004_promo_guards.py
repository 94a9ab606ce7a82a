"""Installs what the database holds for promo codes; the SQL beside this file is the text to read."""

from pathlib import Path

from django.db import migrations

HERE = Path(__file__).parent


class Migration(migrations.Migration):
    dependencies = [("billing", "0003_promo_codes")]

    operations = [
        migrations.RunSQL(
            sql=(HERE / "promo.sql").read_text(),
            reverse_sql=(HERE / "promo_reverse.sql").read_text(),
        ),
    ]
