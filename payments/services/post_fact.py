"""Posts one certain fact about a payment to the ledger."""

from billing.models import AccountKind, EntryKind
from billing.selectors.customer_account import customer_account
from billing.services.open_internal_account import open_internal_account
from billing.services.post_gateway_money import post_gateway_money
from payments.gateways.base import ObservedFact
from payments.models import Payment
from payments.states import FactKind

_POSTED_AS = {
    FactKind.CAPTURE: EntryKind.TOP_UP,
    FactKind.PARKED: EntryKind.SUSPENSE,
    FactKind.REFUND: EntryKind.REFUND,
    FactKind.REFUND_FAILED: EntryKind.REFUND_FAILED,
    FactKind.DISPUTE: EntryKind.DISPUTE,
    FactKind.DISPUTE_WON: EntryKind.DISPUTE_WON,
}


def post_fact(
    *, payment: Payment, kind: FactKind, fact: ObservedFact, in_suspense: bool
) -> int | None:
    """The journal entry's id, or None for a lost dispute: its money went when it was opened.

    `in_suspense` books it against suspense: the money was never credited to the customer.

    The entry's source is the gateway's own object id, so a second call posts nothing new.
    Must run inside the transaction that records the fact.
    """
    if kind is FactKind.DISPUTE_LOST:
        return None
    return post_gateway_money(
        kind=_POSTED_AS[kind],
        account_id=_account_id(payment, fact, in_suspense=in_suspense),
        money=fact.money,
        gateway=payment.gateway,
        source=f"{payment.gateway}:{kind.value}:{fact.object_id}",
        occurred_at=fact.occurred_at,
        actor=f"gateway:{payment.gateway}",
        memo=f"{payment.top_up.reference} {payment.instrument}".strip(),
    ).entry_id


def _account_id(payment: Payment, fact: ObservedFact, *, in_suspense: bool) -> int:
    if in_suspense:
        return open_internal_account(kind=AccountKind.SUSPENSE, currency=fact.money.currency)
    top_up = payment.top_up
    return customer_account(customer=top_up.customer, purse=top_up.purse_choice).pk
