"""Posts money that a gateway received or gave back: its clearing account against another."""

from datetime import datetime

from billing.models import FORCED_KINDS, AccountKind, EntryKind
from billing.services.open_internal_account import open_internal_account
from billing.services.post_entry import Line, PostedEntry, post_entry
from commpeak.lib.money import Money

_GIVEN_BACK = frozenset({EntryKind.REFUND, EntryKind.DISPUTE})


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
    """Posts `money` (positive) that came through `gateway`, or left through it.

    A top-up, a dispute won, a refund that failed and money for suspense came: the gateway's
    clearing account −, `account_id` +. A refund and a dispute took it: the other way round,
    and whatever the balance says, since it has left already (mission, section 3).

    `source` names the fact by the gateway's own id ("card:capture:ch_123"): a second call with
    it posts nothing and returns the first entry. Raises SourceReused when the first call was
    about another amount or account, IntegrityError when `money` is not in the account's
    currency.
    """
    clearing_id = open_internal_account(
        kind=AccountKind.CLEARING, name=gateway, currency=money.currency
    )
    received = -money if kind in _GIVEN_BACK else money
    return post_entry(
        source=source,
        kind=kind,
        lines=[Line(clearing_id, -received), Line(account_id, received)],
        occurred_at=occurred_at,
        actor=actor,
        memo=memo,
        forced=kind in FORCED_KINDS,
    )
