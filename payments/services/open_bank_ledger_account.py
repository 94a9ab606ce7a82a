"""The ledger account of one of our bank accounts."""

from billing.models import AccountKind
from billing.services.open_internal_account import open_internal_account
from payments.models import BankAccount


def open_bank_ledger_account(*, bank_account: BankAccount, currency: str) -> int:
    """The id of `bank:<number of the row>:<currency>`, opened at first use.

    By number and not by IBAN, which staff may correct: a ledger account keeps its code for ever.
    """
    return open_internal_account(
        kind=AccountKind.BANK, name=str(bank_account.pk), currency=currency
    )
