"""The customer's answer to a 3-D Secure question."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from sandbox.stripe_api import confirmation, setup_intents
from sandbox.stripe_api.account import Account, Challenge
from sandbox.stripe_api.errors import Json, StripeError


def intent_of(account: Account, challenge: Challenge) -> Json:
    """The payment or setup a question is about."""
    return account.objects[challenge.intent_id]


def open_challenge_of(account: Account, intent: Json) -> Challenge:
    """The question an intent is waiting for. Raises KeyError when there is none."""
    for challenge in reversed(account.challenges.values()):
        if challenge.intent_id == intent["id"] and is_open(account, challenge):
            return challenge
    raise KeyError(f"{intent['id']} is not waiting for 3-D Secure")


def is_open(account: Account, challenge: Challenge) -> bool:
    """Whether the answer still matters: one answer each, and only to the newest question."""
    intent = intent_of(account, challenge)
    action = intent["next_action"] or {}
    return intent["status"] == "requires_action" and challenge.id in str(action)


def answer_challenge(account: Account, challenge: Challenge, *, is_approved: bool) -> str:
    """Go on with the payment, or end this try; the address to send the customer back to.

    An answer to a question that is no longer open changes nothing.
    """
    with account.lock:
        intent = intent_of(account, challenge)
        if is_open(account, challenge):
            _answer(account, intent, is_approved=is_approved)
        return _return_address(challenge, intent)


def _answer(account: Account, intent: Json, *, is_approved: bool) -> None:
    is_payment = intent["object"] == "payment_intent"
    try:
        if is_approved and is_payment:
            confirmation.charge(account, intent, authenticated=True)
        elif is_approved:
            setup_intents.finish_setup(account, intent)
        elif is_payment:
            confirmation.fail_authentication(account, intent)
        else:
            setup_intents.fail_setup_authentication(account, intent)
    except StripeError:
        pass  # refused by the bank: the intent says why


def _return_address(challenge: Challenge, intent: Json) -> str:
    if not challenge.return_url:
        return ""
    ok = intent["status"] in ("succeeded", "processing", "requires_capture")
    kind = intent["object"]
    result = {
        kind: intent["id"],
        f"{kind}_client_secret": intent["client_secret"],
        "redirect_status": "succeeded" if ok else "failed",
    }
    parts = urlsplit(challenge.return_url)
    query = urlencode([*parse_qsl(parts.query, keep_blank_values=True), *result.items()])
    return urlunsplit(parts._replace(query=query))
