"""Posts one certain fact about a payment to the ledger."""

from datetime import datetime
from typing import TypedDict

from billing.services.credit_failed_refund import credit_failed_refund
from billing.services.credit_top_up import credit_top_up
from billing.services.credit_won_dispute import credit_won_dispute
from billing.services.debit_dispute import debit_dispute
from billing.services.debit_refund import debit_refund
from billing.services.park_in_suspense import park_in_suspense
from commpeak.lib.money import Money
from payments.gateways.base import ObservedFact
from payments.models import Payment
from payments.states import FactKind


class _Common(TypedDict):
    money: Money
    gateway: str
    source: str
    occurred_at: datetime
    actor: str
    memo: str


def post_fact(*, payment: Payment, kind: FactKind, fact: ObservedFact) -> int | None:
    """The journal entry's id, or None for a lost dispute: its money went when it was opened.

    The entry's source is the gateway's own object id, so a second call posts nothing new.
    Must run inside the transaction that records the fact.
    """
    top_up = payment.top_up
    common: _Common = {
        "money": fact.money,
        "gateway": payment.gateway,
        "source": f"{payment.gateway}:{kind.value}:{fact.object_id}",
        "occurred_at": fact.occurred_at,
        "actor": f"gateway:{payment.gateway}",
        "memo": f"{top_up.reference} {payment.instrument}".strip(),
    }
    if kind is FactKind.DISPUTE_LOST:
        return None
    if kind is FactKind.PARKED:
        return park_in_suspense(**common).entry_id
    post = {
        FactKind.CAPTURE: credit_top_up,
        FactKind.REFUND: debit_refund,
        FactKind.REFUND_FAILED: credit_failed_refund,
        FactKind.DISPUTE: debit_dispute,
        FactKind.DISPUTE_WON: credit_won_dispute,
    }[kind]
    return post(customer=top_up.customer, purse=top_up.purse_choice, **common).entry_id
