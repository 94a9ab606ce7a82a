"""What a customer is told while, and after, a payment is held for its payer's code."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from commpeak.lib.template_filters import time_text
from payments.gateways.registry import gateway_for
from payments.models.payer import TRIES_MAX, PayerCheck


def asked(check: PayerCheck) -> str:
    return _("Enter the code that we sent to %(email)s") % {"email": check.email}


def why(check: PayerCheck) -> str:
    return _(
        "This %(gateway)s account has another e-mail address than yours with us. To protect its "
        "owner we take the money only when the code is entered, by %(time)s at the latest."
    ) % {"gateway": _gateway(check), "time": time_text(check.expires_at)}


def ended(check: PayerCheck) -> str:
    if not check.email:
        return _(
            "%(gateway)s did not tell us the e-mail address of the account that was to pay, so we "
            "could not ask its owner. Please pay in another way."
        ) % {"gateway": _gateway(check)}
    if not check.tries_left:
        return ngettext(
            "The code was entered wrongly %(count)s time.",
            "The code was entered wrongly %(count)s times.",
            TRIES_MAX,
        ) % {"count": TRIES_MAX}
    return _("The code that we sent to %(email)s was not entered in time.") % {"email": check.email}


def _gateway(check: PayerCheck) -> str:
    return str(gateway_for(check.payment.gateway).profile.words.name)
