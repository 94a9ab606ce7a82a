"""Our orders as Stripe Payment Intents. Source: docs.stripe.com/api/payment_intents."""

from collections.abc import Iterator, Mapping
from datetime import datetime

import stripe
from django.conf import settings
from stripe.params import PaymentIntentCreateParams

from payments.gateways.base import (
    LocalDefaults,
    Notification,
    ObservedFact,
    Order,
    RefundOrder,
    Snapshot,
)
from payments.gateways.card.client import stripe_client, stripe_errors
from payments.gateways.card.events import check_signature, payment_intent_of, read_event
from payments.gateways.card.money import smallest_units
from payments.gateways.card.movements import movements
from payments.gateways.card.profile import PROFILE
from payments.gateways.card.refunds import give_back, refunds_of
from payments.gateways.card.snapshot import Json, read_payment_intent
from payments.gateways.card.vault import CardVaultByStripe

EVENTS_PER_PAGE = 100


class CardGateway(CardVaultByStripe, LocalDefaults):
    code = "card"
    profile = PROFILE

    def is_configured(self) -> bool:
        return bool(settings.STRIPE_SECRET_KEY and settings.STRIPE_WEBHOOK_SECRETS)

    def start(self, order: Order) -> Snapshot:
        with stripe_errors():
            try:
                intent = _create(order)
            except stripe.CardError as error:
                return read_payment_intent(_refused_intent(error))
            except stripe.APIError as error:
                # Stripe replays its own failure for the same key, whether it had made the
                # intent or not (docs.stripe.com/error-low-level): only a look tells
                found = _search(order.key)
                if found is None:
                    raise error from None
                intent = found
        return read_payment_intent(intent.to_dict())

    def fetch(self, gateway_id: str) -> Snapshot:
        with stripe_errors():
            intent = stripe_client().v1.payment_intents.retrieve(
                gateway_id, {"expand": ["latest_charge"]}
            )
            charge = intent.latest_charge
            if not isinstance(charge, stripe.Charge):
                return read_payment_intent(intent.to_dict())
            # also when nothing is refunded now: what was may have failed since
            refunds = list(refunds_of(gateway_id)) if charge.amount_captured else []
            disputes = _disputes(gateway_id) if charge.disputed else []
        return read_payment_intent(intent.to_dict(), refunds=refunds, disputes=disputes)

    def find_charge(self, key: str) -> Snapshot | None:
        with stripe_errors():
            found = _search(key)
        return self.fetch(found.id) if found else None

    def cancel(self, gateway_id: str, *, by_customer: bool) -> Snapshot:
        with stripe_errors():
            try:
                stripe_client().v1.payment_intents.cancel(
                    gateway_id,
                    {
                        "cancellation_reason": "requested_by_customer"
                        if by_customer
                        else "abandoned"
                    },
                )
            except stripe.InvalidRequestError as error:
                if error.code != "payment_intent_unexpected_state":
                    raise  # otherwise it was paid or canceled meanwhile: the truth decides
        return self.fetch(gateway_id)

    def refund(self, refund: RefundOrder) -> Snapshot:
        with stripe_errors():
            give_back(refund)
        return self.fetch(refund.gateway_id)

    def verify(self, headers: Mapping[str, str], body: bytes) -> Notification:
        check_signature(headers.get("Stripe-Signature", ""), body)
        return read_event(body)

    def remote_updates(self, since: datetime) -> Iterator[str]:
        with stripe_errors():
            events = stripe_client().v1.events.list(
                {"created": {"gte": int(since.timestamp())}, "limit": EVENTS_PER_PAGE}
            )
            for event in events.auto_paging_iter():
                if intent_id := payment_intent_of(event.to_dict()):
                    yield intent_id

    def movements(self, since: datetime, until: datetime) -> Iterator[ObservedFact]:
        with stripe_errors():
            yield from movements(since, until)


def _create(order: Order) -> stripe.PaymentIntent:
    params: PaymentIntentCreateParams = {
        "amount": smallest_units(order.money),
        "currency": order.money.currency.lower(),
        "allowed_payment_method_types": ["card"],
        "description": order.description,
        "metadata": {
            "payment": order.key,
            "reference": order.reference,
            "account_number": order.account_number,
        },
    }
    if order.saved_card:
        params["customer"] = order.saved_card.customer_id
        params["payment_method"] = order.saved_card.card_id
        params["off_session"] = params["confirm"] = True
        params["expand"] = ["latest_charge"]
    elif order.keep_card_for:
        params["customer"] = order.keep_card_for
        params["setup_future_usage"] = "off_session"
    return stripe_client().v1.payment_intents.create(params, {"idempotency_key": order.key})


def _refused_intent(error: stripe.CardError) -> Json:
    """A charge that the bank refuses is answered 402, with the intent inside the error
    (docs.stripe.com/api/errors). It exists, and waits for another card or for its owner."""
    body = error.json_body if isinstance(error.json_body, dict) else {}
    intent = (body.get("error") or {}).get("payment_intent")
    if not isinstance(intent, dict):
        raise error
    return intent


def _search(key: str) -> stripe.PaymentIntent | None:
    """Stripe finds an intent about a minute after it was made, on a bad day an hour; until then
    there is none."""
    found = stripe_client().v1.payment_intents.search({"query": f"metadata['payment']:'{key}'"})
    return next(iter(found.data), None)


def _disputes(gateway_id: str) -> list[Json]:
    disputes = stripe_client().v1.disputes.list({"payment_intent": gateway_id})
    return [dispute.to_dict() for dispute in disputes.auto_paging_iter()]
