"""Staff have looked at how a CSV is read."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from payments.models import BankAccount, ColumnMapping, StatementUpload
from payments.services.read_statement_again import read_statement_again
from payments.statements.delimited_mapping import ColumnMapping as Mapping


@transaction.atomic
def confirm_columns(
    *, upload_id: int, bank_account: BankAccount, mapping: Mapping, actor: User, now: datetime
) -> StatementUpload:
    """Reads the file with `mapping`, and keeps that for the next file of the bank account.

    Raises Conflict as read_statement_again does.
    """
    upload = read_statement_again(upload_id=upload_id, mapping=mapping.as_dict(), now=now)
    upload.bank_account = bank_account
    upload.save(update_fields=["bank_account"])
    ColumnMapping.objects.update_or_create(
        bank_account=bank_account,
        defaults={"mapping": mapping.as_dict(), "confirmed_by": actor, "confirmed_at": now},
    )
    return upload
