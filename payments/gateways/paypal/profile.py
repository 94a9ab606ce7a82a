"""What pages say about paying by PayPal, and what the core needs to know of it."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from payments.gateways.base import Profile, Words
from payments.gateways.paypal.money import CURRENCIES
from payments.gateways.paypal.pending import WORDS

PROFILE = Profile(
    words=Words(
        name=_("PayPal"),
        speed=_("within seconds"),
        about=_("You review the total here, agree on PayPal's page and come back by yourself."),
        fees=_("We charge no fee. PayPal may, when it converts your money."),
        next_step=_("Nothing is charged yet: next you see the total again and go to PayPal."),
        waiting=_("Waiting for you at PayPal"),
        paying=_("You pay with PayPal"),
        paying_how=_("Agree to the payment on PayPal's page. Nothing is taken before that."),
        processing=_("PayPal is processing the payment"),
        processing_how=_("Usually within a minute."),
        reasons=WORDS,
    ),
    # PayPal drops an order that nobody approved after a few hours; this is for lost answers
    unpaid_expires_after=timedelta(hours=24),
    currencies=CURRENCIES,
    refunds=True,
)
