"""Why a refill did not begin, stopped following the pace, or had its charge canceled."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('payments', '0015_declines_by_time'),
    ]

    operations = [
        migrations.AlterField(
            model_name='autorefillrule',
            name='paused_reason',
            field=models.CharField(blank=True, choices=[('charging', 'Charging'), ('charged', 'Charged'), ('declined', 'Declined'), ('failed', 'Failed'), ('needs_confirmation', 'Needs your confirmation'), ('not_confirmed', 'Not confirmed in time'), ('charge_canceled', 'Charge canceled by the customer'), ('enough', 'Enough balance'), ('not_on', 'Not on'), ('under_way', 'Money under way'), ('disputed', 'Payment disputed'), ('back_off', 'Waiting after a decline'), ('day_used', 'Payments of the day used up'), ('day_amount_used', 'Amount of the day used up'), ('month_used', 'Amount of the month used up'), ('over_ceiling', 'Above a limit'), ('no_card', 'No card'), ('guard', "Stopped by the operator's guard"), ('turned_on', 'Turned on'), ('not_begun', 'Did not begin'), ('changed', 'Changed'), ('card_changed', 'Card changed'), ('card_removed', 'Card removed'), ('paused', 'Paused'), ('paused_by_link', 'Paused by the link in an e-mail'), ('declined_thrice', 'Paused after three declines'), ('resumed', 'Resumed'), ('canceled', 'Canceled'), ('retuned', 'Threshold follows your pace'), ('pace_too_fast', 'Threshold cannot follow your pace'), ('card_expiring', 'Card expires soon')], max_length=20),
        ),
        migrations.AlterField(
            model_name='refillnote',
            name='code',
            field=models.CharField(choices=[('charging', 'Charging'), ('charged', 'Charged'), ('declined', 'Declined'), ('failed', 'Failed'), ('needs_confirmation', 'Needs your confirmation'), ('not_confirmed', 'Not confirmed in time'), ('charge_canceled', 'Charge canceled by the customer'), ('enough', 'Enough balance'), ('not_on', 'Not on'), ('under_way', 'Money under way'), ('disputed', 'Payment disputed'), ('back_off', 'Waiting after a decline'), ('day_used', 'Payments of the day used up'), ('day_amount_used', 'Amount of the day used up'), ('month_used', 'Amount of the month used up'), ('over_ceiling', 'Above a limit'), ('no_card', 'No card'), ('guard', "Stopped by the operator's guard"), ('turned_on', 'Turned on'), ('not_begun', 'Did not begin'), ('changed', 'Changed'), ('card_changed', 'Card changed'), ('card_removed', 'Card removed'), ('paused', 'Paused'), ('paused_by_link', 'Paused by the link in an e-mail'), ('declined_thrice', 'Paused after three declines'), ('resumed', 'Resumed'), ('canceled', 'Canceled'), ('retuned', 'Threshold follows your pace'), ('pace_too_fast', 'Threshold cannot follow your pace'), ('card_expiring', 'Card expires soon')], max_length=20, verbose_name='what'),
        ),
    ]
