"""The ledger's tables. What each guard refuses is in migrations/ledger.sql, beside its tests."""

from billing.models.accounts import AccountKind, LedgerAccount, Purse
from billing.models.balances import AccountSnapshot, Balance, DueBalance
from billing.models.journal import FORCED_KINDS, EntryKind, JournalEntry, Posting

__all__ = [
    "FORCED_KINDS",
    "AccountKind",
    "AccountSnapshot",
    "Balance",
    "DueBalance",
    "EntryKind",
    "JournalEntry",
    "LedgerAccount",
    "Posting",
    "Purse",
]
