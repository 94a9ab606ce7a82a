"""Which terms a payment waits for."""

from accounts.models import Customer
from accounts.selectors.current_terms import has_agreed
from payments.gateways.registry import GATEWAYS, gateway_for
from payments.models import Payment
from payments.states import OPEN

STARTED_AT_ONCE_MAX = 3


def waits_for_terms(payment: Payment) -> str:
    """The slug of the terms that have to be agreed to before the gateway hears of it, or "".

    One that the gateway knows already goes on under the version agreed to at the time.
    """
    slug = "" if payment.gateway_id else gateway_for(payment.gateway).profile.terms
    if not slug or has_agreed(customer_id=payment.top_up.customer_id, slug=slug):
        return ""
    return slug


def held_by_terms(*, customer: Customer, slug: str) -> list[Payment]:
    """The newest few payments of the customer that these terms have kept from their gateway."""
    codes = [code for code, gateway in GATEWAYS.items() if gateway.profile.terms == slug]
    held = Payment.objects.filter(
        top_up__customer=customer, gateway__in=codes, gateway_id="", state__in=OPEN
    )
    return list(held.order_by("-pk")[:STARTED_AT_ONCE_MAX])
