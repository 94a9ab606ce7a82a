"""Automatic refills that do nothing any more until the customer acts."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import OuterRef, Q, Subquery
from django.urls import reverse

from accounts.models import Customer
from billing.models import Purse
from payments.models.refill import AutoRefillRule, RefillAttempt
from payments.refill_reasons import Reason
from payments.refill_texts import pause_text

_State = AutoRefillRule.State
_BY_THE_CUSTOMER = [Reason.PAUSED, Reason.PAUSED_BY_LINK]
_STOPPED = Q(state=_State.NEEDS_CONFIRMATION) | (
    Q(state=_State.PAUSED) & ~Q(paused_reason__in=_BY_THE_CUSTOMER)
)


@dataclass(frozen=True, slots=True)
class StoppedRefill:
    """`why_paused` says why and what to do; "" for one that waits to be confirmed. `path` leads
    to where that is done."""

    purse: Purse
    why_paused: str
    path: str


def stopped_refills(customer: Customer) -> list[StoppedRefill]:
    """Paused by something else than the customer, or waiting for a confirmation. One query."""
    confirming = RefillAttempt.objects.filter(
        rule=OuterRef("pk"), state=RefillAttempt.State.CONFIRMING
    )
    stopped = customer.refill_rules.filter(_STOPPED).order_by("pk")
    rows = stopped.annotate(waits_for=Subquery(confirming.values("top_up__reference")[:1]))
    return [
        _stopped(Purse(row["purse"]), row["state"], row["paused_reason"], row["waits_for"])
        for row in rows.values("purse", "state", "paused_reason", "waits_for")
    ]


def _stopped(purse: Purse, state: str, reason: str, waits_for: str | None) -> StoppedRefill:
    if state == _State.PAUSED:
        return StoppedRefill(purse, pause_text(reason), reverse("refill"))
    path = reverse("topup-pay", args=[waits_for]) if waits_for else reverse("refill")
    return StoppedRefill(purse, "", path)
