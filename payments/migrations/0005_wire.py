"""Bank accounts, what customers tell of their wires, and the guards of both (wire_guards.sql)."""

from pathlib import Path

import commpeak.lib.clock
import django.db.models.deletion
from django.db import migrations, models

HERE = Path(__file__).parent


class Migration(migrations.Migration):

    dependencies = [
        ('payments', '0004_payer_checks'),
    ]

    operations = [
        migrations.CreateModel(
            name='BankAccount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('currency', models.CharField(max_length=3, verbose_name='currency')),
                ('holder', models.CharField(help_text='the beneficiary of the wire', max_length=70, verbose_name='account holder')),
                ('bank_name', models.CharField(max_length=100, verbose_name='bank')),
                ('bank_address', models.CharField(blank=True, max_length=200, verbose_name='address of the bank')),
                ('country', models.CharField(help_text='two letters, as in DE', max_length=2, verbose_name='country of the bank')),
                ('iban', models.CharField(blank=True, max_length=42, verbose_name='IBAN')),
                ('account_number', models.CharField(blank=True, help_text='where there is no IBAN', max_length=42, verbose_name='account number')),
                ('routing_number', models.CharField(blank=True, help_text='ABA routing number, sort code, BSB …', max_length=42, verbose_name='number of the bank')),
                ('bic', models.CharField(blank=True, max_length=14, verbose_name='BIC (SWIFT code)')),
                ('notes', models.CharField(blank=True, help_text='shown below the details, in the PDF as well', max_length=300, verbose_name='notes for the payer')),
                ('is_active', models.BooleanField(default=True, verbose_name='in use')),
                ('is_default', models.BooleanField(default=True, help_text='one account per currency is shown to those who pay in it', verbose_name='shown to customers')),
                ('created_at', models.DateTimeField(default=commpeak.lib.clock.utc_now, editable=False, verbose_name='added')),
            ],
            options={
                'verbose_name': 'bank account',
                'verbose_name_plural': 'bank accounts',
                'constraints': [models.UniqueConstraint(condition=models.Q(('is_active', True), ('is_default', True)), fields=('currency',), name='currency_has_one_account_that_is_shown', violation_error_message='Another account is shown for this currency. Take that one out first.'), models.CheckConstraint(condition=models.Q(('currency__regex', '^[A-Z]{3}$')), name='bank_account_currency_is_three_capital_letters', violation_error_message='A currency is three capital letters, as in EUR.'), models.CheckConstraint(condition=models.Q(('country__regex', '^[A-Z]{2}$')), name='bank_account_country_is_two_capital_letters', violation_error_message='A country is two capital letters, as in DE.'), models.CheckConstraint(condition=models.Q(('account_number', ''), ('iban', ''), _negated=True), name='bank_account_has_a_number', violation_error_message='Enter the IBAN or the account number.')],
            },
        ),
        migrations.CreateModel(
            name='WireProof',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('stored_as', models.CharField(max_length=100, unique=True)),
                ('name', models.CharField(max_length=100, verbose_name='name')),
                ('content_type', models.CharField(max_length=40, verbose_name='type')),
                ('size_bytes', models.PositiveIntegerField(verbose_name='size in bytes')),
                ('sha256', models.CharField(max_length=64)),
                ('created_at', models.DateTimeField(default=commpeak.lib.clock.utc_now, verbose_name='uploaded')),
                ('payment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='wire_proofs', to='payments.payment')),
            ],
        ),
        migrations.CreateModel(
            name='WireAnnouncement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('payer_name', models.CharField(max_length=140, verbose_name='payer')),
                ('amount', models.DecimalField(decimal_places=6, max_digits=20, verbose_name='amount')),
                ('currency', models.CharField(max_length=3, verbose_name='currency')),
                ('sent_on', models.DateField(verbose_name='sent on')),
                ('expected_on', models.DateField(verbose_name='expected by')),
                ('created_at', models.DateTimeField(default=commpeak.lib.clock.utc_now, verbose_name='told at')),
                ('payment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='wire_announcements', to='payments.payment')),
                ('proof', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='announcements', to='payments.wireproof')),
            ],
            options={
                'verbose_name': 'expected wire',
                'verbose_name_plural': 'expected wires',
                'indexes': [models.Index(fields=['payment', '-id'], name='announcement_by_payment')],
                'constraints': [models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='announced_amount_is_positive')],
            },
        ),
        migrations.RunSQL(
            sql=(HERE / "wire_guards.sql").read_text(),
            reverse_sql=(HERE / "wire_guards_reverse.sql").read_text(),
        ),
    ]
