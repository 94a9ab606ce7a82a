"""Locks what a customer holds in one purse, for whoever has to decide by what is there."""

from dataclasses import dataclass

from django.db.models import F

from billing.models import AccountKind, Balance, Purse
from commpeak.lib.money import Money


@dataclass(frozen=True, slots=True)
class LockedPurse:
    """`money` was paid for, `promo` is bonus; each on the ledger account whose id is beside it."""

    money_account_id: int
    money: Money
    promo_account_id: int
    promo: Money


def lock_purse(*, customer_id: int, purse: Purse) -> LockedPurse:
    """Both balances of `purse`, which nobody else moves before the caller's transaction ends.

    Locks the balance rows in the order of their account ids, as every posting does. Rows of
    bonuses are locked after balances (see lock_promo). Raises KeyError before open_balances.
    """
    rows = (
        Balance.objects.select_for_update(of=("self",), no_key=True)
        .filter(account__customer_id=customer_id, account__purse=purse)
        .annotate(kind=F("account__kind"))
        .order_by("account_id")
    )
    found = {row.kind: row for row in rows}
    money, promo = found[AccountKind.BALANCE], found[AccountKind.PROMO]
    return LockedPurse(
        money_account_id=money.pk,
        money=Money(money.amount, money.currency),
        promo_account_id=promo.pk,
        promo=Money(promo.amount, promo.currency),
    )
