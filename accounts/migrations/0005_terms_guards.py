"""Published terms and agreements cannot be rewritten; and a first text, so that there is one."""

from datetime import UTC, datetime
from pathlib import Path

from django.db import migrations

HERE = Path(__file__).parent
FIRST = {"slug": "crypto", "number": 1}
TITLE = "Cryptocurrency Payment Terms & Conditions"


def text():
    return (HERE / "terms_crypto_draft.txt").read_text().strip()


def publish_first_text(apps, schema_editor):
    """A draft that says so in its first line; staff publish what a lawyer wrote."""
    apps.get_model("accounts", "TermsVersion").objects.create(
        **FIRST,
        title=TITLE,
        text=text(),
        published_at=datetime.now(UTC),
    )


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_terms")]

    operations = [
        migrations.RunPython(publish_first_text, migrations.RunPython.noop),
        migrations.RunSQL(
            sql=(HERE / "terms_guards.sql").read_text(),
            reverse_sql=(HERE / "terms_guards_reverse.sql").read_text(),
        ),
    ]
