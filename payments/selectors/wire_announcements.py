"""What customers have told us of their wires."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import OuterRef, Prefetch, QuerySet, Subquery

from accounts.models import Customer
from payments.gateways.registry import INTO_OUR_BANK
from payments.gateways.wire.reference import grouped
from payments.models import Payment, TopUp
from payments.models.wire import WireAnnouncement
from payments.selectors.wire_instructions import wire_reference
from payments.states import OPEN


@dataclass(frozen=True, slots=True)
class ExpectedWire:
    """A top-up that waits for a wire; `announcement` is None until the customer has sent it."""

    top_up: TopUp
    reference: str
    announcement: WireAnnouncement | None


def newest_announcement(payment: Payment) -> WireAnnouncement | None:
    return payment.wire_announcements.select_related("proof").order_by("-pk").first()


def expected_wires(customer: Customer, *, count_max: int) -> list[ExpectedWire]:
    """Newest first; two queries."""
    newest_last = Prefetch(
        "wire_announcements", queryset=WireAnnouncement.objects.order_by("pk"), to_attr="said"
    )
    payments = (
        Payment.objects.filter(top_up__customer=customer, gateway__in=INTO_OUR_BANK, state__in=OPEN)
        .select_related("top_up__customer")
        .prefetch_related(newest_last)
        .order_by("-created_at")
    )
    return [
        ExpectedWire(
            top_up=payment.top_up,
            reference=grouped(wire_reference(payment.top_up)),
            announcement=payment.said[-1] if payment.said else None,
        )
        for payment in payments[:count_max]
    ]


def current_announcements() -> QuerySet[WireAnnouncement]:
    """The newest one of each payment that still waits for its wire."""
    newest = WireAnnouncement.objects.filter(payment=OuterRef("payment")).order_by("-pk")
    return WireAnnouncement.objects.filter(
        payment__state__in=OPEN, pk=Subquery(newest.values("pk")[:1])
    )
