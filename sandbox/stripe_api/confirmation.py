"""What happens when a PaymentIntent is confirmed: 3-D Secure, the bank's answer, the money.

confirm ─┬─ authentication asked ─ requires_action ─┬─ complete ─┐
         │                                          └─ fail ─── requires_payment_method
         └───────────────────────────────────────────────────────┤
                                    bank says no ── requires_payment_method, 402
                                    bank says yes ─ succeeded | requires_capture
                                    bank is silent ─ processing ─ settle later
"""

from __future__ import annotations

from typing import Any

from sandbox.faults import FaultKind
from sandbox.stripe_api import cards
from sandbox.stripe_api.account import Account
from sandbox.stripe_api.authentication import ask_for_authentication, is_authentication_needed
from sandbox.stripe_api.cards import Decline
from sandbox.stripe_api.charges import book_charge, create_charge, disputes_itself
from sandbox.stripe_api.disputes import open_dispute
from sandbox.stripe_api.errors import Json, StripeError, invalid_request, with_doc_url
from sandbox.stripe_api.payment_intents import OPEN, unexpected_state, use_payment_method
from sandbox.stripe_api.payment_methods import (
    create_payment_method,
    declined,
    find_payment_method,
    save_to_customer,
)


def confirm_payment_intent(account: Account, intent: Json, params: Json) -> Json:
    """Try to take the money. Raises the bank's refusal as a 402; the intent keeps it too."""
    _refuse_wrong_state(intent)
    _take_parameters(account, intent, params)
    method = _method_of(account, intent)
    _refuse_missing_return_url(intent, params)
    off_session = bool(params.get("off_session"))
    intent.update(last_payment_error=None, next_action=None)
    if not is_authentication_needed(account, method, off_session=off_session):
        return charge(account, intent, authenticated=False)
    if off_session or params.get("error_on_requires_action"):
        return _refuse(account, intent, cards.AUTHENTICATION_REQUIRED, authenticated=False)
    intent["status"] = "requires_action"
    ask_for_authentication(account, intent, params)
    account.emit("payment_intent.requires_action", intent)
    return intent


def charge(account: Account, intent: Json, *, authenticated: bool) -> Json:
    """Ask the bank, now that nothing else stands in the way."""
    handles = account.handles(intent)
    if fault := account.faults.take(FaultKind.PROCESSING, handles=handles):
        return _leave_processing(account, intent, fault.seconds, fault.code)
    if fault := account.faults.take(FaultKind.DECLINED, handles=handles):
        decline = cards.decline_named(fault.code)
        return _refuse(account, intent, decline, authenticated=authenticated)
    held = account.cards[intent["payment_method"]]
    if held.card.decline:
        return _refuse(account, intent, held.card.decline, authenticated=authenticated)
    return succeed(account, intent, authenticated=authenticated)


def succeed(account: Account, intent: Json, *, authenticated: bool = False) -> Json:
    """The bank agrees: a charge, the saved card if asked for, the events."""
    method = account.find("payment_method", intent["payment_method"])
    captured = intent["capture_method"] != "manual"
    paid = create_charge(
        account, intent, method, decline=None, captured=captured, authenticated=authenticated
    )
    _keep_card(account, intent, method)
    intent.update(next_action=None, processing=None, last_payment_error=None)
    if captured:
        intent.update(status="succeeded", amount_received=intent["amount"])
    else:
        intent.update(status="requires_capture", amount_capturable=intent["amount"])
    account.emit("charge.succeeded", paid)
    account.emit(
        "payment_intent.succeeded" if captured else "payment_intent.amount_capturable_updated",
        intent,
    )
    if captured:
        book_charge(account, paid)
    if disputes_itself(account, paid):
        open_dispute(account, paid, reason="fraudulent")
    return intent


def fail(account: Account, intent: Json, decline: Decline, *, authenticated: bool = False) -> Json:
    """The bank refuses: a failed charge, the error on the intent, the events. Gives the error."""
    method = account.find("payment_method", intent["payment_method"])
    failed = create_charge(
        account, intent, method, decline=decline, captured=False, authenticated=authenticated
    )
    advice = failed["outcome"]["advice_code"]
    error = declined(decline, charge=failed["id"], advice_code=advice).error
    account.emit("charge.failed", failed)
    back_to_start(account, intent, error)
    return error


def back_to_start(account: Account, intent: Json, error: Json) -> None:
    """The intent waits for another payment method and says why the last one failed."""
    method = account.find("payment_method", intent["payment_method"])
    intent.update(
        status="requires_payment_method",
        payment_method=None,
        next_action=None,
        processing=None,
        last_payment_error={**error, "payment_method": dict(method)},
    )
    account.emit("payment_intent.payment_failed", intent)


def fail_authentication(account: Account, intent: Json) -> None:
    """3-D Secure was refused or given up; no charge is made."""
    error = {
        "type": "invalid_request_error",
        "code": "payment_intent_authentication_failure",
        "message": "The provided PaymentMethod has failed authentication. You can provide "
        "payment_method_data or a new PaymentMethod to attempt to fulfill this PaymentIntent "
        "again.",
    }
    back_to_start(account, intent, with_doc_url(error))


# --- steps ----------------------------------------------------------------------------------


def _refuse_wrong_state(intent: Json) -> None:
    if intent["status"] in OPEN:
        return
    because = (
        "it has already succeeded after being previously confirmed."
        if intent["status"] == "succeeded"
        else f"it has a status of {intent['status']}. Only a PaymentIntent with one of the "
        f"following statuses may be confirmed: {', '.join(OPEN)}."
    )
    raise unexpected_state(intent, f"You cannot confirm this PaymentIntent because {because}")


def _take_parameters(account: Account, intent: Json, params: Json) -> None:
    if "payment_method" in params:
        use_payment_method(account, intent, find_payment_method(account, params["payment_method"]))
    elif "payment_method_data" in params:
        use_payment_method(
            account, intent, create_payment_method(account, params["payment_method_data"])
        )
    for name in ("setup_future_usage", "receipt_email", "shipping"):
        if name in params:
            intent[name] = params[name] or None


def _method_of(account: Account, intent: Json) -> Json:
    if not intent["payment_method"]:
        raise unexpected_state(
            intent,
            "You cannot confirm this PaymentIntent because it's missing a payment method. You "
            "can either update the PaymentIntent with a payment method and then confirm it "
            "again, or confirm it again directly with a payment method or ConfirmationToken.",
        )
    return account.find("payment_method", intent["payment_method"])


def _refuse_missing_return_url(intent: Json, params: Json) -> None:
    automatic: dict[str, Any] = intent["automatic_payment_methods"] or {}
    may_redirect = automatic.get("enabled") and automatic.get("allow_redirects") == "always"
    if may_redirect and not (params.get("return_url") or params.get("off_session")):
        raise invalid_request(
            "This PaymentIntent is configured to accept payment methods enabled in your "
            "Dashboard. Because some of these payment methods might redirect your customer off "
            "of your page, you must provide a `return_url`.",
            param="return_url",
        )


def _refuse(account: Account, intent: Json, decline: Decline, *, authenticated: bool) -> Json:
    error = fail(account, intent, decline, authenticated=authenticated)
    method = intent["last_payment_error"]["payment_method"]
    raise StripeError(402, {**error, "payment_intent": dict(intent), "payment_method": method})


def _leave_processing(account: Account, intent: Json, seconds: float, code: str) -> Json:
    intent.update(status="processing", next_action=None, processing={"type": "card"})
    account.emit("payment_intent.processing", intent)
    if seconds:
        account.scheduler.call_later(seconds, lambda: settle(account, intent, code))
    return intent


def settle(account: Account, intent: Json, code: str = "") -> None:
    """Decide a payment that was left processing: declined with `code`, else succeeded.

    A second call, or one for a payment that is not waiting, does nothing.
    """
    with account.lock:
        if intent["status"] != "processing":
            return
        if code:
            fail(account, intent, cards.decline_named(code))
        else:
            succeed(account, intent)


def _keep_card(account: Account, intent: Json, method: Json) -> None:
    """Save the card when the intent asks for it; a card that is not saved is used up."""
    held = account.cards[method["id"]]
    if intent["setup_future_usage"] and intent["customer"]:
        save_to_customer(account, method, intent["customer"])
        held.is_set_up = held.is_set_up or intent["setup_future_usage"] == "off_session"
    elif method["customer"] is None:
        held.is_used_up = True
