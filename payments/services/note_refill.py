"""Adds a line to a rule's history."""

from collections.abc import Mapping
from datetime import datetime

from payments.models.refill import AutoRefillRule, RefillAttempt, RefillNote
from payments.refill_reasons import Reason

# The same "no" within this long is the same line, counted; later it deserves its own.
_COUNTED = frozenset(
    {
        Reason.NOT_ON,
        Reason.UNDER_WAY,
        Reason.DISPUTED,
        Reason.BACK_OFF,
        Reason.DAY_USED,
        Reason.DAY_AMOUNT_USED,
        Reason.MONTH_USED,
        Reason.OVER_CEILING,
        Reason.NO_CARD,
        Reason.GUARD,
        Reason.PACE_TOO_FAST,
    }
)


def note_refill(
    *,
    rule: AutoRefillRule,
    code: Reason,
    facts: Mapping[str, str],
    now: datetime,
    attempt: RefillAttempt | None = None,
) -> None:
    """`facts` are plain texts: amounts in the rule's currency, instants in ISO 8601.

    A "no" that repeats the newest line is counted on it instead of flooding the history. The
    caller holds the rule's lock.
    """
    newest = rule.notes.order_by("-pk").first()
    if code in _COUNTED and newest and newest.code == code and _says_same(newest, facts):
        newest.times, newest.last_at = newest.times + 1, max(now, newest.last_at)
        newest.save(update_fields=["times", "last_at"])
        return
    RefillNote.objects.create(
        rule=rule, code=code, facts=dict(facts), attempt=attempt, at=now, last_at=now
    )


def _says_same(note: RefillNote, facts: Mapping[str, str]) -> bool:
    """The balance and the pace move with every call; what made it a "no" does not."""
    moving = {"balance", "under_way", "needed"}
    return {k: v for k, v in note.facts.items() if k not in moving} == {
        k: v for k, v in facts.items() if k not in moving
    }
