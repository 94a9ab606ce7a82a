"""Sections of the customer page about automatic refill."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import Customer
from commpeak.lib.template_filters import money_text, time_text
from payments.models.refill import AutoRefillRule, RefillNote
from payments.refill_texts import note_text, pause_text
from payments.selectors.support.section import (
    ROWS_MAX,
    Cell,
    Section,
    Tone,
    all_of,
    change_page,
)

State = AutoRefillRule.State
_TONES: dict[str, Tone] = {State.ACTIVE: "good", State.DISABLED: ""}


def refill_rules(customer: Customer, now: datetime) -> Section:
    """One query."""
    rules = customer.refill_rules.select_related("card").order_by("-purse")
    return Section(
        key="refill",
        title=_("Automatic refill"),
        headers=[_("Balance"), _("State"), _("Adds"), _("Below"), _("At most a day"), _("Card")],
        rows=[_rule_row(rule) for rule in rules],
        nothing=_("Never turned on."),
        links=[all_of(customer, "payments_autorefillrule", _("Rules and their attempts"))],
    )


def _rule_row(rule: AutoRefillRule) -> list[Cell]:
    return [
        Cell(rule.get_purse_display(), change_page("payments_autorefillrule", rule.pk)),
        Cell(_state(rule), tone=_TONES.get(rule.state, "warn")),
        Cell(money_text(rule.deposit_money)),
        Cell(money_text(rule.threshold_money)),
        Cell(f"{rule.refills_per_day_max} × {money_text(rule.deposit_money)}"),
        Cell(f"{rule.card} · {rule.card.expires}" if rule.card else "–"),
    ]


def _state(rule: AutoRefillRule) -> str:
    """A paused one says why, as its owner reads it."""
    why = pause_text(rule.paused_reason) if rule.state == State.PAUSED else ""
    return f"{rule.get_state_display()}: {why}" if why else rule.get_state_display()


def refill_decisions(customer: Customer, now: datetime) -> Section:
    """What the customer reads under "History", newest first. One query."""
    notes = RefillNote.objects.filter(rule__customer=customer).select_related("rule")
    return Section(
        key="refill-decisions",
        title=_("Last decisions of automatic refill"),
        headers=[_("When"), _("Balance"), _("What the customer reads")],
        rows=[_note_row(note) for note in notes.order_by("-pk")[:ROWS_MAX]],
        nothing=_("Nothing was decided yet."),
        links=[all_of(customer, "payments_refillnote", _("All decisions"))],
    )


def _note_row(note: RefillNote) -> list[Cell]:
    times = f" ({note.times} ×)" if note.times > 1 else ""
    return [
        Cell(time_text(note.last_at)),
        Cell(note.rule.get_purse_display()),
        Cell(f"{note_text(note.code, note.facts, note.rule.currency)}{times}"),
    ]
