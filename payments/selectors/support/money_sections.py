"""Sections of the customer page about money on its way: top-ups, wires, money that goes back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import DateTimeField, F, Value
from django.utils.translation import gettext as _

from accounts.models import Customer
from commpeak.lib.money import Money
from commpeak.lib.template_filters import money_text, time_text
from payments.models import Allocation, Payment, Refund, TopUp
from payments.refund_states import REFUND_UNDER_WAY, RefundState
from payments.selectors.deciding_payment import deciding_payment
from payments.selectors.support.section import (
    ROWS_MAX,
    Cell,
    Section,
    all_of,
    change_page,
)
from payments.selectors.support.state_words import state_cell
from payments.selectors.wire_announcements import ExpectedWire, expected_wires
from payments.states import State


def last_top_ups(customer: Customer, now: datetime) -> Section:
    """Two queries."""
    top_ups = customer.top_ups.order_by("-created_at").prefetch_related("payments")
    return Section(
        key="top-ups",
        title=_("Last top-ups"),
        headers=[_("When"), _("Reference"), _("Balance"), _("Amount"), _("Paid with"), _("State")],
        rows=[_top_up_row(top_up) for top_up in top_ups[:ROWS_MAX]],
        nothing=_("Nothing was topped up yet."),
        links=[all_of(customer, "payments_topup", _("All top-ups"))],
    )


def _top_up_row(top_up: TopUp) -> list[Cell]:
    payment = deciding_payment(top_up)
    return [
        Cell(time_text(top_up.created_at)),
        Cell(top_up.reference, change_page("payments_payment", payment.pk)),
        Cell(top_up.get_purse_display()),
        Cell(money_text(top_up.money)),
        Cell(payment.instrument or top_up.method),
        state_cell(payment),
    ]


def wires(customer: Customer, now: datetime) -> Section:
    """Expected ones. Two queries."""
    return Section(
        key="wires",
        title=_("Expected wires"),
        headers=[_("Top-up"), _("Reference"), _("Amount"), _("Sent"), _("Expected by")],
        rows=[_wire_row(wire, now) for wire in expected_wires(customer, count_max=ROWS_MAX)],
        nothing=_("No wire is expected."),
        links=[all_of(customer, "payments_wireannouncement", _("All that was announced"))],
    )


def _wire_row(wire: ExpectedWire, now: datetime) -> list[Cell]:
    said, top_up = wire.announcement, wire.top_up
    name = Cell(top_up.reference, change_page("payments_topup", top_up.pk))
    if said is None:
        asked = Cell(money_text(top_up.money))
        return [name, Cell(wire.reference), asked, Cell(_("Not told yet")), Cell("–")]
    is_late = said.expected_on < now.date()
    return [
        name,
        Cell(wire.reference),
        Cell(money_text(said.money)),
        Cell(f"{said.sent_on}, {said.payer_name}"),
        Cell(str(said.expected_on), tone="warn" if is_late else ""),
    ]


def wires_received(customer: Customer, now: datetime) -> Section:
    """What staff have credited of wires, or propose to. One query."""
    credits_ = Allocation.objects.filter(top_up__customer=customer).order_by("-pk")
    rows = credits_.select_related("receipt__line", "top_up")[:ROWS_MAX]
    return Section(
        key="wires-received",
        title=_("Wires received"),
        headers=[_("Booked"), _("Wire"), _("Payer"), _("For"), _("State")],
        rows=[_received_row(credit) for credit in rows],
        nothing=_("No wire was credited."),
    )


def _received_row(credit: Allocation) -> list[Cell]:
    receipt, top_up = credit.receipt, credit.top_up
    is_done = credit.stage == Allocation.Stage.DONE
    return [
        Cell(str(receipt.booked_on)),
        Cell(money_text(receipt.money), change_page("payments_receipt", receipt.pk)),
        Cell(receipt.line.payer_name or "–"),
        Cell(top_up.reference if top_up else "–"),
        Cell(credit.get_stage_display(), tone="good" if is_done else "warn"),
    ]


def money_going_back(customer: Customer, now: datetime) -> Section:
    """Refunds and disputes that are open. One query."""
    return Section(
        key="going-back",
        title=_("Open refunds and disputes"),
        headers=[_("When"), _("What"), _("Amount"), _("State")],
        rows=[_back_row(row) for row in _disputes(customer).union(_refunds(customer), all=True)],
        nothing=_("Nothing is being refunded or disputed."),
        links=[all_of(customer, "payments_refund", _("All refunds"))],
    )


def _disputes(customer: Customer) -> Any:  # rows of two models are united
    disputed = Payment.objects.filter(top_up__customer=customer, state=State.DISPUTED)
    return disputed.order_by("-pk").values(
        "pk",
        "amount",
        "currency",
        "state",
        "answer_by",
        name=F("idempotency_key"),
        at=F("created_at"),
    )[:ROWS_MAX]


def _refunds(customer: Customer) -> Any:
    under_way = Refund.objects.filter(
        payment__top_up__customer=customer, state__in=REFUND_UNDER_WAY
    )
    nobody_asks = Value(None, output_field=DateTimeField())
    return under_way.order_by("-pk").values(
        "pk",
        "amount",
        "currency",
        "state",
        answer_by=nobody_asks,
        name=F("reference"),
        at=F("created_at"),
    )[:ROWS_MAX]


def _back_row(row: dict[str, Any]) -> list[Cell]:
    is_dispute = row["state"] == State.DISPUTED
    model = "payments_payment" if is_dispute else "payments_refund"
    return [
        Cell(time_text(row["at"])),
        Cell(row["name"], change_page(model, row["pk"])),
        Cell(money_text(Money(row["amount"], row["currency"]))),
        _dispute_state(row["answer_by"]) if is_dispute else _refund_state(row["state"]),
    ]


def _dispute_state(answer_by: datetime | None) -> Cell:
    if answer_by is None:
        return Cell(_("Disputed, the bank decides"), tone="bad")
    return Cell(_("Disputed, answer by %(when)s") % {"when": time_text(answer_by)}, tone="bad")


def _refund_state(state: str) -> Cell:
    return Cell(RefundState(state).label, tone="wait")
