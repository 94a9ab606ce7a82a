"""The customer tells us that a wire is on its way (article, "Paying with Wire Transfer")."""

import hashlib
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.time_zones import zone
from commpeak.lib.documents import Document
from commpeak.lib.errors import Refused
from commpeak.lib.money import Money
from commpeak.lib.private_files import keep_private_file
from payments.gateways.base import Waiting
from payments.gateways.registry import INTO_OUR_BANK
from payments.gateways.wire.profile import ANNOUNCED
from payments.gateways.wire.working_days import expected_arrival
from payments.models import Payment, PaymentEvent
from payments.models.wire import WireAnnouncement, WireProof
from payments.selectors.wire_announcements import newest_announcement
from payments.states import State

ANNOUNCEMENTS_PER_PAYMENT_MAX = 20  # each may bring a file of 5 MB


@transaction.atomic(durable=True)
def announce_wire(
    *,
    payment_id: int,
    payer_name: str,
    money: Money,
    sent_on: date,
    proof: Document | None,
    now: datetime,
) -> WireAnnouncement:
    """Records it, and the payment waits for the bank from now on (PROCESSING); credits nothing.

    Telling the same again (a second click, a second tab) changes nothing and returns what was
    told; telling something else replaces it, with the old row kept. Without `proof` the one
    uploaded before stays. `money` may be of any amount and currency. Raises Refused once money
    has come, the payment is over or is being checked, and after twenty changes.
    """
    payment = (
        Payment.objects.select_for_update(of=("self",))
        .select_related("top_up__customer")
        .get(pk=payment_id, gateway__in=INTO_OUR_BANK)
    )
    _check_open(payment)
    known = newest_announcement(payment)
    if known and _is_the_same(known, payer_name, money, sent_on, proof):
        return known
    their_zone = zone(payment.top_up.customer.time_zone)
    announcement = WireAnnouncement.objects.create(
        payment=payment,
        payer_name=payer_name,
        amount=money.amount,
        currency=money.currency,
        sent_on=sent_on,
        expected_on=expected_arrival(sent_on=sent_on, told_on=now.astimezone(their_zone).date()),
        proof=_keep(payment, proof, now) if proof else (known.proof if known else None),
        created_at=now,
    )
    _wait_for_the_bank(payment, announcement, their_zone, now)
    return announcement


def _check_open(payment: Payment) -> None:
    if not payment.is_open or payment.needs_review:
        raise Refused(_("This top-up no longer waits for a wire."), f"payment is {payment.state}")
    if payment.wire_announcements.count() >= ANNOUNCEMENTS_PER_PAYMENT_MAX:
        raise Refused(_("You have changed this very often. Please write to us instead."))


def _is_the_same(
    known: WireAnnouncement, payer_name: str, money: Money, sent_on: date, proof: Document | None
) -> bool:
    said = (known.payer_name, known.money, known.sent_on)
    is_known_proof = proof is None or (known.proof and known.proof.sha256 == _sha256(proof))
    return said == (payer_name, money, sent_on) and bool(is_known_proof)


def _keep(payment: Payment, proof: Document, now: datetime) -> WireProof:
    """The file comes first: a crash leaves a file that no row names, never the other way round."""
    return WireProof.objects.create(
        payment=payment,
        stored_as=keep_private_file(proof.content, folder="wire-proofs"),
        name=proof.name,
        content_type=proof.content_type,
        size_bytes=len(proof.content),
        sha256=_sha256(proof),
        created_at=now,
    )


def _wait_for_the_bank(
    payment: Payment, said: WireAnnouncement, their_zone: ZoneInfo, now: datetime
) -> None:
    PaymentEvent.objects.create(
        payment=payment,
        at=now,
        source=PaymentEvent.Source.WEB,
        from_state=payment.state,
        to_state=State.PROCESSING,
        detail=f"wire announced: {said.money}, sent {said.sent_on}, by {said.payer_name}"[:300],
    )
    payment.state = State.PROCESSING
    expected_by = datetime.combine(said.expected_on, time.max, tzinfo=their_zone)
    payment.waiting_for = Waiting(reason=ANNOUNCED, expected_by=expected_by)
    payment.save(update_fields=["state", "waiting"])


def _sha256(proof: Document) -> str:
    return hashlib.sha256(proof.content).hexdigest()
