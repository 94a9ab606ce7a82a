"""Takes a refund off the balance that the refunded payment was credited to."""

from datetime import datetime

from accounts.models import Customer
from billing.models import EntryKind, Purse
from billing.selectors.customer_account import customer_account
from billing.services.post_entry import PostedEntry
from billing.services.post_gateway_money import post_gateway_money
from commpeak.lib.money import Money


def debit_refund(
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
    """Posts `money` (positive) that the gateway gave back: balance −, clearing account +.

    The money has left already, so the balance may go negative (mission, section 3).
    `source` is the gateway's own id of the refund ("card:re_123"). Second call and errors as
    in credit_top_up. A refund that fails later is credit_failed_refund.
    """
    return post_gateway_money(
        kind=EntryKind.REFUND,
        account_id=customer_account(customer=customer, purse=purse).pk,
        money=-money,
        gateway=gateway,
        source=source,
        occurred_at=occurred_at,
        actor=actor,
        memo=memo,
    )
