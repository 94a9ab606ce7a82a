"""Reserves a slot of the day, with the top-up and the payment that will use it."""

from datetime import datetime
from uuid import UUID, uuid5

from accounts.models import Customer
from commpeak.lib.money import Money
from payments.gateways.registry import VAULT
from payments.models import Payment, TopUp
from payments.models.refill import AutoRefillRule, RefillAttempt, SavedCard
from payments.selectors.refill_day_of import RefillDay
from payments.services.open_payment import open_payment

_SLOTS = UUID("0b5d2f8e-6c1b-4c39-9a55-2f1d3c7e9a10")  # name space of the keys made from slots


def reserve_refill(
    *,
    rule: AutoRefillRule,
    day: RefillDay,
    money: Money,
    card: SavedCard | None,
    ip_address: str | None = None,
    now: datetime,
) -> tuple[RefillAttempt, Payment]:
    """One more slot of `day`; the caller holds the rule's lock and commits before charging.

    `card` None: the customer pays on our page, and the card is kept. The top-up's request key is
    made from the slot and the payment's idempotency key from the top-up, so whatever is repeated
    after a crash is the same charge. Raises IntegrityError when the database says no: the slot
    is taken, the day is used up, another refill is open.
    """
    number = day.used + 1
    top_up = _top_up(rule, f"{rule.pk}:{day.day.day}:{number}", money, ip_address, now)
    attempt = RefillAttempt.objects.create(
        rule=rule,
        local_day=day.day.day,
        n=number,
        day_max=rule.refills_per_day_max,
        day_ends_at=day.day.ends_at,
        amount=money.amount,
        currency=money.currency,
        card=card,
        top_up=top_up,
        created_at=now,
    )
    return attempt, open_payment(top_up=top_up, now=now)


def _top_up(
    rule: AutoRefillRule, slot: str, money: Money, ip_address: str | None, now: datetime
) -> TopUp:
    """Numbers of top-ups are given under the customer's lock."""
    customer = Customer.objects.select_for_update(no_key=True).get(pk=rule.customer_id)
    return TopUp.objects.create(
        customer=customer,
        number=customer.top_ups.count() + 1,
        request_key=uuid5(_SLOTS, slot),
        purse=rule.purse,
        amount=money.amount,
        currency=money.currency,
        method=VAULT.code,
        ip_address=ip_address,
        created_at=now,
    )
