"""Gives the ledger account of our own that a code names, opening it at first use."""

from billing.models import AccountKind, LedgerAccount


def open_internal_account(*, kind: AccountKind, currency: str, name: str = "") -> int:
    """The id of `kind:name:currency` (`clearing:card:USD`, `suspense:USD`), for post_entry.

    Opens the account when it is not there yet; two who ask at once get the same one.
    """
    code = ":".join(filter(None, [kind, name, currency]))
    wanted = LedgerAccount.objects.filter(code=code).values_list("id", flat=True)
    account_id = wanted.first()
    if account_id is None:
        account = LedgerAccount(code=code, kind=kind, currency=currency)
        LedgerAccount.objects.bulk_create([account], ignore_conflicts=True)
        account_id = wanted.get()
    return account_id
