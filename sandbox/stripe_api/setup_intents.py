"""SetupIntents: saving a card for later without taking money."""

from __future__ import annotations

from sandbox.stripe_api.account import Account, new_id, now, random_text
from sandbox.stripe_api.authentication import ask_for_authentication
from sandbox.stripe_api.cards import Authentication
from sandbox.stripe_api.customers import merged_metadata
from sandbox.stripe_api.errors import Json, StripeError, with_doc_url
from sandbox.stripe_api.payment_intents import OPEN, unexpected_state, use_payment_method
from sandbox.stripe_api.payment_methods import (
    create_payment_method,
    declined,
    find_payment_method,
    save_to_customer,
)


def create_setup_intent(account: Account, params: Json) -> Json:
    """A new setup, not yet confirmed."""
    if params.get("customer"):
        account.find("customer", params["customer"], param="customer")
    intent = account.add(_blank_setup(params))
    if "payment_method" in params:
        use_payment_method(account, intent, find_payment_method(account, params["payment_method"]))
    account.emit("setup_intent.created", intent)
    return intent


def confirm_setup_intent(account: Account, intent: Json, params: Json) -> Json:
    """Ask the bank whether the card may be charged later."""
    if intent["status"] not in OPEN:
        raise unexpected_state(
            intent,
            f"You cannot confirm this SetupIntent because it has a status of {intent['status']}.",
        )
    if "payment_method" in params:
        use_payment_method(account, intent, find_payment_method(account, params["payment_method"]))
    elif "payment_method_data" in params:
        method = create_payment_method(account, params["payment_method_data"])
        use_payment_method(account, intent, method)
    if not intent["payment_method"]:
        raise unexpected_state(
            intent, "You cannot confirm this SetupIntent because it's missing a payment method."
        )
    intent.update(last_setup_error=None, next_action=None)
    held = account.cards[intent["payment_method"]]
    if held.card.authentication in (Authentication.ALWAYS, Authentication.UNLESS_SET_UP):
        intent["status"] = "requires_action"
        ask_for_authentication(account, intent, params)
        account.emit("setup_intent.requires_action", intent)
        return intent
    return finish_setup(account, intent)


def finish_setup(account: Account, intent: Json) -> Json:
    """The bank's answer. Raises its refusal as a 402; the intent keeps it too."""
    method = account.find("payment_method", intent["payment_method"])
    held = account.cards[method["id"]]
    if held.card.decline and not held.card.attaches:
        error = declined(held.card.decline).error
        _note_attempt(account, intent, error)
        _back_to_start(account, intent, error)
        raise StripeError(402, {**error, "setup_intent": dict(intent), "payment_method": method})
    if intent["customer"]:
        save_to_customer(account, method, intent["customer"])
    held.is_set_up = held.is_set_up or intent["usage"] == "off_session"
    _note_attempt(account, intent, None)
    intent.update(status="succeeded", next_action=None)
    account.emit("setup_intent.succeeded", intent)
    return intent


def fail_setup_authentication(account: Account, intent: Json) -> None:
    """3-D Secure was refused or given up."""
    error = {
        "type": "invalid_request_error",
        "code": "setup_intent_authentication_failure",
        "message": "The latest attempt to set up the payment method has failed because "
        "authentication failed.",
    }
    _note_attempt(account, intent, error)
    _back_to_start(account, intent, with_doc_url(error))


def cancel_setup_intent(account: Account, intent: Json, *, reason: str | None) -> Json:
    """End a setup that has not succeeded."""
    if intent["status"] not in OPEN:
        raise unexpected_state(
            intent,
            f"You cannot cancel this SetupIntent because it has a status of {intent['status']}.",
        )
    intent.update(status="canceled", cancellation_reason=reason, next_action=None)
    account.emit("setup_intent.canceled", intent)
    return intent


def _note_attempt(account: Account, intent: Json, error: Json | None) -> None:
    """Each asking of a bank stays readable, whatever the intent says since."""
    attempt = {
        "id": new_id("setatt"),
        "object": "setup_attempt",
        "application": None,
        "created": now(),
        "customer": intent["customer"],
        "livemode": False,
        "on_behalf_of": None,
        "payment_method": intent["payment_method"],
        "payment_method_details": {"type": "card", "card": {}},
        "setup_error": error,
        "setup_intent": intent["id"],
        "status": "failed" if error else "succeeded",
        "usage": intent["usage"],
    }
    intent["latest_attempt"] = account.add(attempt)["id"]


def _back_to_start(account: Account, intent: Json, error: Json) -> None:
    method = account.find("payment_method", intent["payment_method"])
    intent.update(
        status="requires_payment_method",
        payment_method=None,
        next_action=None,
        last_setup_error={**error, "payment_method": dict(method)},
    )
    account.emit("setup_intent.setup_failed", intent)


def _blank_setup(params: Json) -> Json:
    intent_id = new_id("seti")
    allowed = params.get("allowed_payment_method_types")
    return {
        "id": intent_id,
        "object": "setup_intent",
        "allowed_payment_method_types": allowed,
        "application": None,
        "automatic_payment_methods": None
        if allowed
        else {"allow_redirects": "always", "enabled": True},
        "cancellation_reason": None,
        "client_secret": f"{intent_id}_secret_{random_text(25)}",
        "created": now(),
        "customer": params.get("customer"),
        "customer_account": None,
        "description": params.get("description"),
        "excluded_payment_method_types": None,
        "flow_directions": None,
        "last_setup_error": None,
        "latest_attempt": None,
        "livemode": False,
        "mandate": None,
        "metadata": merged_metadata({}, params.get("metadata")),
        "next_action": None,
        "on_behalf_of": None,
        "payment_method": None,
        "payment_method_configuration_details": None,
        "payment_method_options": {"card": {"request_three_d_secure": "automatic"}},
        "payment_method_types": allowed or ["card"],
        "single_use_mandate": None,
        "status": "requires_payment_method",
        "usage": params.get("usage", "off_session"),
    }
