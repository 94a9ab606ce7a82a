"""The books as text: T accounts, as a bookkeeper draws them."""

from collections.abc import Iterable

from billing.models import LedgerAccount, Posting

SIDE = 34
_ENTRY, _AMOUNT = 20, 12


def printed_books(accounts: Iterable[LedgerAccount]) -> str:
    """One T per account with its postings, debits on the left, and what is left at the end.

    A debit is a negative amount of ours, a credit a positive one. Amounts lose nothing: at
    least two decimals, at most six.
    """
    return "\n".join(_t_account(account) for account in accounts)


def _t_account(account: LedgerAccount) -> str:
    postings = list(Posting.objects.filter(account=account).select_related("entry").order_by("id"))
    rows = [_row(posting) for posting in postings]
    total = sum(posting.amount for posting in postings)
    side = "credit" if total > 0 else "debit" if total < 0 else "nothing on either side"
    left = f"{_number(abs(total))} {account.currency} {side}" if total else side
    return "\n".join(
        [
            account.code,
            f"{'debit':-<{SIDE}}+{'credit':->{SIDE}}",
            *rows,
            f"{'':-<{SIDE}}+{'':->{SIDE}}",
            f"left: {left}",
            "",
        ]
    )


def _row(posting: Posting) -> str:
    what = f"{posting.entry.kind:{_ENTRY}}{_number(abs(posting.amount)):>{_AMOUNT}}"
    if posting.amount < 0:
        return f"{what:<{SIDE}}|".rstrip()
    return f"{'':<{SIDE}}| {what}".rstrip()


def _number(amount: object) -> str:
    whole, _, fraction = f"{amount:f}".partition(".")
    return f"{whole}.{fraction.rstrip('0').ljust(2, '0')}"
