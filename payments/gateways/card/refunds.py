"""Giving money back by Stripe, once per key. Source: docs.stripe.com/api/refunds."""

from collections.abc import Iterator

import stripe

from payments.gateways.base import GatewayError, RefundOrder
from payments.gateways.card.client import stripe_client
from payments.gateways.card.money import smallest_units
from payments.gateways.card.snapshot import Json

PER_PAGE = 100


def give_back(refund: RefundOrder) -> None:
    """Makes the refund, or finds the one with this key.

    Looked for first, since Stripe keeps an idempotency key for a day only, and after a refusal,
    since somebody may have been faster. Raises stripe.StripeError, or GatewayError when the
    refund was made and then canceled there.
    """
    if not _is_made(refund):
        try:
            _make(refund)
        except stripe.InvalidRequestError:
            if not _is_made(refund):
                raise


def refunds_of(gateway_id: str) -> Iterator[Json]:
    params: stripe.params.RefundListParams = {"payment_intent": gateway_id, "limit": PER_PAGE}
    for refund in stripe_client().v1.refunds.list(params).auto_paging_iter():
        yield refund.to_dict()


def _is_made(refund: RefundOrder) -> bool:
    for made in refunds_of(refund.gateway_id):
        if (made.get("metadata") or {}).get("refund") == refund.key:
            if made["status"] == "canceled":
                raise GatewayError(f"Stripe canceled the refund {made['id']}", permanent=True)
            return True
    return False


def _make(refund: RefundOrder) -> None:
    stripe_client().v1.refunds.create(
        {
            "charge": refund.capture_id,
            "amount": smallest_units(refund.money),
            "reason": "requested_by_customer",
            "metadata": {"refund": refund.key, "payment": refund.payment_key},
        },
        {"idempotency_key": refund.key},
    )
