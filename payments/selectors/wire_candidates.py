"""Whose wires may be: what the books know, handed to payments.matching."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import reduce
from operator import or_

from django.db.models import Max, Prefetch, Q, QuerySet

from accounts.models import Customer
from billing.models import Purse
from payments.gateways.registry import INTO_OUR_BANK
from payments.gateways.wire.reference import WireReference
from payments.matching.base import (
    Announcement,
    Candidate,
    ExpectedTopUp,
    KnownCustomer,
    KnownPayer,
    Wire,
)
from payments.matching.look_ups import LookUps, look_ups_for
from payments.matching.matcher import Matcher
from payments.models import Allocation, Payment, StatementLine, TopUp, WireAnnouncement
from payments.selectors.top_up_currency import top_up_currency
from payments.states import OPEN, PAID

# Open top-ups by wire, the newest: whoever asked earlier and pays now names a reference, by which
# it is found all the same.
OPEN_MAX = 20_000


def candidates_of(lines: Sequence[StatementLine]) -> dict[int, list[Candidate]]:
    """By line id, best first; every line has a list. Six queries for any number of lines.

    A candidate's `payment_id` is the try that the money would be booked on.
    """
    wires = {line.pk: _wire(line) for line in lines if line.money and line.booked_on}
    look_ups = look_ups_for(wires.values())
    payments, payers = [*_open_payments(), *_named_payments(look_ups)], _payers(look_ups)
    numbers = look_ups.account_numbers | {payer.account_number for payer in payers}
    customers = _customers(numbers, {payment.top_up.customer_id for payment in payments})
    matcher = Matcher([_expected(payment) for payment in payments], customers, payers)
    return {pk: matcher.candidates(wire) for pk, wire in wires.items()}


def sure_top_ups(lines: Sequence[StatementLine]) -> dict[int, int]:
    """By line id, the id of the top-up that the line's reference names beyond doubt."""
    sure = {
        pk: found[0].payment_id
        for pk, found in candidates_of(lines).items()
        if found and found[0].is_sure and found[0].payment_id
    }
    payments = Payment.objects.filter(pk__in=sure.values())
    top_ups = dict(payments.values_list("pk", "top_up_id"))
    return {pk: top_ups[payment_id] for pk, payment_id in sure.items()}


def _wire(line: StatementLine) -> Wire:
    money, day = line.money, line.booked_on
    if money is None or day is None:
        raise ValueError(f"line {line.pk} is no credit")
    return Wire(
        money=money,
        booked_on=day,
        payer_name=line.payer_name,
        payer_account=line.payer_account,
        reference=line.reference,
        end_to_end_id=line.end_to_end_id,
        text=line.text,
    )


def _payments() -> QuerySet[Payment]:
    newest_last = Prefetch(
        "wire_announcements", queryset=WireAnnouncement.objects.order_by("pk"), to_attr="said"
    )
    return (
        Payment.objects.filter(gateway__in=INTO_OUR_BANK)
        .select_related("top_up__customer")
        .prefetch_related(newest_last)
        .order_by("-pk")
    )


def _open_payments() -> Iterable[Payment]:
    return _payments().filter(state__in=OPEN)[:OPEN_MAX]


def _named_payments(look_ups: LookUps) -> Iterable[Payment]:
    """The newest try of each top-up that is over and that a wire names."""
    named = [_of_reference(reference) for reference in look_ups.references]
    if look_ups.top_up_names:
        named.append(Q(reference__in=look_ups.top_up_names))
    if not named:
        return []
    over = TopUp.objects.filter(reduce(or_, named)).exclude(payments__state__in=OPEN)
    newest = over.annotate(payment_id=Max("payments__pk")).values("payment_id")
    return _payments().filter(pk__in=newest)


def _of_reference(reference: WireReference) -> Q:
    return Q(
        customer__account_number=reference.account_number,
        purse=reference.purse,
        number=reference.number,
    )


def _expected(payment: Payment) -> ExpectedTopUp:
    top_up = payment.top_up
    said = payment.said[-1] if payment.said else None  # type: ignore[attr-defined]
    return ExpectedTopUp(
        payment_id=payment.pk,
        name=top_up.reference,
        account_number=top_up.customer.account_number,
        purse=top_up.purse,
        number=top_up.number,
        money=payment.money,
        is_open=payment.is_open,
        is_paid=payment.state in PAID,
        announcement=Announcement(said.payer_name, said.money, said.sent_on) if said else None,
    )


def _customers(numbers: Iterable[str], expected_ids: set[int]) -> Iterable[KnownCustomer]:
    customers = Customer.objects.filter(Q(account_number__in=numbers) | Q(pk__in=expected_ids))
    for customer in customers:
        currencies = {purse: top_up_currency(customer, purse) for purse in Purse}
        yield KnownCustomer(
            account_number=customer.account_number,
            names=tuple(filter(None, [customer.company_name, customer.name])),
            purses=tuple((purse.value, money) for purse, money in currencies.items() if money),
        )


def _payers(look_ups: LookUps) -> list[KnownPayer]:
    """Whose wires from the same account were credited, and not undone."""
    whose = ("top_up__customer__account_number", "top_up__purse")
    paid_before = (
        Allocation.objects.filter(
            receipt__line__payer_account__in=look_ups.payer_accounts,
            kind=Allocation.Kind.CREDIT,
            stage=Allocation.Stage.DONE,
        )
        .values_list("receipt__line__payer_account", *whose)
        .annotate(last_on=Max("receipt__booked_on"))
    )
    return [KnownPayer(*row) for row in paid_before]
