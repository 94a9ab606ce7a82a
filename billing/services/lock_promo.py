"""Locks a top-up's promo code use together with the balances that its bonus lies on."""

from dataclasses import dataclass

from billing.models import PromoRedemption, Purse
from billing.services.lock_purse import LockedPurse, lock_purse


@dataclass(frozen=True, slots=True)
class LockedPromo:
    redemption: PromoRedemption
    purse: LockedPurse


def lock_promo(*, source: str) -> LockedPromo | None:
    """The use for the top-up `source` as it is now, and its purse; None without a promo code.

    Nobody else changes either before the caller's transaction ends. Locks are taken in one
    order everywhere: balances (see lock_purse), the use's row, the code's row.
    """
    found = PromoRedemption.objects.filter(source=source).first()
    if found is None:
        return None
    purse = lock_purse(customer_id=found.customer_id, purse=Purse(found.purse))
    locked = PromoRedemption.objects.select_for_update(of=("self",), no_key=True)
    return LockedPromo(locked.select_related("promo").get(pk=found.pk), purse)
