"""Whether the threshold of a refill is the days that its owner asked for."""

from payments.models.refill import AutoRefillRule
from payments.refill_reasons import Reason

_TUNED = [Reason.TURNED_ON, Reason.CHANGED, Reason.RETUNED, Reason.PACE_TOO_FAST]


def follows_pace(rule: AutoRefillRule) -> bool:
    """As found last, last night or when it was agreed to; False for a threshold that is an amount.
    One query for one of days."""
    if rule.days_left is None:
        return False
    newest = rule.notes.filter(code__in=_TUNED).order_by("-pk").first()
    return newest is None or newest.code != Reason.PACE_TOO_FAST
