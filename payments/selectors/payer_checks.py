"""Who may pay with which gateway account, and which payments are held until that is known."""

from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import Customer
from payments.models import Payment
from payments.models.payer import ConfirmedPayer, PayerCheck
from payments.states import OPEN, State


def is_known_payer(*, customer: Customer, email: str) -> bool:
    """The address of a member, or confirmed by this customer before. Capitals do not matter."""
    email = email.lower()
    return (
        customer.members.filter(email=email).exists()
        or customer.confirmed_payers.filter(email=email).exists()
    )


def open_payer_checks(customer: Customer) -> QuerySet[PayerCheck]:
    """Those that hold a payment of this customer, oldest first, with payment and top-up."""
    is_confirmed = ConfirmedPayer.objects.filter(customer=customer, email=OuterRef("email"))
    return (
        PayerCheck.objects.filter(
            ~Exists(is_confirmed),
            payment__top_up__customer=customer,
            payment__state__in=OPEN,
            confirmed_at=None,
        )
        .select_related("payment__top_up")
        .order_by("pk")
    )


def unanswered_payer_check(payment: Payment) -> PayerCheck | None:
    """The check that holds an open payment, or that ended an unpaid one. At most three queries."""
    if payment.state not in {State.PROCESSING, State.EXPIRED}:
        return None
    check = payer_check_of(payment)
    if check is None or check.confirmed_at:
        return None
    is_known = is_known_payer(customer=payment.top_up.customer, email=check.email)
    return None if is_known else check


def payer_check_of(payment: Payment) -> PayerCheck | None:
    """Also one that is confirmed or over."""
    check = PayerCheck.objects.filter(payment=payment).first()
    if check:
        check.payment = payment  # with what is known of it already
    return check


def is_payer_check_over(*, payment: Payment, now: datetime) -> bool:
    """Whether the payment is held and nobody can release it any more."""
    check = payer_check_of(payment)
    if check is None or not check.is_over(now):
        return False
    return not is_known_payer(customer=payment.top_up.customer, email=check.email)
