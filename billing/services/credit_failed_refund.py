"""Gives back a balance what a refund had taken, after the refund failed."""

from datetime import datetime

from accounts.models import Customer
from billing.models import EntryKind, Purse
from billing.selectors.customer_account import customer_account
from billing.services.post_entry import PostedEntry
from billing.services.post_gateway_money import post_gateway_money
from commpeak.lib.money import Money


def credit_failed_refund(
    *,
    customer: Customer,
    purse: Purse,
    money: Money,
    gateway: str,
    source: str,
    occurred_at: datetime,
    actor: str,
    memo: str,
) -> PostedEntry:
    """Posts `money` (positive) that the bank sent back to us: clearing account −, balance +.

    `source` names the refund and its outcome ("card:refund_failed:re_123"). Second call and
    errors as in credit_top_up.
    """
    return post_gateway_money(
        kind=EntryKind.REFUND_FAILED,
        account_id=customer_account(customer=customer, purse=purse).pk,
        money=money,
        gateway=gateway,
        source=source,
        occurred_at=occurred_at,
        actor=actor,
        memo=memo,
    )
