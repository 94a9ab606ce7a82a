"""Refunds with their cap, when to answer disputes, and a gateway's days beside ours."""

from pathlib import Path

import commpeak.lib.clock
import commpeak.lib.ids
import django.db.models.deletion
from django.db import migrations, models


HERE = Path(__file__).parent


class Migration(migrations.Migration):

    dependencies = [
        ('payments', '0005_wire'),
    ]

    operations = [
        migrations.CreateModel(
            name='GatewayDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('gateway', models.CharField(max_length=10, verbose_name='gateway')),
                ('currency', models.CharField(max_length=3, verbose_name='currency')),
                ('day', models.DateField(verbose_name='day (UTC)')),
                ('sum_there', models.DecimalField(decimal_places=6, max_digits=20, verbose_name='at the gateway')),
                ('sum_here', models.DecimalField(decimal_places=6, max_digits=20, verbose_name='in our books')),
                ('count_there', models.PositiveIntegerField(verbose_name='movements there')),
                ('difference_count', models.PositiveIntegerField(verbose_name='rows that differ')),
                ('checked_at', models.DateTimeField(verbose_name='checked')),
            ],
            options={
                'verbose_name': 'gateway day',
                'verbose_name_plural': 'gateway days',
            },
        ),
        migrations.CreateModel(
            name='GatewayDifference',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('problem', models.CharField(choices=[('missing_here', 'missing here'), ('missing_there', 'missing there'), ('other_amount', 'other amount')], max_length=13, verbose_name='problem')),
                ('kind', models.CharField(choices=[('capture', 'Payment received'), ('parked', 'Received, but not as asked: kept in suspense'), ('refund', 'Refund'), ('refund_failed', 'Refund failed, the money is back'), ('dispute', 'Dispute opened'), ('dispute_won', 'Dispute won'), ('dispute_lost', 'Dispute lost')], max_length=16, verbose_name='kind')),
                ('object_id', models.CharField(max_length=255, verbose_name="gateway's id")),
                ('amount_there', models.DecimalField(decimal_places=6, max_digits=20, null=True, verbose_name='at the gateway')),
                ('amount_here', models.DecimalField(decimal_places=6, max_digits=20, null=True, verbose_name='in our books')),
            ],
            options={
                'verbose_name': 'difference',
                'verbose_name_plural': 'differences',
            },
        ),
        migrations.CreateModel(
            name='Refund',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.CharField(default=commpeak.lib.ids.new_refund_reference, max_length=12, unique=True, verbose_name='reference')),
                ('request_key', models.UUIDField(help_text='made with the form: a second click finds this')),
                ('amount', models.DecimalField(decimal_places=6, max_digits=20, verbose_name='amount')),
                ('currency', models.CharField(max_length=3, verbose_name='currency')),
                ('reason', models.CharField(choices=[('wrong_amount', 'Wrong top-up amount'), ('wrong_balance', 'Topped up the wrong balance'), ('paid_twice', 'Paid twice by mistake'), ('not_needed', 'I no longer need the service'), ('other', 'Something else')], max_length=16, verbose_name='reason')),
                ('comment', models.CharField(blank=True, max_length=500, verbose_name='in words')),
                ('asked_by', models.CharField(choices=[('customer', 'the customer'), ('staff', 'staff')], max_length=8, verbose_name='asked by')),
                ('asker', models.CharField(max_length=254, verbose_name='login')),
                ('created_at', models.DateTimeField(default=commpeak.lib.clock.utc_now, verbose_name='asked at')),
                ('state', models.CharField(choices=[('requested', 'Requested'), ('approved', 'Approved'), ('processed', 'Processed'), ('declined', 'Declined'), ('failed', 'Failed')], default='requested', max_length=9, verbose_name='state')),
                ('decided_by', models.CharField(blank=True, max_length=254, verbose_name='decided by')),
                ('decided_at', models.DateTimeField(blank=True, null=True, verbose_name='decided at')),
                ('decision', models.CharField(blank=True, max_length=300, verbose_name='because')),
                ('due_at', models.DateTimeField(blank=True, null=True, verbose_name='gateway asked next')),
                ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='asked so often')),
                ('sent_at', models.DateTimeField(blank=True, null=True, verbose_name='accepted by the gateway')),
                ('last_error', models.CharField(blank=True, max_length=300, verbose_name='last answer')),
            ],
            options={
                'verbose_name': 'refund',
                'verbose_name_plural': 'refunds',
            },
        ),
        migrations.CreateModel(
            name='RefundEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(default=commpeak.lib.clock.utc_now)),
                ('actor', models.CharField(max_length=254, verbose_name='by')),
                ('from_state', models.CharField(blank=True, choices=[('requested', 'Requested'), ('approved', 'Approved'), ('processed', 'Processed'), ('declined', 'Declined'), ('failed', 'Failed')], max_length=9)),
                ('to_state', models.CharField(choices=[('requested', 'Requested'), ('approved', 'Approved'), ('processed', 'Processed'), ('declined', 'Declined'), ('failed', 'Failed')], max_length=9)),
                ('detail', models.CharField(blank=True, max_length=300)),
            ],
            options={
                'ordering': ['at', 'id'],
            },
        ),
        migrations.AddField(
            model_name='payment',
            name='answer_by',
            field=models.DateTimeField(blank=True, null=True, verbose_name='answer the dispute by'),
        ),
        migrations.AddIndex(
            model_name='payment',
            index=models.Index(condition=models.Q(('state', 'disputed')), fields=['answer_by'], name='payment_disputed'),
        ),
        migrations.AddConstraint(
            model_name='gatewayday',
            constraint=models.UniqueConstraint(fields=('gateway', 'currency', 'day'), name='gateway_day_is_kept_once'),
        ),
        migrations.AddConstraint(
            model_name='gatewayday',
            constraint=models.CheckConstraint(condition=models.Q(('sum_there', models.F('sum_here')), ('difference_count__gt', 0), _connector='OR'), name='gateway_day_that_differs_names_its_rows'),
        ),
        migrations.AddField(
            model_name='gatewaydifference',
            name='gateway_day',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='differences', to='payments.gatewayday'),
        ),
        migrations.AddField(
            model_name='gatewaydifference',
            name='payment',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='payments.payment', verbose_name='payment'),
        ),
        migrations.AddField(
            model_name='refund',
            name='capture',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='refunds_asked', to='payments.paymentfact', verbose_name='of'),
        ),
        migrations.AddField(
            model_name='refund',
            name='payment',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='refunds', to='payments.payment'),
        ),
        migrations.AddField(
            model_name='refund',
            name='proof',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='refund', to='payments.paymentfact', verbose_name='proof'),
        ),
        migrations.AddField(
            model_name='refundevent',
            name='refund',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='events', to='payments.refund'),
        ),
        migrations.AddIndex(
            model_name='refund',
            index=models.Index(condition=models.Q(('due_at__isnull', False)), fields=['due_at'], name='refund_to_process'),
        ),
        migrations.AddIndex(
            model_name='refund',
            index=models.Index(condition=models.Q(('state__in', ['requested', 'approved'])), fields=['created_at'], name='refund_under_way'),
        ),
        migrations.AddConstraint(
            model_name='refund',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='refund_amount_is_positive'),
        ),
        migrations.AddConstraint(
            model_name='refund',
            constraint=models.UniqueConstraint(fields=('payment', 'request_key'), name='refund_form_is_used_once'),
        ),
        migrations.AddConstraint(
            model_name='refund',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'processed'), _negated=True), ('proof__isnull', False), _connector='OR'), name='processed_refund_has_its_proof'),
        ),
        migrations.AddConstraint(
            model_name='refund',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['processed', 'failed']), ('proof__isnull', True), _connector='OR'), name='only_money_that_left_is_proven'),
        ),
        migrations.AddConstraint(
            model_name='refund',
            constraint=models.CheckConstraint(condition=models.Q(('state', 'requested'), models.Q(('decided_by', ''), _negated=True), _connector='OR'), name='refund_is_decided_by_somebody'),
        ),
        migrations.RunSQL(
            sql=(HERE / "refunds.sql").read_text(),
            reverse_sql=(HERE / "refunds_reverse.sql").read_text(),
        ),
    ]
