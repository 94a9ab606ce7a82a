"""Sets the mark under which a debit puts a balance into the due queue."""

from billing.models import Balance
from commpeak.lib.money import Money


def set_low_balance_mark(*, account_id: int, reason: str, mark: Money | None) -> None:
    """`mark` is in the balance's currency; None when `reason` needs none (any more).

    Locks the balance's row. A second call with the same mark changes nothing.
    """
    Balance.objects.filter(account_id=account_id).update(
        low_balance_mark=mark.amount if mark else None
    )
