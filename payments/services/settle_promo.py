"""Makes the bonus of a top-up fit what the facts say of its money."""

from datetime import datetime

from django.db import DatabaseError, transaction

from billing.services.lock_promo import lock_promo
from billing.services.redeem_promo import redeem_promo
from billing.services.release_promo import release_promo
from billing.services.take_back_promo import take_back_promo
from commpeak.lib.errors import AppError
from commpeak.lib.logs import log
from commpeak.lib.money import Money
from payments.gateways.registry import gateway_for
from payments.models import Payment, TopUp
from payments.selectors.kept_money import kept_money
from payments.selectors.poll_schedule import is_overdue


def settle_promo(*, top_up: TopUp, now: datetime) -> None:
    """Gives the bonus once all that was asked for has come, takes it back in proportion to
    what has gone again (all of it when staff have undone a credit that it was given for), and
    gives it up when no payment can bring the money any more.

    Called in the transaction that records the facts, under the payment's lock. Like the state
    of a payment, this follows from all facts and not from the last one, so that calls in any
    order and number lead to the same bonus. No trouble with a bonus may cost the customer the
    credit itself (M12): what fails here is undone alone and logged, verify_ledger names it,
    and the next call makes up for it (payments.tasks.settle_promos_task asks every night).
    """
    try:
        with transaction.atomic():
            _settle(top_up, now)
    except (AppError, DatabaseError) as error:
        log.error("promo_not_settled", top_up=top_up.reference, error=str(error))


def _settle(top_up: TopUp, now: datetime) -> None:
    if lock_promo(source=top_up.reference) is None:
        return
    # read under the lock: another payment of the same top-up may have brought facts
    money, kept = kept_money(top_up), Money.zero(top_up.currency)
    if money.captured >= top_up.money:
        redeem_promo(source=top_up.reference, now=now)
        kept = money.kept
    take_back_promo(source=top_up.reference, kept=kept, asked=top_up.money, now=now)
    if not any(_may_bring_money(payment, now) for payment in top_up.payments.all()):
        release_promo(source=top_up.reference)


def _may_bring_money(payment: Payment, now: datetime) -> bool:
    """Open, or paid in part by a gateway that lets the rest follow: another wire, for as long as
    the first one was waited for."""
    if payment.is_open:
        return True
    if payment.is_paid and gateway_for(payment.gateway).profile.into_our_bank:
        return not is_overdue(payment, now)
    until = payment.may_change_until
    return payment.is_paid and until is not None and now < until
