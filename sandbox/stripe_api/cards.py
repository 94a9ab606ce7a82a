"""Stripe's published test cards and what each one does (https://docs.stripe.com/testing)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum


class Authentication(StrEnum):
    """When the card's bank asks for 3-D Secure."""

    NEVER = "never"
    ALWAYS = "always"
    UNLESS_SET_UP = "unless_set_up"  # off-session is fine once it was set up; on-session never
    SET_UP = "set_up"  # as if it had been set up before


class Aftermath(StrEnum):
    """What happens after the charge, or to its refund."""

    NONE = "none"
    DISPUTED = "disputed"
    REFUND_PENDING = "refund_pending"
    REFUND_FAILS = "refund_fails"


@dataclass(frozen=True)
class Decline:
    """How a bank refuses: error code, decline code (may be empty) and the text for people."""

    code: str
    decline_code: str
    message: str


def _declined(decline_code: str) -> Decline:
    return Decline("card_declined", decline_code, "Your card was declined.")


GENERIC = _declined("generic_decline")
INSUFFICIENT_FUNDS = Decline(
    "card_declined", "insufficient_funds", "Your card has insufficient funds."
)
BLOCKED = _declined("fraudulent")
LIVE_CARD = Decline(
    "card_declined",
    "test_mode_live_card",
    "Your card was declined. Your request was in test mode, but used a non test (live) card. "
    "For a list of valid test cards, visit: https://stripe.com/docs/testing.",
)
AUTHENTICATION_REQUIRED = Decline(
    "authentication_required",
    "authentication_required",
    "Your card was declined. This transaction requires authentication.",
)
DECLINES = {
    "expired_card": Decline("expired_card", "", "Your card has expired."),
    "incorrect_cvc": Decline("incorrect_cvc", "", "Your card's security code is incorrect."),
    "processing_error": Decline(
        "processing_error",
        "",
        "An error occurred while processing your card. Try again in a little bit.",
    ),
    "insufficient_funds": INSUFFICIENT_FUNDS,
    "authentication_required": AUTHENTICATION_REQUIRED,
}


def decline_named(code: str) -> Decline:
    """The refusal for a code, as an error code or as the bank's decline code."""
    return DECLINES.get(code) or _declined(code or "generic_decline")


@dataclass(frozen=True)
class TestCard:
    """A card number and its behaviour. `alias` is the end of `pm_card_…`."""

    number: str
    alias: str = ""
    brand: str = "visa"
    country: str = "US"
    funding: str = "credit"
    decline: Decline | None = None
    attaches: bool = True
    authentication: Authentication = Authentication.NEVER
    aftermath: Aftermath = Aftermath.NONE
    blocked: bool = False

    @property
    def last4(self) -> str:
        return self.number[-4:]

    @property
    def fingerprint(self) -> str:
        """The same for the same number, in every process."""
        return hashlib.sha256(self.number.encode()).hexdigest()[:16]


def _refused(number: str, alias: str, decline: Decline) -> TestCard:
    return TestCard(number, alias, decline=decline, attaches=False)


ALWAYS, UNLESS_SET_UP = Authentication.ALWAYS, Authentication.UNLESS_SET_UP

TEST_CARDS = (
    TestCard("4242424242424242", "visa"),
    TestCard("4000056655665556", "visa_debit", funding="debit"),
    TestCard("5555555555554444", "mastercard", "mastercard"),
    TestCard("2223003122003222", "", "mastercard"),
    TestCard("5200828282828210", "mastercard_debit", "mastercard", funding="debit"),
    TestCard("5105105105105100", "mastercard_prepaid", "mastercard", funding="prepaid"),
    TestCard("378282246310005", "amex", "amex"),
    TestCard("371449635398431", "", "amex"),
    TestCard("6011111111111117", "discover", "discover"),
    TestCard("3056930009020004", "diners", "diners"),
    TestCard("3566002020360505", "jcb", "jcb"),
    TestCard("6200000000000005", "unionpay", "unionpay"),
    TestCard("4000002760000016", "de", country="DE"),
    TestCard("4000008260000000", "gb", country="GB"),
    # 3-D Secure
    TestCard("4000002500003155", "authenticationRequiredOnSetup", authentication=UNLESS_SET_UP),
    TestCard("4000002760003184", "authenticationRequired", authentication=ALWAYS),
    TestCard(
        "4000003800000446",
        "authenticationRequiredSetupForOffSession",
        authentication=Authentication.SET_UP,
    ),
    TestCard(
        "4000008260003178",
        "authenticationRequiredChargeDeclinedInsufficientFunds",
        decline=INSUFFICIENT_FUNDS,
        authentication=ALWAYS,
    ),
    TestCard("4000000000003220", "threeDSecure2Required", authentication=ALWAYS),
    TestCard("4000000000003063", "threeDSecureRequired", authentication=ALWAYS),
    TestCard(
        "4000008400001629",
        "threeDSecureRequiredChargeDeclined",
        decline=GENERIC,
        authentication=ALWAYS,
    ),
    TestCard("4000000000003055", "threeDSecureOptional"),
    # refused by the bank
    _refused("4000000000000002", "chargeDeclined", GENERIC),
    _refused("4000000000009995", "chargeDeclinedInsufficientFunds", INSUFFICIENT_FUNDS),
    _refused("4000000000009987", "chargeDeclinedLostCard", _declined("lost_card")),
    _refused("4000000000009979", "chargeDeclinedStolenCard", _declined("stolen_card")),
    _refused("4000000000000069", "chargeDeclinedExpiredCard", DECLINES["expired_card"]),
    _refused("4000000000000127", "chargeDeclinedIncorrectCvc", DECLINES["incorrect_cvc"]),
    _refused("4000000000000119", "chargeDeclinedProcessingError", DECLINES["processing_error"]),
    _refused(
        "4000000000006975",
        "chargeDeclinedVelocityLimitExceeded",
        _declined("card_velocity_exceeded"),
    ),
    TestCard("4000000000000341", "chargeCustomerFail", decline=GENERIC),
    # blocked before it reaches the bank
    TestCard("4100000000000019", "radarBlock", decline=BLOCKED, blocked=True),
    # afterwards
    TestCard("4000000000000259", "createDispute", aftermath=Aftermath.DISPUTED),
    TestCard("4000000000007726", "pendingRefund", aftermath=Aftermath.REFUND_PENDING),
    TestCard("4000000000005126", "refundFail", aftermath=Aftermath.REFUND_FAILS),
)
BY_NUMBER = {card.number: card for card in TEST_CARDS}
BY_ALIAS = {f"pm_card_{card.alias}": card for card in TEST_CARDS if card.alias}


def passes_luhn(number: str) -> bool:
    """The check digit that every card number ends in."""
    digits = [int(digit) for digit in reversed(number)]
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[1::2]]
    return (sum(digits[0::2]) + sum(doubled)) % 10 == 0
