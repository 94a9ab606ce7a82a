"""Somebody enters the code that we mailed to the payer's address."""

from datetime import datetime
from functools import partial

from django.db import transaction

from commpeak.lib.wake import wake
from payments.models import Payment
from payments.models.payer import ConfirmedPayer, PayerCheck
from payments.payer_code import is_code
from payments.selectors.payer_checks import open_payer_checks

SYNC_TASK = "payments.tasks.sync_payment_task"


@transaction.atomic(durable=True)
def confirm_payer(*, payment_id: int, code: str, now: datetime) -> PayerCheck:
    """The check as it is afterwards: confirmed, over, or with one try fewer.

    The right code lets the money be taken, and this payer is known to the customer from then
    on. Nothing is taken here: the next sync_payment does that, or ends a payment whose tries
    are used up. Guesses count one by one under the payment's row lock, however many come at
    once. A check that is confirmed or over already, also because the payment is, counts
    nothing. Raises PayerCheck.DoesNotExist for a payment that is not held.
    """
    payment = (
        Payment.objects.select_for_update(of=("self",))
        .select_related("top_up__customer")
        .get(pk=payment_id)
    )
    check: PayerCheck = payment.payer_check
    if check.confirmed_at or check.is_over(now) or not payment.is_open:
        return check
    key = payment.idempotency_key
    if is_code(code, check.code_hash, payment_key=key, email=check.email):
        _release(payment, check, now)
    else:
        check.tries += 1
    check.save()
    payment.next_poll_at = now  # should whoever asks die before the next step
    payment.save(update_fields=["next_poll_at"])
    return check


def _release(payment: Payment, check: PayerCheck, now: datetime) -> None:
    """Other payments of the same payer are free to go as well."""
    customer = payment.top_up.customer
    also_held = list(open_payer_checks(customer).filter(email=check.email).exclude(pk=check.pk))
    check.confirmed_at = now
    ConfirmedPayer.objects.get_or_create(
        customer=customer,
        email=check.email,
        defaults={"payment": payment, "confirmed_at": now},
    )
    for other in also_held:
        transaction.on_commit(partial(wake, SYNC_TASK, other.payment_id))
