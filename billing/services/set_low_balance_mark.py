"""Sets under which figure somebody wants to hear of a balance."""

from django.db import transaction
from django.db.models import Max

from billing.models import Balance, DueBalance, LowBalanceMark, MarkReason
from commpeak.lib.money import Money


@transaction.atomic
def set_low_balance_mark(*, account_id: int, reason: MarkReason, mark: Money | None) -> None:
    """Keeps `mark` for `reason` (None: it wants nothing); the highest reason's mark counts.

    `account_id` is the balance's ledger account. From then on every debit that leaves the
    balance under the highest mark puts it into the due queue; one that is under it already is
    put there now, as no debit may follow. Two who set marks at once wait for each other on the
    balance's row. A second call changes nothing.

    Raises Balance.DoesNotExist, and ValueError for a mark in another currency.
    """
    balance = Balance.objects.select_for_update().get(pk=account_id)
    if mark is None:
        LowBalanceMark.objects.filter(balance=balance, reason=reason).delete()
    elif mark.currency != balance.currency:
        raise ValueError(f"balance {account_id} is kept in {balance.currency}, not {mark}")
    else:
        LowBalanceMark.objects.update_or_create(
            balance=balance, reason=reason, defaults={"amount": mark.amount}
        )
    balance.low_balance_mark = balance.marks.aggregate(highest=Max("amount"))["highest"]
    balance.save(update_fields=["low_balance_mark"])
    if balance.low_balance_mark is not None and balance.amount < balance.low_balance_mark:
        DueBalance.objects.bulk_create([DueBalance(balance=balance)], ignore_conflicts=True)
