"""What a switch reports, and what it is told about each event. Plain facts, no database."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from billing.models import Purse
from commpeak.lib.money import Money


@dataclass(frozen=True, slots=True)
class UsageEvent:
    """One rated call or message.

    `source` names it for ever ("usage:7:call-123"). `money` is what it costs. `forced`: it
    was made already, so it is charged even when the balance cannot bear it; that says how to
    charge and is no part of what happened.
    """

    source: str
    account_number: str
    purse: Purse
    money: Money
    occurred_at: datetime
    memo: str = ""
    forced: bool = False

    @property
    def facts(self) -> "Facts":
        """What makes two events the same one."""
        return (self.account_number, self.purse, self.money, self.occurred_at, self.memo)


Facts = tuple[str, str, Money, datetime, str]


class Refusal(StrEnum):
    """Why an event was not charged; the values are part of the API."""

    UNKNOWN_ACCOUNT = "unknown_account"
    WRONG_CURRENCY = "wrong_currency"
    AMOUNT_NOT_POSITIVE = "amount_not_positive"
    IN_THE_FUTURE = "occurred_in_the_future"
    TOO_OLD = "occurred_too_long_ago"
    INSUFFICIENT_BALANCE = "insufficient_balance"
    ID_REUSED = "id_reused"  # the id stands for another event; that one stays charged


@dataclass(frozen=True, slots=True)
class UsageVerdict:
    """Charged, by this call or an earlier one (`is_replay`): `entry_id` is the journal entry.
    Otherwise `refusal` says why not, and nothing was posted."""

    entry_id: int | None = None
    is_replay: bool = False
    refusal: Refusal | None = None


def usage_memo(description: str, quantity: int | None) -> str:
    """What the statement says of an event: "SMS to +1 555 0100 × 12"."""
    return f"{description} × {quantity}".lstrip() if quantity and quantity > 1 else description
