"""The balance of any ledger account."""

from decimal import Decimal

from django.db.models import Sum

from billing.models import AccountSnapshot, Balance, LedgerAccount, Posting
from commpeak.lib.money import Money


def account_balance(account: LedgerAccount) -> Money:
    """What the account holds now: its balance row, or its newest snapshot plus what followed.

    The sign is the ledger's: positive on a customer's account is what we owe, negative on
    clearing and bank is what they hold for us.
    """
    row = Balance.objects.filter(account=account).values_list("amount", flat=True).first()
    return Money(_snapshot_and_tail(account) if row is None else row, account.currency)


def _snapshot_and_tail(account: LedgerAccount) -> Decimal:
    snapshot = AccountSnapshot.objects.filter(account=account).order_by("-last_posting_id").first()
    tail = Posting.objects.filter(account=account)
    if snapshot:
        tail = tail.filter(id__gt=snapshot.last_posting_id)
    since = tail.aggregate(total=Sum("amount"))["total"] or Decimal(0)
    return since + (snapshot.amount if snapshot else Decimal(0))
