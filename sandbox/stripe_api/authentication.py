"""3-D Secure: when a card's bank asks its owner, and the page where the owner answers."""

from __future__ import annotations

from sandbox.stripe_api.account import Account, Challenge, new_id
from sandbox.stripe_api.cards import Authentication
from sandbox.stripe_api.errors import Json


def is_authentication_needed(account: Account, method: Json, *, off_session: bool) -> bool:
    """Whether the bank wants to hear from the owner before this payment."""
    held = account.cards[method["id"]]
    match held.card.authentication:
        case Authentication.NEVER:
            return False
        case Authentication.ALWAYS:
            return True
        case _:
            return not (off_session and held.is_set_up)


def ask_for_authentication(account: Account, intent: Json, params: Json) -> None:
    """Give the intent its next action: a page to send the customer to."""
    return_url = params.get("return_url", "")
    challenge = Challenge(id=new_id("3ds"), intent_id=intent["id"], return_url=return_url)
    account.challenges[challenge.id] = challenge
    url = f"{account.base_url}/3ds/{challenge.id}"
    if params.get("use_stripe_sdk") or not return_url:
        sdk = {"type": "three_d_secure_redirect", "stripe_js": url, "source": challenge.id}
        intent["next_action"] = {"type": "use_stripe_sdk", "use_stripe_sdk": sdk}
    else:
        page = {"return_url": return_url, "url": url}
        intent["next_action"] = {"type": "redirect_to_url", "redirect_to_url": page}
