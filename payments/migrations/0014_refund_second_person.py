"""Large refunds that staff ask for are approved by another person."""

from pathlib import Path

from django.db import migrations, models
from django.db.models import F, Q

HERE = Path(__file__).parent


class Migration(migrations.Migration):
    dependencies = [("payments", "0013_replaced_cards")]

    operations = [
        migrations.AddField(
            model_name="refund",
            name="needs_second",
            field=models.BooleanField(default=False, verbose_name="needs a second person"),
        ),
        migrations.AddConstraint(
            model_name="refund",
            constraint=models.CheckConstraint(
                condition=Q(needs_second=False) | Q(state__in=["requested", "declined"]) | ~Q(decided_by=F("asker")),
                name="large_refund_of_staff_is_approved_by_another_person",
            ),
        ),
        migrations.RunSQL(
            sql=(HERE / "refund_second_person.sql").read_text(),
            reverse_sql=(HERE / "refund_second_person_reverse.sql").read_text(),
        ),
    ]
