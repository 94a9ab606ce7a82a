"""What replaying a stored gateway message would change; changes nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext as _

from commpeak.lib.clock import utc_now
from payments.gateways.base import ForgedWebhook, GatewayError, Snapshot
from payments.gateways.registry import gateway_for
from payments.models import Payment, WebhookEvent
from payments.selectors.may_be_taken import PAID_OTHERWISE
from payments.selectors.refill_attempt_of import refill_attempt_of
from payments.selectors.should_end import should_end
from payments.services.rehearse_snapshot import Rehearsal, rehearse_snapshot


@dataclass(frozen=True, slots=True)
class WebhookRehearsal:
    """`problem` says why nothing can come of it. `further` is what would be done outside our
    books, in sentences: it is not tried."""

    rehearsal: Rehearsal | None = None
    further: list[str] = field(default_factory=list)
    problem: str = ""

    @property
    def is_nothing(self) -> bool:
        return not self.further and (self.rehearsal is None or self.rehearsal.is_nothing)


def rehearse_webhook(*, event_id: int, now: datetime) -> WebhookRehearsal:
    """Fetches the object that the message is about, as a replay does, and tells the difference.

    The gateway is only asked how it stands: nothing is started, taken or ended there. Raises
    WebhookEvent.DoesNotExist; what the gateway refuses or does not answer is told as `problem`.
    Must not be called inside a transaction.
    """
    event = WebhookEvent.objects.get(pk=event_id)
    try:
        return _rehearse(event, now)
    except (GatewayError, ForgedWebhook) as error:
        return WebhookRehearsal(problem=error.log_text)


def _rehearse(event: WebhookEvent, now: datetime) -> WebhookRehearsal:
    gateway = gateway_for(event.gateway)
    gateway_id = event.gateway_id
    if event.evidence:
        gateway_id = gateway.confirm(event.evidence, bytes(event.body)).gateway_id
    if not gateway_id:
        return WebhookRehearsal(problem=_("The message is about no payment."))
    asked_at = utc_now()
    snapshot = gateway.fetch(gateway_id)
    payment = _payment(event.gateway, gateway_id, snapshot.key)
    if payment is None:
        text = _("No payment of ours has the id %(id)s.") % {"id": gateway_id}
        return WebhookRehearsal(problem=text)
    rehearsal = rehearse_snapshot(
        payment_id=payment.pk,
        snapshot=snapshot,
        asked_at=asked_at,
        agreed_at=gateway.agreed_at(bytes(event.body)),
        now=now,
    )
    return WebhookRehearsal(rehearsal, further=_further(payment, snapshot, rehearsal, now))


def _payment(gateway: str, gateway_id: str, key: str) -> Payment | None:
    """By the gateway's id, else by the key of one whose start was never answered."""
    payments = Payment.objects.select_related("top_up__customer").annotate(
        is_paid_otherwise=PAID_OTHERWISE
    )
    known = payments.filter(gateway=gateway, gateway_id=gateway_id).first()
    return known or payments.filter(gateway=gateway, gateway_id="", idempotency_key=key).first()


def _further(
    payment: Payment, snapshot: Snapshot, rehearsal: Rehearsal, now: datetime
) -> list[str]:
    """`payment` as it stands before."""
    told = []
    if payment.gateway_id and should_end(payment, now):
        told.append(_("The gateway is asked to end the payment: nobody can pay it any more."))
    elif rehearsal.takes_money:
        told.append(_("The gateway is asked to take the money that the payer has agreed to."))
    if snapshot.kept_card:
        told.append(_("The card that paid is kept for automatic refill."))
    attempt = refill_attempt_of(payment)
    if attempt and attempt.is_open and (snapshot.facts or snapshot.decline or snapshot.dead):
        told.append(_("The automatic refill that it belongs to is settled with it."))
    return told
