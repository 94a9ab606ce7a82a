"""Posts money that a gateway received or gave back: its clearing account against another."""

from datetime import datetime

from billing.models import FORCED_KINDS, AccountKind, EntryKind
from billing.services.open_internal_account import open_internal_account
from billing.services.post_entry import Line, PostedEntry, post_entry
from commpeak.lib.money import Money


def post_gateway_money(
    *,
    kind: EntryKind,
    account_id: int,
    money: Money,
    gateway: str,
    source: str,
    occurred_at: datetime,
    actor: str,
    memo: str,
) -> PostedEntry:
    """Adds `money` to `account_id` and takes it from the clearing account of `gateway`.

    Positive when the gateway received it, negative when the gateway gave it back. What the
    gateway gave back is gone whatever the balance says, so kinds that may be forced are.
    """
    clearing_id = open_internal_account(
        kind=AccountKind.CLEARING, name=gateway, currency=money.currency
    )
    return post_entry(
        source=source,
        kind=kind,
        lines=[Line(clearing_id, -money), Line(account_id, money)],
        occurred_at=occurred_at,
        actor=actor,
        memo=memo,
        forced=kind in FORCED_KINDS,
    )
