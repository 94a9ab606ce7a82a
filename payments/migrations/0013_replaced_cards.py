"""Cards that take the place of others, and those that their gateway has to forget."""

import django.db.models.deletion
from django.db import migrations, models


def forget_those_removed(apps, schema_editor):
    """Once more: whether the gateway has heard of it was not kept until now, and hearing it
    twice changes nothing."""
    removed = apps.get_model("payments", "SavedCard").objects.exclude(removed_at=None)
    removed.update(forget_at=models.F("removed_at"))


class Migration(migrations.Migration):

    dependencies = [
        ('payments', '0012_replay'),
    ]

    operations = [
        migrations.AddField(
            model_name='cardsetup',
            name='replaces',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='payments.savedcard'),
        ),
        migrations.AddField(
            model_name='savedcard',
            name='forget_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='to be forgotten by the gateway'),
        ),
        migrations.RunPython(forget_those_removed, migrations.RunPython.noop),
        migrations.AlterField(
            model_name='autorefillrule',
            name='paused_reason',
            field=models.CharField(blank=True, choices=[('charging', 'Charging'), ('charged', 'Charged'), ('declined', 'Declined'), ('failed', 'Failed'), ('needs_confirmation', 'Needs your confirmation'), ('not_confirmed', 'Not confirmed in time'), ('enough', 'Enough balance'), ('not_on', 'Not on'), ('under_way', 'Money under way'), ('disputed', 'Payment disputed'), ('back_off', 'Waiting after a decline'), ('day_used', 'Payments of the day used up'), ('day_amount_used', 'Amount of the day used up'), ('month_used', 'Amount of the month used up'), ('over_ceiling', 'Above a limit'), ('no_card', 'No card'), ('guard', "Stopped by the operator's guard"), ('turned_on', 'Turned on'), ('changed', 'Changed'), ('card_changed', 'Card changed'), ('card_removed', 'Card removed'), ('paused', 'Paused'), ('paused_by_link', 'Paused by the link in an e-mail'), ('declined_thrice', 'Paused after three declines'), ('resumed', 'Resumed'), ('canceled', 'Canceled'), ('retuned', 'Threshold follows your pace'), ('card_expiring', 'Card expires soon')], max_length=20),
        ),
        migrations.AlterField(
            model_name='refillnote',
            name='code',
            field=models.CharField(choices=[('charging', 'Charging'), ('charged', 'Charged'), ('declined', 'Declined'), ('failed', 'Failed'), ('needs_confirmation', 'Needs your confirmation'), ('not_confirmed', 'Not confirmed in time'), ('enough', 'Enough balance'), ('not_on', 'Not on'), ('under_way', 'Money under way'), ('disputed', 'Payment disputed'), ('back_off', 'Waiting after a decline'), ('day_used', 'Payments of the day used up'), ('day_amount_used', 'Amount of the day used up'), ('month_used', 'Amount of the month used up'), ('over_ceiling', 'Above a limit'), ('no_card', 'No card'), ('guard', "Stopped by the operator's guard"), ('turned_on', 'Turned on'), ('changed', 'Changed'), ('card_changed', 'Card changed'), ('card_removed', 'Card removed'), ('paused', 'Paused'), ('paused_by_link', 'Paused by the link in an e-mail'), ('declined_thrice', 'Paused after three declines'), ('resumed', 'Resumed'), ('canceled', 'Canceled'), ('retuned', 'Threshold follows your pace'), ('card_expiring', 'Card expires soon')], max_length=20, verbose_name='what'),
        ),
        migrations.AddIndex(
            model_name='savedcard',
            index=models.Index(condition=models.Q(('forget_at__isnull', False)), fields=['forget_at'], name='card_to_forget'),
        ),
    ]
