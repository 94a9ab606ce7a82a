"""Lets a balance rest that needs nothing for now."""

from django.db import transaction
from django.db.models import F, Q

from billing.models import Balance, DueBalance
from commpeak.lib.money import Money


@transaction.atomic
def release_due_balance(*, account_id: int, watched_below: Money | None) -> bool:
    """Takes the balance out of the due queue, or lets it rest there while it is under its mark.

    `watched_below` is where the caller wants to hear of it again: the next debit under it asks
    for another look, in the debit's own transaction. None: nobody wants to hear of it. False,
    and nothing is changed, when the balance is under it already.

    The balance's row is locked, as by a debit: one that is under way is seen, and one that
    comes later sees what is written here. So no crossing is lost.
    """
    balance = Balance.objects.select_for_update().get(account_id=account_id)
    if watched_below and balance.amount < watched_below.amount:
        return False
    row = DueBalance.objects.filter(balance_id=account_id)
    is_up = Q(balance__low_balance_mark=None) | Q(
        balance__amount__gte=F("balance__low_balance_mark")
    )
    if not row.filter(is_up).delete()[0]:
        row.update(look_at=None, look_below=watched_below.amount if watched_below else None)
    return True
