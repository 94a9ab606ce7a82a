"""A search's answer, as staff read it and as a customer does."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Customer
from commpeak.lib.template_filters import money_text
from payments.models import Payment
from payments.selectors.deciding_payment import deciding_payment
from payments.selectors.find_payment.found import Found
from payments.selectors.find_payment.next_step import next_step
from payments.selectors.find_payment.search import Search
from payments.selectors.support.section import Cell
from payments.selectors.support.state_words import state_cell
from payments.selectors.top_up_progress import TopUpProgress, top_up_progress

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True, slots=True)
class Answer:
    """`payment` is there for a top-up; `progress` for a single one."""

    found: Found
    payment: Payment | None = None
    cell: Cell | None = None
    next_step: StrOrPromise = ""
    progress: TopUpProgress | None = None


def answers(result: Search, *, now: datetime) -> list[Answer]:
    """No query, but the steps of a single top-up: six more."""
    is_single = len(result.found) == 1
    return [_answer(found, now, with_steps=is_single) for found in result.found]


def _answer(found: Found, now: datetime, *, with_steps: bool) -> Answer:
    if found.receipt:
        left = _("In suspense: %(amount)s") % {"amount": money_text(found.receipt.open_money)}
        return Answer(found, cell=Cell(left, tone="warn"), next_step=_WHOSE)
    if found.top_up is None:
        return Answer(found)
    payment = deciding_payment(found.top_up)
    payment.top_up = found.top_up
    return Answer(
        found=found,
        payment=payment,
        cell=state_cell(payment),
        next_step=next_step(payment, now=now),
        progress=top_up_progress(found.top_up) if with_steps else None,
    )


_WHOSE = gettext_lazy("Find out whose it is, and credit it from the wire's page.")


def case_text(result: Search) -> str:
    """A note for the customer's page: what was looked for and that it was not there."""
    looked_for = "; ".join(map(str, result.looked_for)) or _("nothing that could be read")
    return _("Payment not found. Told by the customer: %(typed)s\nLooked for: %(looked_for)s") % {
        "typed": result.typed.text,
        "looked_for": looked_for,
    }


def message_to_support(result: Search, customer: Customer) -> tuple[str, str]:
    """Subject and text of a customer's message, with what we need to look further."""
    subject = _("I paid, where is it? Account %(number)s") % {"number": customer.account_number}
    text = _(
        "I cannot find this payment: %(typed)s\n\n"
        "Account number: %(number)s\n"
        "Amount and currency: \n"
        "Day on which I paid: \n"
        "How I paid (card, PayPal, crypto, wire): \n"
        "Name of the payer: \n"
    ) % {"typed": result.typed.text, "number": customer.account_number}
    return subject, text
