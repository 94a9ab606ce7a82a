"""Everything that the history of an automatic refill can tell, by its code."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Reason(TextChoices):
    """Labels are short, for lists; whole sentences are in payments.refill_texts."""

    # what became of a charge
    CHARGING = "charging", _("Charging")
    CHARGED = "charged", _("Charged")
    DECLINED = "declined", _("Declined")
    FAILED = "failed", _("Failed")
    NEEDS_CONFIRMATION = "needs_confirmation", _("Needs your confirmation")
    NOT_CONFIRMED = "not_confirmed", _("Not confirmed in time")
    CHARGE_CANCELED = "charge_canceled", _("Charge canceled by the customer")
    # why there was none
    ENOUGH = "enough", _("Enough balance")
    NOT_ON = "not_on", _("Not on")
    UNDER_WAY = "under_way", _("Money under way")
    DISPUTED = "disputed", _("Payment disputed")
    BACK_OFF = "back_off", _("Waiting after a decline")
    DAY_USED = "day_used", _("Payments of the day used up")
    DAY_AMOUNT_USED = "day_amount_used", _("Amount of the day used up")
    MONTH_USED = "month_used", _("Amount of the month used up")
    OVER_CEILING = "over_ceiling", _("Above a limit")
    NO_CARD = "no_card", _("No card")
    GUARD = "guard", _("Stopped by the operator's guard")
    # what somebody did
    TURNED_ON = "turned_on", _("Turned on")
    NOT_BEGUN = "not_begun", _("Did not begin")
    CHANGED = "changed", _("Changed")
    CARD_CHANGED = "card_changed", _("Card changed")
    CARD_REMOVED = "card_removed", _("Card removed")
    PAUSED = "paused", _("Paused")
    PAUSED_BY_LINK = "paused_by_link", _("Paused by the link in an e-mail")
    DECLINED_THRICE = "declined_thrice", _("Paused after three declines")
    RESUMED = "resumed", _("Resumed")
    CANCELED = "canceled", _("Canceled")
    RETUNED = "retuned", _("Threshold follows your pace")
    PACE_TOO_FAST = "pace_too_fast", _("Threshold cannot follow your pace")
    CARD_EXPIRING = "card_expiring", _("Card expires soon")
