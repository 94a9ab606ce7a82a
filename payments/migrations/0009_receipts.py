"""Bank statements, the wires on them and whose they are, with guards (receipts.sql)."""

from pathlib import Path

import commpeak.lib.clock
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


HERE = Path(__file__).parent


class Migration(migrations.Migration):

    dependencies = [
        ('billing', '0009_wires_returned'),
        ('payments', '0008_refill_guards'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name='gatewaydifference',
            name='kind',
            field=models.CharField(choices=[('capture', 'Payment received'), ('corrected', 'Credited by mistake, undone by our staff'), ('parked', 'Received, but not as asked: kept in suspense'), ('refund', 'Refund'), ('refund_failed', 'Refund failed, the money is back'), ('dispute', 'Dispute opened'), ('dispute_won', 'Dispute won'), ('dispute_lost', 'Dispute lost')], max_length=16, verbose_name='kind'),
        ),
        migrations.AlterField(
            model_name='paymentfact',
            name='kind',
            field=models.CharField(choices=[('capture', 'Payment received'), ('corrected', 'Credited by mistake, undone by our staff'), ('parked', 'Received, but not as asked: kept in suspense'), ('refund', 'Refund'), ('refund_failed', 'Refund failed, the money is back'), ('dispute', 'Dispute opened'), ('dispute_won', 'Dispute won'), ('dispute_lost', 'Dispute lost')], max_length=16),
        ),
        migrations.CreateModel(
            name='ColumnMapping',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('mapping', models.JSONField()),
                ('confirmed_at', models.DateTimeField(default=commpeak.lib.clock.utc_now)),
                ('bank_account', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, to='payments.bankaccount')),
                ('confirmed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Receipt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('row_key', models.CharField(editable=False, max_length=160)),
                ('amount', models.DecimalField(decimal_places=6, max_digits=20, verbose_name='amount')),
                ('currency', models.CharField(max_length=3, verbose_name='currency')),
                ('open_amount', models.DecimalField(decimal_places=6, max_digits=20, verbose_name='in suspense')),
                ('booked_on', models.DateField(verbose_name='booked')),
                ('created_at', models.DateTimeField(default=commpeak.lib.clock.utc_now, verbose_name='posted')),
                ('bank_account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='payments.bankaccount', verbose_name='bank account')),
                ('entry', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='billing.journalentry')),
                ('expected_top_up', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='seen_wires', to='payments.topup')),
            ],
            options={
                'verbose_name': 'wire received',
                'verbose_name_plural': 'wires received',
                'permissions': [('match_receipt', 'Can credit wires to customers'), ('return_receipt', 'Can send wires back')],
            },
        ),
        migrations.CreateModel(
            name='ReceiptNote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.CharField(max_length=500, verbose_name='note')),
                ('written_at', models.DateTimeField(default=commpeak.lib.clock.utc_now, verbose_name='written')),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('receipt', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notes', to='payments.receipt')),
            ],
            options={
                'verbose_name': 'note on a wire',
                'verbose_name_plural': 'notes on wires',
            },
        ),
        migrations.CreateModel(
            name='Statement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('statement_id', models.CharField(blank=True, max_length=100, verbose_name="the bank's number")),
                ('currency', models.CharField(max_length=3, verbose_name='currency')),
                ('opening', models.DecimalField(decimal_places=6, max_digits=20, null=True, verbose_name='opening')),
                ('closing', models.DecimalField(decimal_places=6, max_digits=20, null=True, verbose_name='closing')),
                ('no_difference_because', models.CharField(blank=True, max_length=200, verbose_name='not added up because')),
                ('first_day', models.DateField(null=True, verbose_name='from')),
                ('last_day', models.DateField(null=True, verbose_name='to')),
                ('bank_account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='payments.bankaccount')),
            ],
            options={
                'verbose_name': 'statement',
                'verbose_name_plural': 'statements',
            },
        ),
        migrations.CreateModel(
            name='StatementLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ordinal', models.PositiveIntegerField(verbose_name='line')),
                ('file_line', models.PositiveIntegerField(verbose_name='line of the file')),
                ('kind', models.CharField(choices=[('credit', 'Credit'), ('debit', 'Debit, ignored'), ('reversal', 'Reversal by the bank, ignored'), ('not_booked', 'Announced by the bank, not booked yet'), ('unreadable', 'Cannot be read')], max_length=10, verbose_name='verdict')),
                ('is_known', models.BooleanField(verbose_name='already known')),
                ('row_key', models.CharField(max_length=160)),
                ('amount', models.DecimalField(decimal_places=6, max_digits=20, null=True, verbose_name='amount')),
                ('currency', models.CharField(blank=True, max_length=3, verbose_name='currency')),
                ('is_credit', models.BooleanField(verbose_name='credit')),
                ('booked_on', models.DateField(null=True, verbose_name='booked')),
                ('value_on', models.DateField(null=True, verbose_name='value date')),
                ('bank_id', models.CharField(blank=True, max_length=500, verbose_name="the bank's id")),
                ('payer_name', models.CharField(blank=True, max_length=500, verbose_name='payer')),
                ('payer_account', models.CharField(blank=True, max_length=50, verbose_name="payer's account")),
                ('reference', models.CharField(blank=True, max_length=500, verbose_name='reference')),
                ('end_to_end_id', models.CharField(blank=True, max_length=500, verbose_name='end-to-end id')),
                ('text', models.CharField(blank=True, max_length=4000, verbose_name='text')),
                ('problem', models.CharField(blank=True, max_length=500, verbose_name='why not')),
                ('statement', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='payments.statement')),
            ],
            options={
                'verbose_name': 'statement line',
                'verbose_name_plural': 'statement lines',
            },
        ),
        migrations.AddField(
            model_name='receipt',
            name='line',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='receipt', to='payments.statementline'),
        ),
        migrations.CreateModel(
            name='StatementUpload',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=150, verbose_name='file')),
                ('stored_as', models.CharField(editable=False, max_length=100, unique=True)),
                ('sha256', models.CharField(db_index=True, max_length=64, verbose_name='SHA-256')),
                ('size_bytes', models.PositiveIntegerField(verbose_name='size in bytes')),
                ('format', models.CharField(blank=True, max_length=20, verbose_name='format')),
                ('mapping', models.JSONField(blank=True, null=True, verbose_name='columns')),
                ('state', models.CharField(choices=[('reading', 'Being read'), ('unmapped', 'Confirm the columns'), ('refused', 'Cannot be taken'), ('ready', 'Ready to be posted'), ('posting', 'Being posted'), ('posted', 'Posted'), ('discarded', 'Discarded')], default='reading', max_length=9, verbose_name='state')),
                ('problem', models.CharField(blank=True, max_length=1000, verbose_name='why not')),
                ('credits_count', models.PositiveIntegerField(default=0, verbose_name='credits to post')),
                ('posted_up_to', models.BigIntegerField(default=0, editable=False)),
                ('posted_count', models.PositiveIntegerField(default=0, verbose_name='posted')),
                ('uploaded_at', models.DateTimeField(default=commpeak.lib.clock.utc_now, verbose_name='uploaded')),
                ('due_at', models.DateTimeField(blank=True, default=commpeak.lib.clock.utc_now, editable=False, null=True)),
                ('bank_account', models.ForeignKey(blank=True, help_text='where the file itself does not name one', null=True, on_delete=django.db.models.deletion.PROTECT, to='payments.bankaccount', verbose_name='bank account')),
                ('posted_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='posted by')),
                ('uploaded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='uploaded by')),
            ],
            options={
                'verbose_name': 'statement file',
                'verbose_name_plural': 'statement files',
                'permissions': [('upload_statement', 'Can upload and post bank statements')],
            },
        ),
        migrations.AddField(
            model_name='statement',
            name='upload',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='statements', to='payments.statementupload'),
        ),
        migrations.CreateModel(
            name='Allocation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('stage', models.CharField(choices=[('waiting', 'Waits for a second person'), ('done', 'Done'), ('declined', 'Declined'), ('undone', 'Undone')], max_length=8, verbose_name='stage')),
                ('needs_second', models.BooleanField(verbose_name='needs a second person')),
                ('proposed_at', models.DateTimeField(default=commpeak.lib.clock.utc_now, verbose_name='proposed')),
                ('reason', models.CharField(blank=True, max_length=300, verbose_name='reason')),
                ('decided_at', models.DateTimeField(blank=True, null=True, verbose_name='decided')),
                ('decision_reason', models.CharField(blank=True, max_length=300, verbose_name='reason of the decision')),
                ('request_key', models.UUIDField(editable=False, unique=True)),
                ('kind', models.CharField(choices=[('credit', 'Credited'), ('return', 'Sent back')], max_length=6, verbose_name='what')),
                ('amount', models.DecimalField(decimal_places=6, max_digits=20, verbose_name='amount')),
                ('credited_amount', models.DecimalField(blank=True, decimal_places=6, max_digits=20, null=True, verbose_name='credited')),
                ('rate', models.DecimalField(blank=True, decimal_places=10, max_digits=20, null=True, verbose_name='rate')),
                ('return_reference', models.CharField(blank=True, max_length=100, verbose_name='reference of the return')),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='decided by')),
                ('entry', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='billing.journalentry')),
                ('payment', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='allocations', to='payments.payment')),
                ('proposed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='proposed by')),
                ('reversal', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='billing.journalentry')),
                ('top_up', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='allocations', to='payments.topup')),
                ('undone_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='undone by')),
                ('receipt', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='allocations', to='payments.receipt')),
            ],
            options={
                'verbose_name': 'allocation of a wire',
                'verbose_name_plural': 'allocations of wires',
                'permissions': [('approve_allocation', 'Can approve what another one has proposed')],
                'abstract': False,
                'indexes': [models.Index(condition=models.Q(('stage', 'waiting')), fields=['proposed_at'], name='allocation_waiting')],
                'constraints': [models.CheckConstraint(condition=models.Q(('decided_by__isnull', True), ('needs_second', False), ('stage', 'declined'), models.Q(('decided_by', models.F('proposed_by')), _negated=True), _connector='OR'), name='allocation_is_confirmed_by_another_person'), models.CheckConstraint(condition=models.Q(('needs_second', False), ('stage', 'waiting'), models.Q(('decided_at__isnull', False), ('decided_by__isnull', False)), _connector='OR'), name='allocation_waits_until_it_is_decided'), models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='allocation_amount_is_positive'), models.CheckConstraint(condition=models.Q(models.Q(('credited_amount__gt', 0), ('kind', 'credit'), ('top_up__isnull', False)), models.Q(('credited_amount__isnull', True), ('kind', 'return'), ('top_up__isnull', True)), _connector='OR'), name='credits_alone_have_a_top_up'), models.CheckConstraint(condition=models.Q(models.Q(('entry__isnull', False), ('stage__in', ['done', 'undone'])), models.Q(('entry__isnull', True), ('stage__in', ['waiting', 'declined'])), _connector='OR'), name='allocation_is_done_with_its_entry'), models.CheckConstraint(condition=models.Q(models.Q(('reversal__isnull', False), ('stage', 'undone'), ('undone_by__isnull', False)), models.Q(models.Q(('stage', 'undone'), _negated=True), ('reversal__isnull', True)), _connector='OR'), name='allocation_is_undone_with_its_reversal')],
            },
        ),
        migrations.AddIndex(
            model_name='statementline',
            index=models.Index(condition=models.Q(('payer_account', ''), _negated=True), fields=['payer_account'], name='statement_line_by_payer'),
        ),
        migrations.AddIndex(
            model_name='statementline',
            index=models.Index(fields=['row_key'], name='statement_line_by_key'),
        ),
        migrations.AddConstraint(
            model_name='statementline',
            constraint=models.UniqueConstraint(fields=('statement', 'ordinal'), name='statement_line_is_read_once'),
        ),
        migrations.AddConstraint(
            model_name='statementline',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'credit'), _negated=True), models.Q(('amount__gt', 0), ('booked_on__isnull', False)), _connector='OR'), name='credited_line_has_amount_and_day'),
        ),
        migrations.AddIndex(
            model_name='receipt',
            index=models.Index(condition=models.Q(('open_amount__gt', 0)), fields=['booked_on', 'id'], name='receipt_open'),
        ),
        migrations.AddIndex(
            model_name='receipt',
            index=models.Index(fields=['bank_account', 'booked_on'], name='receipt_by_day'),
        ),
        migrations.AddConstraint(
            model_name='receipt',
            constraint=models.UniqueConstraint(fields=('row_key',), name='wire_is_received_once'),
        ),
        migrations.AddConstraint(
            model_name='receipt',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='receipt_amount_is_positive'),
        ),
        migrations.AddConstraint(
            model_name='receipt',
            constraint=models.CheckConstraint(condition=models.Q(('open_amount__gte', 0), ('open_amount__lte', models.F('amount'))), name='receipt_is_not_given_out_beyond_its_amount'),
        ),
        migrations.AddIndex(
            model_name='statementupload',
            index=models.Index(condition=models.Q(('due_at__isnull', False)), fields=['due_at'], name='statement_upload_due'),
        ),
        migrations.RunSQL(
            sql=(HERE / "receipts.sql").read_text(),
            reverse_sql=(HERE / "receipts_reverse.sql").read_text(),
        ),
    ]
