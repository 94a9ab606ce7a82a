"""Credits a balance with money that a gateway holds for us."""

from datetime import datetime

from accounts.models import Customer
from billing.models import EntryKind, Purse
from billing.selectors.customer_account import customer_account
from billing.services.post_entry import PostedEntry
from billing.services.post_gateway_money import post_gateway_money
from commpeak.lib.money import Money


def credit_top_up(
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
    """Posts `money` (positive): the gateway's clearing account −, the customer's balance +.

    `source` is the gateway's own id of the captured money ("card:ch_123"): a second call with
    it posts nothing and returns the first entry. Raises SourceReused when the first call was
    about another amount or balance, IntegrityError when `money` is not in the balance's
    currency.
    """
    return post_gateway_money(
        kind=EntryKind.TOP_UP,
        account_id=customer_account(customer=customer, purse=purse).pk,
        money=money,
        gateway=gateway,
        source=source,
        occurred_at=occurred_at,
        actor=actor,
        memo=memo,
    )
