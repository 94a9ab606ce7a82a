"""Payment methods: a card on file. The number is kept out of the object, as at Stripe."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sandbox.stripe_api import cards
from sandbox.stripe_api.account import Account, CardOnFile, new_id, now
from sandbox.stripe_api.cards import Decline, TestCard
from sandbox.stripe_api.errors import Json, StripeError, card_error, invalid_request

EXPIRY_YEARS_MAX = 50


def create_payment_method(account: Account, params: Json) -> Json:
    """From card data typed into the card fields. Raises card_error for data that is wrong."""
    if params.get("type") != "card" or "number" not in params.get("card", {}):
        raise invalid_request("Missing required param: card[number].", param="card[number]")
    card = _read_card(params["card"])
    method = _store(
        account,
        card,
        exp_month=params["card"]["exp_month"],
        exp_year=_full_year(params["card"]["exp_year"]),
        has_cvc="cvc" in params["card"],
    )
    method["billing_details"] = billing_details(params.get("billing_details"))
    method["metadata"] = params.get("metadata") or {}
    return method


def find_payment_method(account: Account, method_id: str) -> Json:
    """A stored one, or a fresh one for Stripe's ready-made ids (`pm_card_visa`)."""
    if card := cards.BY_ALIAS.get(method_id):
        year = datetime.now(UTC).year + 1
        return _store(account, card, exp_month=12, exp_year=year, has_cvc=False)
    try:
        return account.find("payment_method", method_id, param="payment_method")
    except StripeError:
        raise invalid_request(
            f"No such PaymentMethod: '{method_id}'",
            code="resource_missing",
            param="payment_method",
        ) from None


def attach(account: Account, method: Json, customer_id: str) -> Json:
    """Save a card to a customer. Raises card_error when its bank refuses to be saved."""
    account.find("customer", customer_id, param="customer")
    held = account.cards[method["id"]]
    if method["customer"] not in (None, customer_id):
        raise invalid_request(
            "The payment method you provided has already been attached to a customer.",
            code="payment_method_unexpected_state",
        )
    if held.card.decline and not held.card.attaches:
        raise declined(held.card.decline)
    refuse_used_up(held)
    return save_to_customer(account, method, customer_id)


def save_to_customer(account: Account, method: Json, customer_id: str) -> Json:
    """Attach without asking the bank again (it has just agreed to a payment or a setup)."""
    if method["customer"] != customer_id:
        method["customer"] = customer_id
        account.emit("payment_method.attached", method)
    return method


def detach(account: Account, method: Json) -> Json:
    """Take a card from its customer; it can never be used again."""
    if method["customer"] is None:
        raise invalid_request(
            "The payment method you provided is not attached to a customer so detachment is "
            "impossible.",
            param="payment_method",
        )
    previous = {"customer": method["customer"]}
    method["customer"] = None
    account.cards[method["id"]].is_used_up = True
    account.emit("payment_method.detached", method, previous)
    return method


def refuse_used_up(held: CardOnFile) -> None:
    """Raises when the card paid once without being attached, or was detached."""
    if held.is_used_up:
        raise invalid_request(
            "The provided PaymentMethod was previously used with a PaymentIntent without "
            "Customer attachment, shared with a connected account without Customer attachment, "
            "or was detached from a Customer. It may not be used again. To use a PaymentMethod "
            "multiple times, you must attach it to a Customer first."
        )


def declined(decline: Decline, **more: Any) -> StripeError:
    """The bank's refusal as the API says it."""
    return card_error(
        decline.code, decline.message, decline_code=decline.decline_code or None, **more
    )


def billing_details(given: Json | None) -> Json:
    """Every part present, null where nothing is known."""
    parts = ("city", "country", "line1", "line2", "postal_code", "state")
    given = given or {}
    address = given.get("address") or {}
    return {
        "address": {part: address.get(part) for part in parts},
        "email": given.get("email"),
        "name": given.get("name"),
        "phone": given.get("phone"),
        "tax_id": given.get("tax_id"),
    }


# --- reading the card -----------------------------------------------------------------------


def _read_card(given: Json) -> TestCard:
    number = given["number"].replace(" ", "").replace("-", "")
    if not number.isascii() or not number.isdecimal() or not 12 <= len(number) <= 19:
        raise card_error(
            "invalid_number", "The card number is not a valid credit card number.", param="number"
        )
    if not cards.passes_luhn(number):
        raise card_error("incorrect_number", "Your card number is incorrect.", param="number")
    _check_expiry(given["exp_month"], _full_year(given["exp_year"]))
    card = cards.BY_NUMBER.get(number)
    if card is None:
        raise declined(cards.LIVE_CARD)
    _check_cvc(given.get("cvc"), card)
    return card


def _full_year(year: int) -> int:
    return year + 2000 if 0 <= year < 100 else year


def _check_expiry(month: int, year: int) -> None:
    today = datetime.now(UTC)
    if not 1 <= month <= 12:
        raise card_error(
            "invalid_expiry_month", "Your card's expiration month is invalid.", param="exp_month"
        )
    if not today.year <= year <= today.year + EXPIRY_YEARS_MAX:
        raise card_error(
            "invalid_expiry_year", "Your card's expiration year is invalid.", param="exp_year"
        )
    if (year, month) < (today.year, today.month):
        raise card_error(
            "invalid_expiry_month", "Your card's expiration month is invalid.", param="exp_month"
        )


def _check_cvc(cvc: str | None, card: TestCard) -> None:
    length = 4 if card.brand == "amex" else 3
    if cvc is not None and not (cvc.isdecimal() and len(cvc) == length):
        raise card_error("invalid_cvc", "Your card's security code is invalid.", param="cvc")


def _store(
    account: Account, card: TestCard, *, exp_month: int, exp_year: int, has_cvc: bool
) -> Json:
    method: Json = {
        "id": new_id("pm"),
        "object": "payment_method",
        "allow_redisplay": "unspecified",
        "billing_details": billing_details(None),
        "card": {
            "brand": card.brand,
            "checks": {
                "address_line1_check": None,
                "address_postal_code_check": None,
                "cvc_check": "pass" if has_cvc else None,
            },
            "country": card.country,
            "display_brand": card.brand,
            "exp_month": exp_month,
            "exp_year": exp_year,
            "fingerprint": card.fingerprint,
            "funding": card.funding,
            "generated_from": None,
            "last4": card.last4,
            "networks": {"available": [card.brand], "preferred": None},
            "regulated_status": "unregulated",
            "three_d_secure_usage": {"supported": True},
            "wallet": None,
        },
        "created": now(),
        "customer": None,
        "livemode": False,
        "metadata": {},
        "type": "card",
    }
    is_set_up = card.authentication is cards.Authentication.SET_UP
    account.cards[method["id"]] = CardOnFile(card=card, is_set_up=is_set_up)
    return account.add(method)
