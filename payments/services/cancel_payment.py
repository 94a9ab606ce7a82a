"""The customer gives up a payment that is not paid yet."""

from datetime import datetime

from django.utils.translation import gettext as _

from commpeak.lib.errors import Refused
from payments.gateways.base import Gateway, Snapshot
from payments.models import Payment, PaymentEvent
from payments.selectors.is_being_charged import is_being_charged
from payments.selectors.waits_for_terms import waits_for_terms
from payments.services.ask_gateway import ask_gateway
from payments.services.end_unstarted_payment import end_unstarted_payment
from payments.services.settle_refill import settle_refill
from payments.services.sync_payment import sync_payment
from payments.states import State


def cancel_payment(*, payment_id: int, now: datetime) -> None:
    """Cancels it at the gateway, so that nothing can be charged by it any more.

    Money that came a moment before is credited all the same: the gateway's answer decides. A
    second call, or one for a payment that is over, changes nothing. Raises GatewayError when
    the gateway does not answer; the payment then stays open. Raises Refused while a saved card
    is being charged for it.
    """
    payment = Payment.objects.select_related("top_up").get(pk=payment_id)
    if not payment.is_open:
        return
    if is_being_charged(payment):
        raise Refused(_("Your saved card may have been charged: that cannot be stopped here."))
    if waits_for_terms(payment):
        end_unstarted_payment(
            payment_id=payment_id, state=State.CANCELED, source=PaymentEvent.Source.WEB, now=now
        )
        return
    if not payment.gateway_id:  # perhaps made there, with the answer lost: find it first
        sync_payment(payment_id=payment_id, source=PaymentEvent.Source.WEB, now=now)
    ask_gateway(payment_id=payment_id, question=_cancel, source=PaymentEvent.Source.WEB, now=now)
    settle_refill(payment_id=payment_id, now=now)


def _cancel(gateway: Gateway, payment: Payment) -> Snapshot:
    return gateway.cancel(payment.gateway_id, by_customer=True)
