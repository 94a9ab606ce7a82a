"""Wires sent back, and wires in another currency; ledger.sql again, which names the kinds."""

from pathlib import Path

from django.db import migrations, models


HERE = Path(__file__).parent


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0007_notification_guards'),
        ('billing', '0008_ledger_again'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='ledgeraccount',
            name='ledger_account_kind_is_known',
        ),
        migrations.AlterField(
            model_name='journalentry',
            name='kind',
            field=models.CharField(choices=[('top_up', 'Top-up'), ('usage', 'Usage'), ('refund', 'Refund'), ('refund_failed', 'Refund failed'), ('dispute', 'Disputed payment'), ('dispute_won', 'Dispute won'), ('promo', 'Promo bonus'), ('promo_expired', 'Promo bonus expired'), ('promo_taken_back', 'Promo bonus taken back'), ('promo_given_back', 'Promo bonus given back'), ('move', 'Moved between balances'), ('suspense', 'Received, not yet assigned'), ('assignment', 'Assigned from suspense'), ('returned', 'Sent back to the payer'), ('payout', 'Paid out to our bank'), ('reversal', 'Reversal')], max_length=16, verbose_name='kind'),
        ),
        migrations.AlterField(
            model_name='ledgeraccount',
            name='kind',
            field=models.CharField(choices=[('balance', "Customer's balance"), ('promo', "Customer's promo credit"), ('clearing', 'Money at a gateway'), ('bank', 'Money in our bank'), ('revenue', 'Revenue'), ('promo_expense', 'Promo expense'), ('suspense', 'Suspense'), ('exchange', 'Currency exchange')], max_length=16, verbose_name='kind'),
        ),
        migrations.AddConstraint(
            model_name='ledgeraccount',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['balance', 'promo', 'clearing', 'bank', 'revenue', 'promo_expense', 'suspense', 'exchange'])), name='ledger_account_kind_is_known'),
        ),
        migrations.RunSQL((HERE / "ledger.sql").read_text(), migrations.RunSQL.noop),
    ]
