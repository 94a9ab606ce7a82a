"""The refill of a rule that has not ended yet."""

from payments.models.refill import AutoRefillRule, RefillAttempt

_OPEN = [RefillAttempt.State.CHARGING, RefillAttempt.State.CONFIRMING]


def open_refill(rule: AutoRefillRule) -> RefillAttempt | None:
    """Being charged or waiting for its owner; there is never more than one. With its top-up."""
    return rule.attempts.filter(state__in=_OPEN).select_related("top_up").first()


def charge_under_way(rule: AutoRefillRule) -> RefillAttempt | None:
    """Of a saved card, without its owner: once asked for, it may come although the rule is off."""
    attempt = open_refill(rule)
    is_charge = attempt and attempt.card_id and attempt.state == RefillAttempt.State.CHARGING
    return attempt if is_charge else None
