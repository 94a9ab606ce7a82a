"""What staff read before they give money back."""

from django.utils.translation import gettext as _

from billing.selectors.customer_balances import customer_balances
from commpeak.lib.money import Money
from commpeak.lib.template_filters import money_text
from payments.models import Payment, Refund
from payments.selectors.refundable import Refundable, refundable
from payments.selectors.way_back import way_back
from payments.states import FactKind


def refund_words(payment: Payment, possible: Refundable) -> str:
    """For a refund that staff begin: how much is left, and what it does to the balance."""
    text = _("%(left)s of this payment can go back to %(way)s.") % {
        "left": money_text(possible.left),
        "way": way_back(payment),
    }
    if possible.capture is None or possible.capture.kind == FactKind.PARKED:
        return text + " " + _("It was never credited: it leaves suspense, and no balance moves.")
    balance = _balance(payment)
    return (
        text
        + " "
        + _(
            "The %(purse)s balance is %(balance)s; what it does not cover leaves it below zero, "
            "and nothing can be spent until it is topped up."
        )
        % {"purse": payment.top_up.get_purse_display(), "balance": money_text(balance)}
    )


def approval_words(refund: Refund) -> str:
    """For a request of the customer's: what the balance will be."""
    payment = refund.payment
    text = _("%(amount)s goes back to %(way)s.") % {
        "amount": money_text(refund.money),
        "way": way_back(payment),
    }
    if refund.capture.kind == FactKind.PARKED:
        return text
    if refund.money > refundable(payment, besides=refund).unspent:
        text += " " + _("The balance does not cover that any more.")
    after = _balance(payment) - refund.money
    return (
        text
        + " "
        + _("The %(purse)s balance is %(after)s afterwards.")
        % {"purse": payment.top_up.get_purse_display(), "after": money_text(after)}
    )


def _balance(payment: Payment) -> Money:
    top_up = payment.top_up
    return next(b.money for b in customer_balances(top_up.customer) if b.purse == top_up.purse)
