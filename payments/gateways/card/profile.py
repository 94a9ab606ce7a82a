"""What pages say about paying by card, and what the core needs to know of it."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from payments.gateways.base import Profile, Words

PROFILE = Profile(
    words=Words(
        name=_("Credit card"),
        speed=_("within seconds"),
        about=_(
            "Visa, Mastercard, American Express and other cards. Your bank may ask you to confirm "
            "the payment (3-D Secure)."
        ),
        fees=_("We charge no fee. Your bank may, if your card is in another currency."),
        next_step=_("Nothing is charged yet: next you enter your card and see the amount again."),
        waiting=_("Waiting for your card"),
        paying=_("You pay by card"),
        paying_how=_("Enter your card and confirm the payment with your bank."),
        processing=_("Your bank is confirming the payment"),
        processing_how=_("Usually within a minute."),
    ),
    # a card form left open longer than this is closed; the customer can start again at any time
    unpaid_expires_after=timedelta(hours=24),
    refunds=True,
)
