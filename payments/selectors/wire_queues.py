"""What waits for staff about wires: files, money in suspense, approvals, wires that are late."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from commpeak.lib.count_all import count_all
from payments.models import Allocation, Receipt, StatementUpload
from payments.selectors.queues import SHOWN_MAX, Queue, WaitingItem
from payments.selectors.wire_announcements import current_announcements

_UNFINISHED = [
    StatementUpload.State.UNMAPPED,
    StatementUpload.State.REFUSED,
    StatementUpload.State.READY,
]
SHOWN_CHARACTERS = 80


def wire_queues(*, now: datetime) -> Sequence[Queue]:
    """Two queries each."""
    return [_in_suspense(), _approvals(), _unfinished_files(), _late_wires(now)]


def _in_suspense() -> Queue:
    waiting = Receipt.objects.filter(open_amount__gt=0)
    items = [
        WaitingItem(
            what=f"{receipt.open_money} · {receipt.line.payer_name or gettext('payer not named')}",
            why=(receipt.line.reference or receipt.line.text)[:SHOWN_CHARACTERS],
            since=receipt.created_at,
            url=reverse("admin:payments_receipt_change", args=[receipt.pk]),
        )
        for receipt in waiting.select_related("line").order_by("booked_on", "pk")[:SHOWN_MAX]
    ]
    return Queue(
        _("Wires in suspense"),
        _("Money that has come and belongs to nobody yet. Those that are certain are ticked."),
        items,
        count_all(items, waiting, shown_max=SHOWN_MAX),
        reverse("admin:payments_receipt_match"),
        "payments.view_receipt",
    )


def _approvals() -> Queue:
    waiting = Allocation.objects.filter(stage=Allocation.Stage.WAITING)
    oldest = waiting.select_related("receipt", "top_up__customer", "proposed_by")
    items = [
        WaitingItem(
            what=str(allocation),
            why=gettext("proposed by %(person)s") % {"person": allocation.proposed_by},
            since=allocation.proposed_at,
            url=reverse("admin:payments_allocation_change", args=[allocation.pk]),
        )
        for allocation in oldest.order_by("proposed_at")[:SHOWN_MAX]
    ]
    return Queue(
        _("Wires that wait for a second person"),
        _("Large amounts. Whoever proposed one cannot confirm it."),
        items,
        count_all(items, waiting, shown_max=SHOWN_MAX),
        reverse("admin:payments_allocation_changelist") + "?stage__exact=waiting",
        "payments.view_allocation",
    )


def _unfinished_files() -> Queue:
    waiting = StatementUpload.objects.filter(state__in=_UNFINISHED)
    items = [
        WaitingItem(
            what=f"{upload.name} · {upload.get_state_display()}",
            why=upload.problem[:SHOWN_CHARACTERS]
            or gettext("%(count)d credits to post") % {"count": upload.credits_count},
            since=upload.uploaded_at,
            url=reverse("admin:payments_statementupload_change", args=[upload.pk]),
        )
        for upload in waiting.order_by("uploaded_at")[:SHOWN_MAX]
    ]
    return Queue(
        _("Statement files that are not finished"),
        _("Read, and neither posted nor discarded."),
        items,
        count_all(items, waiting, shown_max=SHOWN_MAX),
        reverse("admin:payments_statementupload_changelist"),
        "payments.view_statementupload",
    )


def _late_wires(now: datetime) -> Queue:
    """Whole days in UTC: a wire is a matter of days, and staff are somewhere else anyway."""
    late = current_announcements().filter(expected_on__lt=now.date())
    items = [
        WaitingItem(
            what=f"{wire.payment.idempotency_key} · {wire} · {wire.payment.top_up.customer}",
            why=gettext("sent on %(day)s") % {"day": wire.sent_on},
            since=datetime.combine(wire.expected_on, time(), tzinfo=UTC),
            url=reverse("admin:payments_wireannouncement_change", args=[wire.pk]),
        )
        for wire in late.select_related("payment__top_up__customer").order_by("expected_on")[
            :SHOWN_MAX
        ]
    ]
    return Queue(
        _("Wires that are late"),
        _("The customer says that it is sent, and it has not arrived. Look for it at our bank."),
        items,
        count_all(items, late, shown_max=SHOWN_MAX),
        reverse("admin:payments_wireannouncement_changelist") + "?late=yes",
        "payments.view_wireannouncement",
    )
