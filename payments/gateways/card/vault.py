"""Cards kept at Stripe: Customers, SetupIntents, PaymentMethods.

Source: docs.stripe.com/payments/save-and-reuse.
"""

import stripe
from django.conf import settings

from payments.gateways.base import CardForm
from payments.gateways.card.client import stripe_client, stripe_errors
from payments.gateways.card.snapshot import Json, read_setup_intent
from payments.gateways.vault import SetupSnapshot

_NEEDS_CUSTOMER = {"requires_payment_method", "requires_confirmation", "requires_action"}
_ATTEMPTS_READ_MAX = 100  # Stripe's largest page; a setup is ended long before


class CardVaultByStripe:
    """The part of CardGateway that keeps cards; see payments.gateways.vault.CardVault."""

    def open_customer(self, *, key: str, account_number: str) -> str:
        with stripe_errors():
            customer = stripe_client().v1.customers.create(
                {"metadata": {"account_number": account_number}}, {"idempotency_key": key}
            )
        return customer.id

    def start_setup(self, *, key: str, customer_id: str) -> SetupSnapshot:
        with stripe_errors():
            intent = stripe_client().v1.setup_intents.create(
                {
                    "customer": customer_id,
                    "usage": "off_session",
                    "allowed_payment_method_types": ["card"],
                    "metadata": {"setup": key},
                },
                {"idempotency_key": key},
            )
        return _snapshot(intent.to_dict())

    def fetch_setup(self, gateway_id: str) -> SetupSnapshot:
        with stripe_errors():
            intent = stripe_client().v1.setup_intents.retrieve(
                gateway_id, {"expand": ["payment_method"]}
            )
            refused = _refused(intent.to_dict())
        return _snapshot(intent.to_dict(), refused)

    def cancel_setup(self, gateway_id: str) -> SetupSnapshot:
        with stripe_errors():
            try:
                stripe_client().v1.setup_intents.cancel(gateway_id)
            except stripe.InvalidRequestError as error:
                if error.code != "setup_intent_unexpected_state":
                    raise
        return self.fetch_setup(gateway_id)

    def forget_card(self, card_id: str) -> None:
        with stripe_errors():
            try:
                stripe_client().v1.payment_methods.detach(card_id)
            except stripe.InvalidRequestError as error:
                if error.http_status not in {400, 404}:  # neither attached nor known any more
                    raise


def _refused(intent: Json) -> tuple[str, ...]:
    """The intent itself tells of the last try only, and forgets it when the next one begins."""
    if not intent.get("latest_attempt"):
        return ()
    attempts = stripe_client().v1.setup_attempts.list(
        {"setup_intent": intent["id"], "limit": _ATTEMPTS_READ_MAX}
    )
    return tuple(attempt.id for attempt in attempts.data if attempt.status == "failed")


def _snapshot(intent: Json, refused: tuple[str, ...] = ()) -> SetupSnapshot:
    error = intent.get("last_setup_error") or {}
    return SetupSnapshot(
        gateway_id=intent["id"],
        form=_form(intent) if intent["status"] in _NEEDS_CUSTOMER else None,
        card=read_setup_intent(intent),
        refusal=error.get("decline_code") or error.get("code") or "",
        refused=refused,
        is_ended=intent["status"] == "canceled",
    )


def _form(intent: Json) -> CardForm:
    return CardForm(
        client_secret=intent["client_secret"],
        publishable_key=settings.STRIPE_PUBLISHABLE_KEY,
        script_url=settings.STRIPE_JS_URL,
    )
