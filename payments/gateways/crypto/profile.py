"""What pages say about paying by crypto, and what the core needs to know of it.

What depends on a setting is worded when it is shown.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from babel.lists import format_list
from django.conf import settings
from django.utils.functional import lazy
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from commpeak.lib.active_locale import active_locale
from payments.gateways.base import Profile, Words

_BLOCK_MINUTES, _HOUR_MINUTES = 10, 60


def _paying_how() -> str:
    return gettext(
        "The payment page names the exact amount and the address. Its rate is guaranteed for "
        "%(minutes)d minutes."
    ) % {"minutes": settings.BTCPAY_RATE_MINUTES}


def _speed() -> str:
    """By the minutes that a block of Bitcoin takes."""
    minutes = settings.BTCPAY_CONFIRMATIONS * _BLOCK_MINUTES
    if minutes == _HOUR_MINUTES:
        return gettext("about an hour")
    return gettext("about %(minutes)d minutes") % {"minutes": minutes}


def _confirmed_when() -> str:
    text = ngettext(
        "Credited once the network has confirmed it %(count)d time.",
        "Credited once the network has confirmed it %(count)d times, usually within an hour.",
        settings.BTCPAY_CONFIRMATIONS,
    )
    return text % {"count": settings.BTCPAY_CONFIRMATIONS}


def _late() -> str:
    return gettext(
        "What arrives later than %(days)d days after the rate has expired is not noticed by "
        "itself: write to us."
    ) % {"days": settings.BTCPAY_LATE_DAYS}


def _networks() -> str:
    return gettext(
        "Send %(accepted)s only. What is sent over %(refused)s cannot be accepted or refunded."
    ) % {
        "accepted": _either(settings.CRYPTO_NETWORKS),
        "refused": _either(settings.CRYPTO_NETWORKS_REFUSED),
    }


def _either(names: list[str]) -> str:
    """ "A, B or C"."""
    return format_list(names, style="or", locale=active_locale())


def _text(words: Callable[[], str]) -> str:
    """A lazy text, also where it takes more than a translation."""
    return lazy(words, str)()


PROFILE = Profile(
    words=Words(
        name=_("Crypto"),
        speed=_text(_speed),
        about=_(
            "You send the amount from your own wallet. Before the first time you read and agree "
            "to our Cryptocurrency Payment Terms."
        ),
        fees=_("We charge no fee. The network charges the sender."),
        next_step=_("Nothing is sent yet: next you read the terms and see the exact amount."),
        waiting=_("Waiting for your payment"),
        paying=_("You pay with crypto"),
        paying_how=_text(_paying_how),
        processing=_("Waiting for confirmations"),
        processing_how=_text(_confirmed_when),
        reasons={
            "confirming": _text(_confirmed_when),
            "part": _("A part has arrived. You may send the rest while the rate is guaranteed."),
            "late": _("It came after the rate had expired, and is credited all the same."),
            "undone": _(
                "The network did not confirm your payment: it was replaced or spent elsewhere. "
                "Should it be confirmed after all, it is credited."
            ),
        },
        over=_("Should you have sent it all the same, it is credited once it is confirmed."),
        rules=(
            _text(_networks),
            _(
                "What arrives is credited, once, at the rate of your invoice; only the fee of a "
                "further part is not."
            ),
            _("Too little, too much, late, or in parts: the same rule holds for each payment."),
            _("From the second part on, the payment page adds that fee to what is left to pay."),
            _("The bonus of a promo code comes once all that you chose has been credited."),
            _text(_confirmed_when),
            _text(_late),
        ),
    ),
    # An invoice expires by itself when its rate does. This is for one that was never made, as
    # the terms were not agreed to, and for lost answers.
    unpaid_expires_after=timedelta(hours=24),
    terms="crypto",
    credits_what_arrives=True,
)
