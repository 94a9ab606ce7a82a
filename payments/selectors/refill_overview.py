"""Everything the profile shows about automatic refill."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from accounts.models import Customer
from billing.models import Purse
from payments.models.refill import AutoRefillRule, RefillNote, SavedCard
from payments.refill_texts import clock_text, note_text, pause_text
from payments.selectors.card_to_charge import first_to_charge
from payments.selectors.follows_pace import follows_pace
from payments.selectors.refill_day_of import refill_day_of

State = AutoRefillRule.State
_TONES = {State.ACTIVE: "good", State.PAUSED: "warn", State.NEEDS_CONFIRMATION: "warn"}


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """`at` is when it was said first; `times` how often, last at `last_at`."""

    text: str
    at: datetime
    last_at: datetime
    times: int
    reference: str  # of the top-up that the line is about, or ""


@dataclass(frozen=True, slots=True)
class RefillOverview:
    """One balance; `rule` is None when automatic refill was never on. Times in texts are in the
    active (the customer's) time zone."""

    purse: Purse
    rule: AutoRefillRule | None
    tone: str = ""
    card: SavedCard | None = None
    used_today: int = 0
    resets: str = ""
    why_paused: str = ""
    follows_pace: bool = False
    waits_for: str = ""  # reference of the top-up to confirm or to pay
    history: list[HistoryLine] | None = None

    @property
    def is_off(self) -> bool:
        return self.rule is None or self.rule.state == State.DISABLED


def refill_overview(
    *, customer: Customer, purses: list[Purse], now: datetime, lines_max: int
) -> list[RefillOverview]:
    """Two queries, and three more per rule, four for one that follows the pace."""
    rules = {r.purse: r for r in AutoRefillRule.objects.filter(customer=customer)}
    cards = list(SavedCard.objects.filter(customer=customer, removed_at=None))
    for rule in rules.values():
        rule.customer = customer
    return [_overview(purse, rules.get(purse), cards, now, lines_max) for purse in purses]


def _overview(
    purse: Purse,
    rule: AutoRefillRule | None,
    cards: list[SavedCard],
    now: datetime,
    lines_max: int,
) -> RefillOverview:
    if rule is None:
        return RefillOverview(purse, None)
    day = refill_day_of(rule=rule, now=now)
    return RefillOverview(
        purse=purse,
        rule=rule,
        tone=_TONES.get(State(rule.state), ""),
        card=first_to_charge(rule=rule, cards=cards, now=now),
        used_today=day.used,
        resets=clock_text(day.day.ends_at),
        why_paused=pause_text(rule.paused_reason) if rule.state == State.PAUSED else "",
        follows_pace=follows_pace(rule),
        waits_for=_waits_for(rule),
        history=refill_history(rule=rule, lines_max=lines_max),
    )


def refill_history(*, rule: AutoRefillRule, lines_max: int) -> list[HistoryLine]:
    """Newest first; one query."""
    notes = rule.notes.order_by("-pk").select_related("attempt__top_up")[:lines_max]
    return [_line(note, rule.currency) for note in notes]


def _line(note: RefillNote, currency: str) -> HistoryLine:
    return HistoryLine(
        text=note_text(note.code, note.facts, currency),
        at=note.at,
        last_at=note.last_at,
        times=note.times,
        reference=note.attempt.top_up.reference if note.attempt else "",
    )


def _waits_for(rule: AutoRefillRule) -> str:
    if rule.state not in {State.NEEDS_CONFIRMATION, State.SETTING_UP}:
        return ""
    open_ones = rule.attempts.filter(state__in=["charging", "confirming"])
    return open_ones.values_list("top_up__reference", flat=True).first() or ""
