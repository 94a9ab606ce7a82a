"""What needs a human: the admin's home page."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from billing.selectors.decisions_waiting import credit_limits_waiting, manual_entries_waiting
from commpeak.lib.count_all import count_all
from payments.models import Payment, WebhookEvent
from payments.models.refill import RefillNote
from payments.refill_reasons import Reason
from payments.selectors.queues import SHOWN_MAX, Queue, WaitingItem
from payments.selectors.refund_queues import refund_queues
from payments.selectors.wire_queues import wire_queues
from payments.states import State

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

# A bank's answer takes seconds; after this long something is wrong.
STUCK_AFTER = timedelta(minutes=15)
GUARD_TOLD_FOR = timedelta(days=1)
_STOPPED_BY = {
    "customer": "REFILLS_PER_CUSTOMER_PER_HOUR_MAX",
    "all": "REFILLS_PER_HOUR_MAX",
}


def staff_queue(*, now: datetime) -> list[Queue]:
    """Every kind of work, also the empty ones; two queries each."""
    return [
        *wire_queues(now=now),
        _payments(
            _("Payments to review"),
            _("What came is not what was asked for. Nothing is credited until you decide."),
            Payment.objects.exclude(needs_review=""),
            "?needs_review=yes",
        ),
        _payments(
            _("Payments stuck over 15 minutes"),
            _("The gateway has not said how they ended. Ask it again, then look at its dashboard."),
            Payment.objects.filter(is_stuck(now), needs_review=""),
            "?stuck=yes",
        ),
        *_decisions(),
        *refund_queues(now=now),
        _failed_messages(),
        _refills_stopped(now),
    ]


def is_stuck(now: datetime) -> Q:
    """Nobody has said for 15 minutes what the payment waits for: neither the gateway, nor we
    ourselves by asking its payer for a code."""
    return Q(
        state__in=[State.CREATED, State.PROCESSING],
        waiting__isnull=True,
        created_at__lt=now - STUCK_AFTER,
    ) & (Q(payer_check=None) | Q(payer_check__confirmed_at__isnull=False))


def _payments(
    title: StrOrPromise, hint: StrOrPromise, payments: QuerySet[Payment], query: str
) -> Queue:
    oldest = payments.select_related("top_up__customer").order_by("created_at")[:SHOWN_MAX]
    items = [
        WaitingItem(
            what=f"{payment.idempotency_key} · {payment.money} · {payment.top_up.customer}",
            why=payment.needs_review or payment.get_state_display(),
            since=payment.created_at,
            url=reverse("admin:payments_payment_change", args=[payment.pk]),
        )
        for payment in oldest
    ]
    all_url = reverse("admin:payments_payment_changelist") + query
    return Queue(
        title,
        hint,
        items,
        count_all(items, payments, shown_max=SHOWN_MAX),
        all_url,
        "payments.view_payment",
    )


def _decisions() -> list[Queue]:
    """For the second person; whoever proposed one sees it here too."""
    return [
        Queue(
            title,
            _("Proposed by a colleague. Look at it, then approve or decline."),
            [WaitingItem(one.what, one.why, one.since, one.url) for one in waiting.items],
            waiting.count,
            waiting.all_url,
            permission,
        )
        for title, waiting, permission in (
            (
                _("Manual entries that wait for a second person"),
                manual_entries_waiting(shown_max=SHOWN_MAX),
                "billing.view_manualentry",
            ),
            (
                _("Credit limits that wait for a second person"),
                credit_limits_waiting(shown_max=SHOWN_MAX),
                "billing.view_creditlimitchange",
            ),
        )
    ]


def _failed_messages() -> Queue:
    failed = WebhookEvent.objects.filter(status=WebhookEvent.Status.FAILED)
    items = [
        WaitingItem(
            what=str(event),
            why=event.last_error,
            since=event.received_at,
            url=reverse("admin:payments_webhookevent_change", args=[event.pk]),
        )
        for event in failed.order_by("received_at")[:SHOWN_MAX]
    ]
    return Queue(
        _("Gateway messages that failed"),
        _("Usually about a payment that is not ours. Process it again once the cause is gone."),
        items,
        count_all(items, failed, shown_max=SHOWN_MAX),
        reverse("admin:payments_webhookevent_changelist") + "?status__exact=failed",
        "payments.view_webhookevent",
    )


def _refills_stopped(now: datetime) -> Queue:
    """By the operator's guard within the last day: what made so many refills fall due?"""
    stopped = RefillNote.objects.filter(code=Reason.GUARD, last_at__gt=now - GUARD_TOLD_FOR)
    items = [
        WaitingItem(
            what=f"{note.rule.customer} · {note.rule.get_purse_display()}",
            why=_STOPPED_BY[note.facts["stopped_by"]],
            since=note.at,
            url=reverse("admin:payments_autorefillrule_change", args=[note.rule.pk]),
        )
        for note in stopped.select_related("rule__customer").order_by("at")[:SHOWN_MAX]
    ]
    return Queue(
        _("Automatic refills stopped by the guard"),
        _(
            "So many within an hour that no more were started. They go on by themselves when it is"
            " over: look whether a switch has gone wild, or raise the setting."
        ),
        items,
        count_all(items, stopped, shown_max=SHOWN_MAX),
        reverse("admin:payments_refillnote_changelist") + "?code__exact=guard",
        "payments.view_refillnote",
    )
