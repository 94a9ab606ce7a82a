"""The status page of a top-up: done, now and next, in the customer's words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from commpeak.lib.money import Money
from commpeak.lib.template_filters import day_text, money_text
from payments import payer_text
from payments.decline_texts import decline_text
from payments.gateways.base import Words
from payments.gateways.registry import INTO_OUR_BANK, gateway_for
from payments.gateways.wire.profile import INSTRUCTIONS_PAGE
from payments.models import Payment, PaymentFact, Receipt, TopUp
from payments.models.payer import PayerCheck
from payments.refund_states import REFUND_UNDER_WAY
from payments.selectors.deciding_payment import deciding_payment
from payments.selectors.is_being_charged import is_being_charged
from payments.selectors.payer_checks import unanswered_payer_check
from payments.selectors.promo_steps import promo_steps
from payments.selectors.seen_wire import seen_step, seen_wire
from payments.selectors.step import Step
from payments.states import FactKind, State
from payments.waiting_texts import seen_text

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

Tone = Literal["good", "wait", "warn", "bad"]


@dataclass(frozen=True, slots=True)
class TopUpProgress:
    """`is_final` is False while the page should look again by itself: not for a wire, which takes
    days. `needs_code` while the payment is held until its payer is confirmed. `details_page` is
    the url name of the page that says how to pay, or ""."""

    headline: str
    tone: Tone
    steps: list[Step]
    is_final: bool
    can_pay: bool
    can_retry: bool
    is_paid: bool
    needs_code: bool
    details_page: str
    can_ask_refund: bool


# what an open payment waits for is said by its gateway
_HEADLINES: dict[State, tuple[StrOrPromise, Tone]] = {
    State.SUCCEEDED: (gettext_lazy("Paid"), "good"),
    State.PARTIALLY_REFUNDED: (gettext_lazy("Paid, partly refunded"), "good"),
    State.REFUNDED: (gettext_lazy("Refunded"), "warn"),
    State.DISPUTED: (gettext_lazy("Disputed"), "bad"),
    State.CHARGED_BACK: (gettext_lazy("Taken back"), "bad"),
    State.FAILED: (gettext_lazy("The payment did not go through"), "bad"),
    State.CANCELED: (gettext_lazy("Canceled, nothing was charged"), "warn"),
    State.EXPIRED: (gettext_lazy("Not paid in time, nothing was charged"), "warn"),
}
_HELD: tuple[StrOrPromise, Tone] = (gettext_lazy("Waiting for your code"), "warn")
_NOT_CONFIRMED: tuple[StrOrPromise, Tone] = (
    gettext_lazy("Not confirmed, nothing was charged"),
    "warn",
)
_CHARGING = gettext_lazy("Waiting for the answer about your saved card")
_IN_REVIEW: tuple[StrOrPromise, Tone] = (gettext_lazy("We are checking this payment"), "warn")


def top_up_progress(top_up: TopUp) -> TopUpProgress:
    """Never says paid before the ledger does: "paid" is a fact with a journal entry."""
    payment = deciding_payment(top_up)
    facts = list(payment.facts.order_by("occurred_at", "pk"))
    in_review = bool(payment.needs_review) and not payment.is_paid
    is_coming = _is_coming(payment)
    check = None if in_review else unanswered_payer_check(payment)
    seen = None if in_review else seen_wire(payment)
    headline, tone = _IN_REVIEW if in_review else _headline(payment, facts, check)
    is_charging = not in_review and is_being_charged(payment)
    if seen:
        headline, tone = _("Arrived at our bank"), "wait"
    elif is_charging:
        headline, tone = _CHARGING, "wait"
    return TopUpProgress(
        headline=str(headline),
        tone=tone,
        steps=_steps(top_up, payment, facts, in_review, check, seen=seen, is_charging=is_charging),
        is_final=in_review
        or not (payment.is_open or is_coming)
        or payment.gateway in INTO_OUR_BANK,
        can_pay=payment.state in {State.CREATED, State.AWAITING_CUSTOMER}
        and not (in_review or is_charging),
        can_retry=payment.is_dead and not (in_review or is_coming),
        is_paid=payment.is_paid,
        needs_code=check is not None and payment.is_open,
        details_page=_details_page(payment) if not in_review else "",
        can_ask_refund=payment.state in {State.SUCCEEDED, State.PARTIALLY_REFUNDED}
        and gateway_for(payment.gateway).profile.refunds,
    )


def _details_page(payment: Payment) -> str:
    is_wire = payment.is_open and payment.gateway in INTO_OUR_BANK
    return INSTRUCTIONS_PAGE if is_wire else ""


def _headline(
    payment: Payment, facts: list[PaymentFact], check: PayerCheck | None
) -> tuple[StrOrPromise, Tone]:
    if check:
        return _HELD if payment.is_open else _NOT_CONFIRMED
    words = _words(payment)
    if payment.is_dead and _is_coming(payment):
        return words.processing, "wait"
    match State(payment.state):
        case State.PROCESSING:
            return words.processing, "wait"
        case State.CREATED | State.AWAITING_CUSTOMER:
            return words.waiting, "wait"
        case State.SUCCEEDED if _received(payment, facts) < payment.money:
            return _("Paid in part"), "warn"
        case state:
            return _HEADLINES[state]


def _words(payment: Payment) -> Words:
    return gateway_for(payment.gateway).profile.words


def _is_coming(payment: Payment) -> bool:
    """Money is seen and not certain yet, perhaps for one that has expired or was paid in part."""
    return bool(payment.waiting_for and payment.waiting_for.received)


def _received(payment: Payment, facts: list[PaymentFact]) -> Money:
    return sum((fact.money for fact in _standing(facts)), Money.zero(payment.currency))


def _standing(facts: list[PaymentFact]) -> list[PaymentFact]:
    """What was credited and not undone by our staff."""
    undone = {fact.object_id for fact in facts if fact.kind == FactKind.CORRECTED}
    return [
        fact for fact in facts if fact.kind == FactKind.CAPTURE and fact.object_id not in undone
    ]


def _steps(
    top_up: TopUp,
    payment: Payment,
    facts: list[PaymentFact],
    in_review: bool,
    check: PayerCheck | None,
    *,
    seen: Receipt | None,
    is_charging: bool,
) -> list[Step]:
    captures = _standing(facts)
    asked = _("You asked for %(amount)s on %(purse)s") % {
        "amount": money_text(top_up.money),
        "purse": top_up.get_purse_display(),
    }
    return [
        Step("done", asked, at=top_up.created_at),
        _charging() if is_charging else _now(payment, captures, in_review, check, seen),
        *_credit_steps(top_up, payment, captures),
        *promo_steps(top_up, payment),
        *(_later_step(fact) for fact in facts if fact.kind in _LATER),
        *_open_steps(payment),
    ]


def _charging() -> Step:
    text = _(
        "You need not do anything: what was charged is credited, and nothing is charged twice."
    )
    return Step("now", str(_CHARGING), text)


def _now(
    payment: Payment,
    captures: list[PaymentFact],
    in_review: bool,
    check: PayerCheck | None,
    seen: Receipt | None,
) -> Step:
    if seen:
        return seen_step(seen)
    return _payer_step(payment, check) if check else _payment_step(payment, captures, in_review)


def _payment_step(payment: Payment, captures: list[PaymentFact], in_review: bool) -> Step:
    words = _words(payment)
    if captures:
        paid_with = _("Paid with %(means)s") % {"means": payment.instrument or words.name}
        return Step("done", paid_with, at=captures[0].occurred_at)
    if payment.is_paid:  # parked, and given back
        text = _("It was not what we asked for, so it was never credited.")
        return Step("done", _("A payment arrived"), text)
    if in_review:
        text = _(
            "Something does not match what we asked for. Our staff looks at it within one "
            "working day; you need not do anything."
        )
        return Step("now", _("Checked by our staff"), text)
    if payment.state == State.PROCESSING or (payment.is_dead and _is_coming(payment)):
        return Step("now", str(words.processing), _under_way(payment))
    if payment.is_dead:
        return Step("bad", str(_HEADLINES[State(payment.state)][0]), _why_over(payment))
    seen = _under_way(payment) if _is_coming(payment) else ""
    return Step("now", str(words.paying), _why(payment) or seen or str(words.paying_how))


def _payer_step(payment: Payment, check: PayerCheck) -> Step:
    if payment.is_open:
        return Step("now", payer_text.asked(check), payer_text.why(check))
    return Step("bad", str(_NOT_CONFIRMED[0]), payer_text.ended(check))


def _under_way(payment: Payment) -> str:
    """Why it is not certain yet, and by when it should be, as far as the gateway tells."""
    words, waiting = _words(payment), payment.waiting_for
    if waiting is None:
        return str(words.processing_how)
    text = f"{seen_text(waiting)} {_reason(payment, default=words.processing_how)}".strip()
    if waiting.expected_by:
        day = _("Expected by %(day)s.") % {"day": day_text(waiting.expected_by)}
        text = f"{text} {day}"
    return text


def _reason(payment: Payment, *, default: StrOrPromise) -> str:
    reason = payment.waiting_for.reason if payment.waiting_for else ""
    return str(_words(payment).reasons.get(reason, default))


def _credit_steps(top_up: TopUp, payment: Payment, captures: list[PaymentFact]) -> Iterator[Step]:
    """One for each amount that arrived, since a payer may send it in parts."""
    title = _("Credited to %(purse)s") % {"purse": top_up.get_purse_display()}
    for capture in captures:
        is_whole = capture.money == top_up.money
        text = "" if is_whole else _("%(amount)s arrived.") % {"amount": money_text(capture.money)}
        yield Step("done", title, text, at=capture.created_at)
    if captures and _is_coming(payment):
        yield Step("now", str(_words(payment).processing), _under_way(payment))
    if not captures and not payment.is_paid:
        text = "" if payment.is_dead else _("At once when the payment is confirmed.")
        yield Step("next", title, text)


_LATER = {
    FactKind.CORRECTED: gettext_lazy("%(amount)s was credited here by mistake and taken out again"),
    FactKind.REFUND: gettext_lazy("Refunded %(amount)s"),
    FactKind.REFUND_FAILED: gettext_lazy("The refund failed, %(amount)s is back on the balance"),
    FactKind.DISPUTE: gettext_lazy("%(amount)s was taken back: the payment is disputed"),
    FactKind.DISPUTE_WON: gettext_lazy("%(amount)s came back: the dispute is settled"),
    FactKind.DISPUTE_LOST: gettext_lazy("%(amount)s stays with your bank: the dispute is closed"),
}


def _later_step(fact: PaymentFact) -> Step:
    title = _LATER[FactKind(fact.kind)] % {"amount": money_text(fact.money)}
    return Step("done", title, at=fact.occurred_at)


def _open_steps(payment: Payment) -> Iterator[Step]:
    """What goes on after the payment: a dispute, and refunds that no fact proves yet."""
    if payment.state == State.DISPUTED:
        text = _("Nothing you need to do here. If you did not dispute it, please ask your bank.")
        yield Step("now", _("The bank decides about the dispute"), text)
    if payment.is_paid:
        for refund in payment.refunds.filter(state__in=REFUND_UNDER_WAY).order_by("pk"):
            title = _("Refund of %(amount)s") % {"amount": money_text(refund.money)}
            yield Step("now", title, refund.get_state_display(), at=refund.created_at)


def _why_over(payment: Payment) -> str:
    return _why(payment) or _reason(payment, default=_words(payment).over)


def _why(payment: Payment) -> str:
    text = decline_text(payment.declines.last())
    return f"{text.what} {text.next}" if text else ""
