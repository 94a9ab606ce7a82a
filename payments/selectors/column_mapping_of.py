"""How a CSV is to be read: as staff confirmed for this file, else as for its bank's last one."""

from payments.models import ColumnMapping as SavedMapping
from payments.models import StatementUpload
from payments.statements.delimited_mapping import ColumnMapping


def column_mapping_of(upload: StatementUpload) -> ColumnMapping | None:
    """None where nobody has confirmed anything yet. One query at most."""
    if upload.mapping:
        return ColumnMapping.from_dict(upload.mapping)
    if upload.bank_account_id is None:
        return None
    saved = SavedMapping.objects.filter(bank_account=upload.bank_account_id).first()
    return ColumnMapping.from_dict(saved.mapping) if saved else None
