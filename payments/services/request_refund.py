"""Records that money is to be given back, after every rule that could say no."""

from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from accounts.models import Category, Customer
from accounts.selectors.needs_second_person import needs_second_person
from accounts.services.notify_customer import notify_customer
from billing.errors import broken_constraint
from commpeak.lib.errors import Refused
from commpeak.lib.money import Money
from commpeak.lib.template_filters import money_text
from payments.gateways.registry import gateway_for
from payments.models import Payment, PaymentFact, Refund, RefundEvent
from payments.refund_states import RefundState
from payments.selectors.refundable import Refundable, refundable
from payments.selectors.way_back import way_back

CAP = "refunds_never_exceed_what_was_captured"
ADDED_UP_FOR = timedelta(hours=24)


@transaction.atomic(durable=True)
def request_refund(
    *,
    payment_id: int,
    money: Money,
    reason: Refund.Reason,
    comment: str,
    asked_by: Refund.AskedBy,
    asker: str,
    request_key: UUID,
    now: datetime,
) -> Refund:
    """The request, which nobody has decided yet; nothing is given back here.

    A second call with the same `request_key` returns the first request, whatever else it says.
    A customer may ask for what is on the balance and not spent; staff for all that is left of
    the payment, credited or parked, even when that leaves the balance below zero. What staff
    ask for waits for a second person when it is above SECOND_PERSON_ABOVE, together with what
    they asked for below it for this customer within 24 hours.

    Raises Refused with the reason. Locks the customer, then the payment, so that two requests
    cannot together ask for more than there is.
    """
    owner = Payment.objects.values_list("top_up__customer_id", flat=True).get(pk=payment_id)
    Customer.objects.select_for_update(no_key=True).get(pk=owner)
    payment = (
        Payment.objects.select_for_update(of=("self",))
        .select_related("top_up__customer")
        .get(pk=payment_id)
    )
    if made := payment.refunds.filter(request_key=request_key).first():
        return made
    capture = _check(payment, refundable(payment), money, asked_by)
    refund = _create(
        payment=payment,
        capture=capture,
        request_key=request_key,
        amount=money.amount,
        currency=money.currency,
        reason=reason,
        comment=comment,
        asked_by=asked_by,
        asker=asker,
        created_at=now,
        needs_second=asked_by == Refund.AskedBy.STAFF and _needs_second(owner, money, now),
    )
    RefundEvent.objects.create(refund=refund, at=now, actor=asker, to_state=refund.state)
    if asked_by == Refund.AskedBy.CUSTOMER:
        _confirm(refund, now)
    return refund


def _check(
    payment: Payment, possible: Refundable, money: Money, asked_by: Refund.AskedBy
) -> PaymentFact:
    if not gateway_for(payment.gateway).profile.refunds:
        raise Refused(_("Payments of this kind are refunded by our staff. Please write to us."))
    if possible.capture is None:
        raise Refused(_("No money has come by this payment."))
    if money.currency != possible.left.currency:
        raise Refused(
            _("This payment was made in %(currency)s.") % {"currency": possible.left.currency}
        )
    if asked_by == Refund.AskedBy.CUSTOMER:
        _check_customer(possible, money)
    elif money > possible.left:
        raise _too_much(possible.left)
    return possible.capture


def _check_customer(possible: Refundable, money: Money) -> None:
    if not possible.can_ask:
        raise Refused(_("This payment cannot be refunded by request. Please write to us."))
    if money > possible.left:
        raise _too_much(possible.left)
    if money > possible.unspent:
        raise Refused(
            _(
                "What was spent already cannot be refunded by request: %(amount)s of your "
                "balance is not spent."
            )
            % {"amount": money_text(possible.unspent)}
        )


def _too_much(left: Money) -> Refused:
    if not left:
        return Refused(_("All of this payment has been refunded or is being refunded."))
    return Refused(
        _("At most %(amount)s of this payment can still be refunded.")
        % {"amount": money_text(left)}
    )


def _needs_second(customer_id: int, money: Money, now: datetime) -> bool:
    """Parts of a large refund add up for a day: splitting it avoids nobody's eyes."""
    alone = Refund.objects.filter(
        payment__top_up__customer_id=customer_id,
        currency=money.currency,
        asked_by=Refund.AskedBy.STAFF,
        needs_second=False,
        created_at__gt=now - ADDED_UP_FOR,
    ).exclude(state=RefundState.DECLINED)
    total = alone.aggregate(total=Sum("amount"))["total"] or Decimal(0)
    return needs_second_person(money + Money(total, money.currency))


def _create(**facts: object) -> Refund:
    try:
        with transaction.atomic():
            return Refund.objects.create(state=RefundState.REQUESTED, **facts)
    except IntegrityError as error:
        if broken_constraint(error) != CAP:
            raise
        raise Refused(_("This is more than can still be refunded."), str(error)) from error


def _confirm(refund: Refund, now: datetime) -> None:
    notify_customer(
        category=Category.PAYMENTS,
        customer=refund.payment.top_up.customer,
        key=f"refund-requested:{refund.reference}",
        template="refund_requested",
        context={
            "refund": refund,
            "way_back": way_back(refund.payment),
            "path": refund.get_absolute_url(),
        },
        now=now,
    )
