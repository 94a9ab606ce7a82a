"""The ledger's tables. What each guard refuses is in migrations/ledger.sql and promo.sql."""

from billing.models.accounts import AccountKind, LedgerAccount, Purse
from billing.models.alerts import (
    RUNWAY_DAYS_MAX,
    AlertKind,
    BalanceAlert,
    DailyUse,
    LowBalanceMark,
    MarkReason,
    RaisedAlert,
    UseWatermark,
)
from billing.models.balances import AccountSnapshot, Balance, DueBalance
from billing.models.decisions import CreditLimitChange, ManualEntry
from billing.models.journal import FORCED_KINDS, EntryKind, JournalEntry, Posting
from billing.models.promo_codes import PromoCode, PromoGuess
from billing.models.promo_redemptions import PromoEntry, PromoRedemption
from billing.models.switches import Switch, SwitchToken

__all__ = [
    "FORCED_KINDS",
    "RUNWAY_DAYS_MAX",
    "AccountKind",
    "AccountSnapshot",
    "AlertKind",
    "Balance",
    "BalanceAlert",
    "CreditLimitChange",
    "DailyUse",
    "DueBalance",
    "EntryKind",
    "JournalEntry",
    "LedgerAccount",
    "LowBalanceMark",
    "ManualEntry",
    "MarkReason",
    "Posting",
    "PromoCode",
    "PromoEntry",
    "PromoGuess",
    "PromoRedemption",
    "Purse",
    "RaisedAlert",
    "Switch",
    "SwitchToken",
    "UseWatermark",
]
