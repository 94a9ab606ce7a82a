"""Posts what was decided about a wire: out of suspense, to a customer or back to the payer.

credit      suspense −, customer's balance +                      through the settle path
credit in another currency   suspense EUR −, exchange EUR +, exchange USD −, balance USD +
return      suspense −, bank +
"""

from datetime import UTC, datetime, time
from functools import partial

from django.utils.translation import gettext as _

from billing.models import AccountKind, EntryKind
from billing.selectors.customer_account import customer_account
from billing.services.open_internal_account import open_internal_account
from billing.services.post_entry import Line, post_entry
from commpeak.lib.errors import Refused
from commpeak.lib.money import Money
from payments.gateways.base import ObservedFact, Snapshot
from payments.models import Allocation, Payment, PaymentEvent, TopUp
from payments.services.merge_snapshot import merge_snapshot
from payments.services.open_bank_ledger_account import open_bank_ledger_account
from payments.states import FactKind

_NOON = time(12, tzinfo=UTC)  # banks tell the day only


def post_allocation(*, allocation: Allocation, now: datetime) -> None:
    """Posts it and makes it DONE, for the caller who holds the receipt's lock.

    A credit is a fact of the top-up's payment, so that its state, its bonus and the customer's
    mail follow as from any gateway. Raises Refused when that payment is being checked.
    """
    if allocation.kind == Allocation.Kind.RETURN:
        allocation.entry_id = _post_return(allocation, now)
    else:
        _settle(allocation, now)
    allocation.stage = Allocation.Stage.DONE
    allocation.save(
        update_fields=["stage", "entry", "payment", "decided_by", "decided_at", "decision_reason"]
    )


def _settle(allocation: Allocation, now: datetime) -> None:
    assert allocation.top_up is not None and allocation.credited is not None  # noqa: PT018, S101
    payment = _payment_of(allocation.top_up)
    received_at = datetime.combine(allocation.receipt.booked_on, _NOON)
    fact = ObservedFact(
        kind=FactKind.CAPTURE,
        object_id=allocation.fact_id,
        money=allocation.credited,
        occurred_at=received_at,
    )
    key = payment.idempotency_key
    merge_snapshot(
        payment_id=payment.pk,
        snapshot=Snapshot(gateway_id=key, key=key, is_processing=None, facts=(fact,)),
        asked_at=now,
        source=PaymentEvent.Source.STAFF,
        now=now,
        post=partial(_post_credit, allocation=allocation, now=now),
    )
    allocation.payment = payment
    if allocation.entry_id is None:
        raise Refused(_("The payment of this top-up is being checked. Close its review first."))


def _payment_of(top_up: TopUp) -> Payment:
    """The try that is open, else the newest."""
    payments = sorted(top_up.payments.all(), key=lambda payment: payment.pk)
    return next((payment for payment in payments if payment.is_open), payments[-1])


def _post_credit(
    *,
    allocation: Allocation,
    now: datetime,
    payment: Payment,
    kind: FactKind,
    fact: ObservedFact,
    in_suspense: bool,
) -> int:
    top_up = payment.top_up
    balance = customer_account(customer=top_up.customer, purse=top_up.purse_choice).pk
    entry = post_entry(
        source=f"{payment.gateway}:{kind.value}:{fact.object_id}",
        kind=EntryKind.ASSIGNMENT,
        lines=[Line(balance, fact.money), *_out_of_suspense(allocation.money, fact.money)],
        occurred_at=now,
        actor=_actor(allocation),
        memo=f"{top_up.reference} {allocation.receipt.line.payer_name}".strip(),
    )
    allocation.entry_id = entry.entry_id
    return entry.entry_id


def _out_of_suspense(money: Money, credited: Money) -> list[Line]:
    suspense = open_internal_account(kind=AccountKind.SUSPENSE, currency=money.currency)
    if money.currency == credited.currency:
        return [Line(suspense, -money)]
    sold, bought = (
        open_internal_account(kind=AccountKind.EXCHANGE, currency=one.currency)
        for one in (money, credited)
    )
    return [Line(suspense, -money), Line(sold, money), Line(bought, -credited)]


def _post_return(allocation: Allocation, now: datetime) -> int:
    money, receipt = allocation.money, allocation.receipt
    suspense = open_internal_account(kind=AccountKind.SUSPENSE, currency=money.currency)
    bank = open_bank_ledger_account(bank_account=receipt.bank_account, currency=money.currency)
    return post_entry(
        source=f"wire:return:{allocation.pk}",
        kind=EntryKind.RETURNED,
        lines=[Line(suspense, -money), Line(bank, money)],
        occurred_at=now,
        actor=_actor(allocation),
        memo=f"{receipt.line.payer_name} {allocation.return_reference}".strip(),
    ).entry_id


def _actor(allocation: Allocation) -> str:
    return str(allocation.decided_by or allocation.proposed_by)
