"""Why a card, or what a payer chose at PayPal, was refused and what to do next, in plain words.

Stripe asks not to tell the payer that a card was reported lost or stolen, or that a payment
looked fraudulent (docs.stripe.com/declines/codes): those get the general text.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from payments.models import Decline
from payments.states import State

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True, slots=True)
class DeclineText:
    """Lazy texts: what happened, and what the customer can do."""

    what: StrOrPromise
    next: StrOrPromise


_BY_CODE = {
    "insufficient_funds": DeclineText(
        _("Your bank says there is not enough money on this card."),
        _("Try a smaller amount or another card."),
    ),
    "expired_card": DeclineText(_("This card has expired."), _("Use another card.")),
    "incorrect_cvc": DeclineText(
        _("The security code is not right."), _("Check the code on your card and try again.")
    ),
    "incorrect_number": DeclineText(
        _("The card number is not right."), _("Check the number and try again.")
    ),
    "processing_error": DeclineText(
        _("Something went wrong while your bank was asked."), _("Try again in a minute.")
    ),
    "card_not_supported": DeclineText(
        _("This card cannot be used for this kind of payment."), _("Use another card.")
    ),
    "currency_not_supported": DeclineText(
        _("This card cannot pay in this currency."), _("Use another card.")
    ),
}
_CHOOSE_OTHERS = _("Go back to PayPal and choose another way to pay there.")
_PAYPAL_REFUSES = DeclineText(_("PayPal declined the payment."), _CHOOSE_OTHERS)
_PAYPAL_ACCOUNT = DeclineText(
    _("PayPal does not let this PayPal account pay right now."),
    _("Look into your PayPal account for the reason, or use another PayPal account."),
)
_NOT_FROM_THIS_ACCOUNT = DeclineText(
    _("We cannot accept this payment from PayPal."), _("Cancel it and pay in another way.")
)
_AT_PAYPAL = {
    "instrument_declined": DeclineText(
        _("PayPal could not use the way to pay that you chose there."),
        _("Go back to PayPal and choose another one. The amount stays the same."),
    ),
    "payer_action_required": DeclineText(
        _("PayPal wants you to confirm the payment once more."),
        _("Go back to PayPal and follow what it asks."),
    ),
    "payer_cannot_pay": _PAYPAL_REFUSES,
    "transaction_refused": _PAYPAL_REFUSES,
    "payer_account_restricted": _PAYPAL_ACCOUNT,
    "payer_account_locked_or_closed": _PAYPAL_ACCOUNT,
    "payee_blocked_transaction": _NOT_FROM_THIS_ACCOUNT,
    "transaction_blocked_by_payee": _NOT_FROM_THIS_ACCOUNT,
    "compliance_violation": _NOT_FROM_THIS_ACCOUNT,
}
_BY_KIND = {
    Decline.Kind.AUTHENTICATION: DeclineText(
        _("Your bank could not confirm that it was you."),
        _("Try again and confirm the payment with your bank, or use another card."),
    ),
    Decline.Kind.SOFT: DeclineText(
        _("Your bank declined the payment."), _("Try again, or use another card.")
    ),
    Decline.Kind.HARD: DeclineText(
        _("Your bank declined this card."), _("Use another card, or ask your bank why.")
    ),
    Decline.Kind.NOT_ACCEPTED: DeclineText(
        _("We cannot accept this card."), _("Use another card.")
    ),
}


def decline_text(decline: Decline | None) -> DeclineText | None:
    if decline is None:
        return None
    by_code = _BY_CODE.get(decline.code) or _AT_PAYPAL.get(decline.code)
    return by_code or _BY_KIND[Decline.Kind(decline.kind)]


def code_text(code: str) -> str:
    """What happened, by the gateway's code alone; the general words for one that says too much.
    Without a decline it is how the payment ended: no bank was asked then."""
    if code in State:
        return str(_("Our payment provider did not take the charge."))
    return str(_BY_CODE.get(code, _BY_KIND[Decline.Kind.HARD]).what)
