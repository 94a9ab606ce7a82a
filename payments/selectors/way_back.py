"""How the customer paid, which is how money goes back."""

from payments.gateways.registry import gateway_for
from payments.models import Payment


def way_back(payment: Payment) -> str:
    """ "Visa 4242", or the name of the way to pay where the means are not known."""
    return payment.instrument or str(gateway_for(payment.gateway).profile.words.name)
