"""The status page of a top-up: done, now and next, in the customer's words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from commpeak.lib.template_filters import money_text
from payments.decline_texts import decline_text
from payments.models import Payment, PaymentFact, TopUp
from payments.states import FactKind, State

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

Tone = Literal["good", "wait", "warn", "bad"]


@dataclass(frozen=True, slots=True)
class Step:
    state: Literal["done", "now", "next", "bad"]
    title: str
    text: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class TopUpProgress:
    """`is_final` is False while the page should look again by itself."""

    headline: str
    tone: Tone
    steps: list[Step]
    is_final: bool
    can_pay: bool
    can_retry: bool
    is_paid: bool


_HEADLINES: dict[State, tuple[StrOrPromise, Tone]] = {
    State.CREATED: (gettext_lazy("Waiting for your card"), "wait"),
    State.AWAITING_CUSTOMER: (gettext_lazy("Waiting for your card"), "wait"),
    State.PROCESSING: (gettext_lazy("Your bank is confirming the payment"), "wait"),
    State.SUCCEEDED: (gettext_lazy("Paid"), "good"),
    State.PARTIALLY_REFUNDED: (gettext_lazy("Paid, partly refunded"), "good"),
    State.REFUNDED: (gettext_lazy("Refunded"), "warn"),
    State.DISPUTED: (gettext_lazy("Disputed at your bank"), "bad"),
    State.CHARGED_BACK: (gettext_lazy("Taken back by your bank"), "bad"),
    State.FAILED: (gettext_lazy("The payment could not be started"), "bad"),
    State.CANCELED: (gettext_lazy("Canceled, nothing was charged"), "warn"),
    State.EXPIRED: (gettext_lazy("Not paid in time, nothing was charged"), "warn"),
}
_IN_REVIEW: tuple[StrOrPromise, Tone] = (gettext_lazy("We are checking this payment"), "warn")


def top_up_progress(top_up: TopUp) -> TopUpProgress:
    """Never says paid before the ledger does: "paid" is a fact with a journal entry."""
    payment = top_up.payments.latest("pk")
    in_review = bool(payment.needs_review) and not payment.is_paid
    headline, tone = _IN_REVIEW if in_review else _HEADLINES[State(payment.state)]
    return TopUpProgress(
        headline=str(headline),
        tone=tone,
        steps=_steps(top_up, payment, in_review),
        is_final=in_review or not payment.is_open,
        can_pay=payment.state in {State.CREATED, State.AWAITING_CUSTOMER} and not in_review,
        can_retry=payment.is_dead and not in_review,
        is_paid=payment.is_paid,
    )


def _steps(top_up: TopUp, payment: Payment, in_review: bool) -> list[Step]:
    facts = list(payment.facts.order_by("occurred_at", "pk"))
    capture = next((fact for fact in facts if fact.kind == FactKind.CAPTURE), None)
    asked = _("You asked for %(amount)s on %(purse)s") % {
        "amount": money_text(top_up.money),
        "purse": top_up.get_purse_display(),
    }
    return [
        Step("done", asked, at=top_up.created_at),
        _payment_step(payment, capture, in_review),
        _credit_step(top_up, payment, capture),
        *(_later_step(fact) for fact in facts if fact.kind in _LATER),
    ]


def _payment_step(payment: Payment, capture: PaymentFact | None, in_review: bool) -> Step:
    if capture:
        paid_with = _("Paid with %(card)s") % {"card": payment.instrument or _("your card")}
        return Step("done", paid_with, at=capture.occurred_at)
    if in_review:
        text = _(
            "Something does not match what we asked for. Our staff looks at it within one "
            "working day; you need not do anything."
        )
        return Step("now", _("Checked by our staff"), text)
    if payment.is_dead:
        return Step("bad", str(_HEADLINES[State(payment.state)][0]), _why(payment))
    if payment.state == State.PROCESSING:
        return Step("now", _("Your bank confirms the payment"), _("Usually within a minute."))
    text = _why(payment) or _("Enter your card and confirm the payment with your bank.")
    return Step("now", _("You pay by card"), text)


def _credit_step(top_up: TopUp, payment: Payment, capture: PaymentFact | None) -> Step:
    title = _("Credited to %(purse)s") % {"purse": top_up.get_purse_display()}
    if capture:
        return Step("done", title, at=capture.created_at)
    text = "" if payment.is_dead else _("At once when the payment is confirmed.")
    return Step("next", title, text)


_LATER = {
    FactKind.REFUND: gettext_lazy("Refunded %(amount)s"),
    FactKind.REFUND_FAILED: gettext_lazy("The refund failed, %(amount)s is back on the balance"),
    FactKind.DISPUTE: gettext_lazy("Your bank took back %(amount)s"),
    FactKind.DISPUTE_WON: gettext_lazy("Your bank returned %(amount)s"),
}


def _later_step(fact: PaymentFact) -> Step:
    title = _LATER[FactKind(fact.kind)] % {"amount": money_text(fact.money)}
    return Step("done", title, at=fact.occurred_at)


def _why(payment: Payment) -> str:
    text = decline_text(payment.declines.last())
    return f"{text.what} {text.next}" if text else ""
