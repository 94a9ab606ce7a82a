"""What staff have to do about money that goes back."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import F, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from commpeak.lib.count_all import count_all
from commpeak.lib.template_filters import day_text, money_text
from payments.models import GatewayDay, Payment, Refund
from payments.refund_states import RefundState
from payments.selectors.queues import SHOWN_MAX, Queue, WaitingItem
from payments.states import State

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

# Giving money back takes a gateway seconds, and a bank behind it some days at most.
UNANSWERED_AFTER = timedelta(hours=1)
SENT_AFTER = timedelta(days=5)
# What failed longer ago has been dealt with, or asked for again.
FAILED_SHOWN_FOR = timedelta(days=14)


def refund_queues(*, now: datetime) -> list[Queue]:
    """Disputes by the date of our answer, requests to decide, refunds and days that went wrong."""
    return [_disputes(), _to_decide(), _gone_wrong(now), _days_that_differ()]


def _disputes() -> Queue:
    disputed = Payment.objects.filter(state=State.DISPUTED)
    soonest = disputed.select_related("top_up__customer").order_by(
        F("answer_by").asc(nulls_last=True), "pk"
    )
    items = [
        WaitingItem(
            what=f"{payment.idempotency_key} · {payment.money} · {payment.top_up.customer}",
            why=_when(payment),
            since=payment.created_at,
            url=reverse("admin:payments_payment_change", args=[payment.pk]),
        )
        for payment in soonest[:SHOWN_MAX]
    ]
    return Queue(
        _("Disputed payments"),
        _("Answer in the gateway's dashboard before the date, or the money is lost."),
        items,
        count_all(items, disputed, shown_max=SHOWN_MAX),
        reverse("admin:payments_payment_changelist") + "?state__exact=disputed",
        "payments.view_payment",
    )


def _when(payment: Payment) -> str:
    if payment.answer_by is None:
        return _("The bank decides; nothing to answer now.")
    return _("Answer by %(day)s") % {"day": day_text(payment.answer_by)}


def _to_decide() -> Queue:
    return _refunds(
        _("Refund requests"),
        _("Approve or decline each; the customer gets an e-mail."),
        Refund.objects.filter(state=RefundState.REQUESTED),
        "?state__exact=requested",
    )


def _gone_wrong(now: datetime) -> Queue:
    unanswered = Q(sent_at=None, decided_at__lt=now - UNANSWERED_AFTER)
    under_way = Q(sent_at__lt=now - SENT_AFTER)
    failed = Q(state=RefundState.FAILED, decided_at__gt=now - FAILED_SHOWN_FOR)
    return _refunds(
        _("Refunds that did not go through"),
        _("Failed, or approved and not proven by the gateway in time. Look at its dashboard."),
        Refund.objects.filter(failed | Q(state=RefundState.APPROVED) & (unanswered | under_way)),
        "?state__exact=failed",
    )


def _refunds(
    title: StrOrPromise, hint: StrOrPromise, refunds: QuerySet[Refund], query: str
) -> Queue:
    oldest = refunds.select_related("payment__top_up__customer").order_by("created_at")
    items = [
        WaitingItem(
            what=f"{refund.reference} · {refund.money} · {refund.payment.top_up.customer}",
            why=refund.last_error or refund.comment or refund.get_reason_display(),
            since=refund.created_at,
            url=reverse("admin:payments_refund_change", args=[refund.pk]),
        )
        for refund in oldest[:SHOWN_MAX]
    ]
    all_url = reverse("admin:payments_refund_changelist") + query
    return Queue(
        title,
        hint,
        items,
        count_all(items, refunds, shown_max=SHOWN_MAX),
        all_url,
        "payments.view_refund",
    )


def _days_that_differ() -> Queue:
    differ = GatewayDay.objects.filter(difference_count__gt=0)
    items = [
        WaitingItem(
            what=str(row),
            why=_("Difference %(amount)s in %(count)s rows")
            % {"amount": money_text(row.difference), "count": row.difference_count},
            since=row.checked_at,
            url=reverse("admin:payments_gatewayday_change", args=[row.pk]),
        )
        for row in differ.order_by("-day", "pk")[:SHOWN_MAX]
    ]
    return Queue(
        _("Gateway days that differ from our books"),
        _("What is missing here is being fetched. Check again; what stays needs a look."),
        items,
        count_all(items, differ, shown_max=SHOWN_MAX),
        reverse("admin:payments_gatewayday_changelist") + "?differs=yes",
        "payments.view_gatewayday",
    )
