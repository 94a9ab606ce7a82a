"""Manual entries and credit limits that wait for a second person."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from accounts.models import StaffDecision
from billing.models import CreditLimitChange, ManualEntry
from commpeak.lib.count_all import count_all


@dataclass(frozen=True, slots=True)
class WaitingDecision:
    """For the admin's first page: what, why, since when, and where it is decided."""

    what: str
    why: str
    since: datetime
    url: str


@dataclass(frozen=True, slots=True)
class WaitingDecisions:
    """The oldest of one kind, how many there are in all, and where the rest is."""

    items: list[WaitingDecision]
    count: int
    all_url: str


def manual_entries_waiting(*, shown_max: int) -> WaitingDecisions:
    waiting = ManualEntry.objects.filter(stage=StaffDecision.Stage.WAITING)
    rows = waiting.select_related("account__customer", "proposed_by").order_by("proposed_at")
    items = _items(rows[:shown_max], "manualentry")
    return WaitingDecisions(
        items, count_all(items, waiting, shown_max=shown_max), _all("manualentry")
    )


def credit_limits_waiting(*, shown_max: int) -> WaitingDecisions:
    waiting = CreditLimitChange.objects.filter(stage=StaffDecision.Stage.WAITING)
    rows = waiting.select_related("account__customer", "proposed_by").order_by("proposed_at")
    items = _items(rows[:shown_max], "creditlimitchange")
    return WaitingDecisions(
        items, count_all(items, waiting, shown_max=shown_max), _all("creditlimitchange")
    )


def _items(rows: Iterable[ManualEntry | CreditLimitChange], model: str) -> list[WaitingDecision]:
    return [
        WaitingDecision(
            what=f"{row} · {row.account.customer}",
            why=f"{row.proposed_by}: {row.reason}",
            since=row.proposed_at,
            url=reverse(f"admin:billing_{model}_change", args=[row.pk]),
        )
        for row in rows
    ]


def _all(model: str) -> str:
    return reverse(f"admin:billing_{model}_changelist") + "?stage__exact=waiting"
