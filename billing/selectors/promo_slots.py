"""Which of a customer's uses of a promo code are taken."""

from dataclasses import dataclass

from billing.models import PromoCode, PromoRedemption


@dataclass(frozen=True, slots=True)
class PromoSlots:
    """`free` is the lowest slot that is free, None when all are taken. `reserved_for` is the
    reference of a top-up on its way that holds one."""

    free: int | None
    reserved_for: str


def promo_slots(*, promo: PromoCode, customer_id: int) -> PromoSlots:
    """To be relied on only under the code's row lock."""
    held = PromoRedemption.objects.filter(promo=promo, customer_id=customer_id).exclude(
        state=PromoRedemption.State.RELEASED
    )
    taken, reserved_for = set(), ""
    for slot, state, source in held.values_list("slot", "state", "source"):
        taken.add(slot)
        if state == PromoRedemption.State.RESERVED:
            reserved_for = source
    free = (slot for slot in range(1, promo.uses_per_customer_max + 1) if slot not in taken)
    return PromoSlots(next(free, None), reserved_for)
