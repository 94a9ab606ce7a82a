"""What pages say about paying by wire, and what the core needs to know of it."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from payments.gateways.base import Profile, Words

INSTRUCTIONS_PAGE = "topup-wire"
ANNOUNCED = "announced"  # the customer has told us that the wire is sent

PROFILE = Profile(
    words=Words(
        name=_("Wire transfer"),
        speed=_("1–3 working days"),
        about=_(
            "You send the money from your bank to ours, with a reference that tells us which "
            "balance it is for."
        ),
        fees=_(
            "We charge no fee. Your bank may charge one; choose “OUR” for wires from abroad, so "
            "that banks on the way take nothing out of the amount."
        ),
        next_step=_("Next you see our bank details and the reference to write on the wire."),
        waiting=_("Waiting for your wire"),
        paying=_("You send the wire from your bank"),
        paying_how=_(
            "Use the bank details and the reference of this top-up, then tell us that you have "
            "sent it."
        ),
        processing=_("Waiting for your bank"),
        processing_how=_("Wires take 1 to 3 working days."),
        reasons={
            ANNOUNCED: _(
                "You told us that you have sent it. Wires take 1 to 3 working days; if yours "
                "takes longer, our staff looks for it."
            )
        },
        over=_(
            "If you have sent the wire all the same, nothing is lost: it is credited when it "
            "arrives."
        ),
    ),
    # long enough for a payment run at the end of the month
    unpaid_expires_after=timedelta(days=30),
    credits_what_arrives=True,
    into_our_bank=True,
)
