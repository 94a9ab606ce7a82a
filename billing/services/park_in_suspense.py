"""Books money that came in and belongs to nobody yet."""

from datetime import datetime

from billing.models import AccountKind, EntryKind
from billing.services.open_internal_account import open_internal_account
from billing.services.post_entry import PostedEntry
from billing.services.post_gateway_money import post_gateway_money
from commpeak.lib.money import Money


def park_in_suspense(
    *,
    money: Money,
    gateway: str,
    source: str,
    occurred_at: datetime,
    actor: str,
    memo: str,
) -> PostedEntry:
    """Posts `money` (positive): the gateway's clearing account −, suspense +.

    `source` is the gateway's own id of the money. A second call posts nothing and returns the
    first entry; raises SourceReused when the first call was about another amount.
    """
    return post_gateway_money(
        kind=EntryKind.SUSPENSE,
        account_id=open_internal_account(kind=AccountKind.SUSPENSE, currency=money.currency),
        money=money,
        gateway=gateway,
        source=source,
        occurred_at=occurred_at,
        actor=actor,
        memo=memo,
    )
