"""What the history of an automatic refill says, in plain words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from babel.dates import format_date, format_skeleton
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, ngettext_lazy

from billing.models import Purse
from commpeak.lib.active_locale import active_locale
from commpeak.lib.money import Money
from commpeak.lib.template_filters import money_text
from payments.decline_texts import code_text
from payments.refill_numbers import RefillNumbers
from payments.refill_reasons import Reason

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

_AMOUNTS = {"balance", "threshold", "amount", "most", "under_way", "deposit", "needed"}
_MOMENTS = {"until"}
_COUNTS = {"max", "days"}  # what singular and plural go by

_LINES: dict[str, StrOrPromise] = {
    Reason.CHARGING: gettext_lazy(
        "The balance was %(balance)s, under your threshold of %(threshold)s: charging %(amount)s "
        "to %(card)s (%(n)s of %(max)s today)."
    ),
    Reason.CHARGED: gettext_lazy("Charged %(amount)s to %(card)s (%(n)s of %(max)s of the day)."),
    Reason.DECLINED: gettext_lazy("%(card)s was declined, %(amount)s was not charged. %(decline)s"),
    Reason.FAILED: gettext_lazy("The payment of %(amount)s was not made."),
    Reason.NEEDS_CONFIRMATION: gettext_lazy(
        "The bank of %(card)s asks you to confirm %(amount)s yourself. We sent you a link by "
        "e-mail."
    ),
    Reason.NOT_CONFIRMED: gettext_lazy(
        "%(amount)s was not confirmed in time; nothing was charged."
    ),
    Reason.CHARGE_CANCELED: gettext_lazy(
        "You canceled %(amount)s before your bank had your confirmation; nothing was charged."
    ),
    Reason.NOT_ON: gettext_lazy("Not charged at a balance of %(balance)s: the refill %(state)s."),
    Reason.UNDER_WAY: gettext_lazy(
        "Not charged at a balance of %(balance)s: %(under_way)s is on its way already."
    ),
    Reason.DISPUTED: gettext_lazy("Not charged: the bank has taken one of your payments back."),
    Reason.BACK_OFF: gettext_lazy(
        "Not charged at a balance of %(balance)s: we wait after the decline, until %(until)s."
    ),
    Reason.DAY_USED: ngettext_lazy(
        "Not charged at a balance of %(balance)s: the one payment of the day is used. It resets "
        "at %(until)s.",
        "Not charged at a balance of %(balance)s: all %(max)s payments of the day are used. They "
        "reset at %(until)s.",
        "max",
    ),
    Reason.DAY_AMOUNT_USED: gettext_lazy(
        "Not charged at a balance of %(balance)s: your daily maximum of %(most)s leaves no room "
        "until %(until)s."
    ),
    Reason.MONTH_USED: gettext_lazy(
        "Not charged at a balance of %(balance)s: your monthly maximum of %(most)s leaves no room "
        "until %(until)s."
    ),
    Reason.OVER_CEILING: gettext_lazy(
        "Not charged at a balance of %(balance)s: our limits allow only %(most)s more for now."
    ),
    Reason.NO_CARD: gettext_lazy(
        "Not charged at a balance of %(balance)s: no saved card is valid."
    ),
    Reason.GUARD: gettext_lazy(
        "Not charged at a balance of %(balance)s: there were unusually many refills within an "
        "hour. Our staff has been told and looks into it."
    ),
    Reason.TURNED_ON: gettext_lazy("Turned on. You agreed: %(consent)s"),
    Reason.NOT_BEGUN: gettext_lazy(
        "It did not begin: no card was saved. Nothing is charged automatically."
    ),
    Reason.CHANGED: gettext_lazy("Changed. You agreed: %(consent)s"),
    Reason.CARD_CHANGED: gettext_lazy("The card is now %(card)s."),
    Reason.CARD_REMOVED: gettext_lazy("%(card)s was removed from your cards."),
    Reason.PAUSED: gettext_lazy("Paused: %(why)s"),
    Reason.PAUSED_BY_LINK: gettext_lazy("Paused by the link in an e-mail."),
    Reason.RESUMED: gettext_lazy("Resumed."),
    Reason.CANCELED: gettext_lazy("Canceled."),
    Reason.PACE_TOO_FAST: gettext_lazy(
        "The threshold stays at %(threshold)s: your pace asks for %(needed)s now, and your deposit "
        "and maximums do not allow that."
    ),
    Reason.RETUNED: ngettext_lazy(
        "The threshold is now %(threshold)s: %(days)s day at your pace.",
        "The threshold is now %(threshold)s: %(days)s days at your pace.",
        "days",
    ),
    Reason.CARD_EXPIRING: gettext_lazy("%(card)s expires at the end of %(month)s."),
}
_PAUSED: dict[str, StrOrPromise] = {
    Reason.PAUSED: gettext_lazy("You paused it."),
    Reason.PAUSED_BY_LINK: gettext_lazy("You paused it by the link in an e-mail."),
    Reason.DECLINED_THRICE: gettext_lazy(
        "Three charges in a row were declined. Check or replace your card, then resume."
    ),
    Reason.NOT_CONFIRMED: gettext_lazy(
        "A charge was not confirmed with the bank in time. Resume to try again, or use another "
        "card."
    ),
    Reason.CHARGE_CANCELED: gettext_lazy(
        "You canceled the charge that your bank asked about. Resume to try again, or use another "
        "card."
    ),
    Reason.NO_CARD: gettext_lazy("No saved card is valid any more. Add a card, then resume."),
    Reason.OVER_CEILING: gettext_lazy(
        "Payments in the currency of this balance are not offered any more. Write to our support."
    ),
    Reason.DISPUTED: gettext_lazy(
        "The bank has taken one of your payments back. Write to our support to settle it."
    ),
}
_STATES: dict[str, StrOrPromise] = {
    "setting_up": gettext_lazy("waits for your card"),
    "needs_confirmation": gettext_lazy("waits for your confirmation"),
    "paused": gettext_lazy("is paused"),
    "disabled": gettext_lazy("is off"),
}


def note_text(code: str, facts: Mapping[str, str], currency: str) -> str:
    """One line of the history, in the language and the time zone in use."""
    shown = {name: _shown(name, text, currency) for name, text in facts.items()}
    line = str(_LINES[code] % shown)
    if code == Reason.DECLINED and "until" in facts:  # the rule still was on
        return f"{line} {_('Next try: %(until)s.') % shown}"
    return line


def pause_text(reason: str) -> str:
    """Why a rule is paused and what to do about it."""
    return str(_PAUSED.get(reason, ""))


def _shown(name: str, text: str, currency: str) -> str | int:
    if name in _COUNTS:
        return int(text)
    if name in _AMOUNTS:
        return money_text(Money(Decimal(text), currency))
    if name in _MOMENTS:
        return moment_text(datetime.fromisoformat(text))
    shown = {"state": _STATES.get(text), "why": _PAUSED.get(text), "decline": code_text(text)}
    return str(shown.get(name) or text)


def moment_text(moment: datetime) -> str:
    """Minute, day and zone: 00:00 on Nov 25, 2026 (Europe/Kyiv)."""
    local, locale = timezone.localtime(moment), active_locale()
    return _("%(time)s on %(day)s (%(zone)s)") % {
        "time": format_skeleton("Hm", local, tzinfo=local.tzinfo, locale=locale),
        "day": format_date(local, locale=locale),
        "zone": timezone.get_current_timezone_name(),
    }


def clock_text(moment: datetime) -> str:
    """Minute and zone: 00:00 Europe/Kyiv."""
    local = timezone.localtime(moment)
    time = format_skeleton("Hm", local, tzinfo=local.tzinfo, locale=active_locale())
    return f"{time} {timezone.get_current_timezone_name()}"


def consent_text(purse: Purse, numbers: RefillNumbers) -> str:
    """What the customer agrees to, with the daily maximum that is guaranteed."""
    times = ngettext("at most once", "at most %(n)s times", numbers.per_day_max)
    text = _(
        "Whenever my %(purse)s balance falls under %(threshold)s, charge my saved card "
        "%(deposit)s, or as many whole deposits as bring it back there in one payment: %(times)s "
        "a day, and never more than %(day_most)s a day."
    ) % {
        "purse": purse.label,
        "threshold": money_text(numbers.threshold),
        "deposit": money_text(numbers.deposit),
        "times": times % {"n": numbers.per_day_max},
        "day_most": money_text(numbers.day_money_max),
    }
    return " ".join([text, *_more_consent(numbers)])


def _more_consent(numbers: RefillNumbers) -> list[str]:
    more = []
    if numbers.monthly_max:
        month = _("Never more than %(most)s a month.")
        more.append(month % {"most": money_text(numbers.monthly_max)})
    if numbers.days_left:
        pace = ngettext(
            "The threshold follows my pace: it is set each night to %(days)s day of it.",
            "The threshold follows my pace: it is set each night to %(days)s days of it.",
            numbers.days_left,
        )
        more.append(pace % {"days": numbers.days_left})
    return [*more, _("I can pause or cancel this at any time.")]
