"""PaymentIntents: made, changed, canceled, captured. Confirming is in `confirmation`."""

from __future__ import annotations

from sandbox.stripe_api import money
from sandbox.stripe_api.account import Account, new_id, now, random_text
from sandbox.stripe_api.charges import book_charge, capture_charge
from sandbox.stripe_api.customers import edit, merged_metadata
from sandbox.stripe_api.errors import Json, StripeError, invalid_request
from sandbox.stripe_api.payment_methods import find_payment_method, refuse_used_up

OPEN = ("requires_payment_method", "requires_confirmation", "requires_action")
CANCELABLE = ("requires_payment_method", "requires_capture", "requires_confirmation",
              "requires_action", "processing")  # fmt: skip
EDITABLE = (
    "amount",
    "customer",
    "description",
    "payment_method_options",
    "receipt_email",
    "setup_future_usage",
    "shipping",
    "statement_descriptor",
    "statement_descriptor_suffix",
    "transfer_group",
)


def create_payment_intent(account: Account, params: Json) -> Json:
    """A new intent, not yet confirmed. Raises StripeError for amounts nobody can charge."""
    currency = money.check_amount(params["amount"], params["currency"])
    _check_customer(account, params)
    intent = _blank_intent(params, currency)
    if "payment_method" in params:
        use_payment_method(account, intent, find_payment_method(account, params["payment_method"]))
    account.add(intent)
    account.emit("payment_intent.created", intent)
    return intent


def update_payment_intent(account: Account, intent: Json, params: Json) -> Json:
    """Change an intent that is still open."""
    settled = intent["status"] not in OPEN
    if settled and set(params) - {"metadata", "description", "expand"}:
        raise unexpected_state(
            intent,
            f"This PaymentIntent's {', '.join(sorted(params))} could not be updated because it "
            f"has a status of {intent['status']}. You may only update the "
            f"{', '.join(sorted(params))} of a PaymentIntent with one of the following statuses: "
            f"{', '.join(OPEN)}.",
        )
    _check_customer(account, params)
    amount, currency = (params.get(name) or intent[name] for name in ("amount", "currency"))
    money.check_amount(amount, currency)
    edit(intent, {key: params[key] for key in EDITABLE if key in params})
    if "currency" in params:
        intent["currency"] = params["currency"].lower()
    if "metadata" in params:
        intent["metadata"] = merged_metadata(intent, params["metadata"])
    if "payment_method" in params:
        use_payment_method(account, intent, find_payment_method(account, params["payment_method"]))
    if not settled:
        intent["last_payment_error"] = None
    return intent


def cancel_payment_intent(account: Account, intent: Json, *, reason: str | None) -> Json:
    """End an intent that has not taken money."""
    if intent["status"] not in CANCELABLE:
        raise unexpected_state(
            intent,
            "You cannot cancel this PaymentIntent because it has a status of "
            f"{intent['status']}. Only a PaymentIntent with one of the following statuses may be "
            f"canceled: {', '.join(CANCELABLE)}.",
        )
    intent.update(
        status="canceled",
        canceled_at=now(),
        cancellation_reason=reason,
        next_action=None,
        amount_capturable=0,
    )
    account.emit("payment_intent.canceled", intent)
    return intent


def capture_payment_intent(account: Account, intent: Json, *, amount: int | None) -> Json:
    """Take the money of an intent with manual capture."""
    if intent["status"] != "requires_capture":
        raise unexpected_state(
            intent,
            "This PaymentIntent could not be captured because it has a status of "
            f"{intent['status']}. Only a PaymentIntent with one of the following statuses may be "
            "captured: requires_capture.",
        )
    amount = intent["amount_capturable"] if amount is None else amount
    if not 0 < amount <= intent["amount_capturable"]:
        raise invalid_request(
            "The amount_to_capture is greater than the remaining amount you can capture.",
            code="amount_too_large",
            param="amount_to_capture",
        )
    charge = account.find("charge", intent["latest_charge"])
    capture_charge(charge, amount)
    intent.update(status="succeeded", amount_received=amount, amount_capturable=0)
    account.emit("charge.captured", charge)
    account.emit("payment_intent.succeeded", intent)
    book_charge(account, charge)
    return intent


def use_payment_method(account: Account, intent: Json, method: Json) -> None:
    """Put a card on an intent. Raises when it belongs to somebody else or is used up."""
    refuse_used_up(account.cards[method["id"]])
    owner, customer = method["customer"], intent["customer"]
    if owner and customer is None:
        raise invalid_request(
            "The payment method you provided is attached to a customer so you must include the "
            "customer in your request.",
            param="payment_method",
        )
    if owner and owner != customer:
        raise invalid_request(
            f"The customer does not have a payment method with the ID {method['id']}. The "
            "payment method must be attached to the customer.",
            param="payment_method",
        )
    intent["payment_method"] = method["id"]
    if intent["status"] == "requires_payment_method":
        intent["status"] = "requires_confirmation"


def unexpected_state(intent: Json, message: str) -> StripeError:
    """The call does not fit the intent's status; the error carries the intent."""
    error = invalid_request(message, code=f"{intent['object']}_unexpected_state")
    error.error[intent["object"]] = dict(intent)
    return error


def _check_customer(account: Account, params: Json) -> None:
    if not params.get("customer"):
        return
    try:
        account.find("customer", params["customer"], param="customer")
    except StripeError as error:
        error.status = 400
        raise


def _blank_intent(params: Json, currency: str) -> Json:
    intent_id = new_id("pi")
    allowed = params.get("allowed_payment_method_types")
    automatic = {"allow_redirects": "always", "enabled": True}
    return {
        "id": intent_id,
        "object": "payment_intent",
        "allowed_payment_method_types": allowed,
        "amount": params["amount"],
        "amount_capturable": 0,
        "amount_details": {"tip": {}},
        "amount_received": 0,
        "application": None,
        "application_fee_amount": None,
        "automatic_payment_methods": None
        if allowed
        else automatic | params.get("automatic_payment_methods", {}),
        "canceled_at": None,
        "cancellation_reason": None,
        "capture_method": params.get("capture_method", "automatic_async"),
        "client_secret": f"{intent_id}_secret_{random_text(25)}",
        "confirmation_method": params.get("confirmation_method", "automatic"),
        "created": now(),
        "currency": currency,
        "customer": params.get("customer"),
        "customer_account": None,
        "description": params.get("description"),
        "excluded_payment_method_types": None,
        "last_payment_error": None,
        "latest_charge": None,
        "livemode": False,
        "metadata": merged_metadata({}, params.get("metadata")),
        "next_action": None,
        "on_behalf_of": None,
        "payment_method": None,
        "payment_method_configuration_details": None,
        "payment_method_options": params.get("payment_method_options")
        or {"card": {"installments": None, "network": None, "request_three_d_secure": "automatic"}},
        "payment_method_types": allowed or ["card"],
        "payment_record": None,
        "processing": None,
        "receipt_email": params.get("receipt_email"),
        "review": None,
        "setup_future_usage": params.get("setup_future_usage"),
        "shipping": params.get("shipping"),
        "source": None,
        "statement_descriptor": params.get("statement_descriptor"),
        "statement_descriptor_suffix": params.get("statement_descriptor_suffix"),
        "status": "requires_payment_method",
        "transfer_data": None,
        "transfer_group": params.get("transfer_group"),
    }
