"""Charges: one question to the bank, and the money that moves when it says yes."""

from __future__ import annotations

from sandbox.stripe_api.account import Account, new_id, now
from sandbox.stripe_api.cards import Aftermath, Decline
from sandbox.stripe_api.errors import Json

DAYS_UNTIL_AVAILABLE = 2
SECONDS_PER_DAY = 86_400


def create_charge(
    account: Account,
    intent: Json,
    method: Json,
    *,
    decline: Decline | None,
    captured: bool,
    authenticated: bool,
) -> Json:
    """The charge of one attempt, failed when there is a `decline`."""
    card = account.cards[method["id"]].card
    charge: Json = {
        "id": new_id("ch"),
        "object": "charge",
        "amount": intent["amount"],
        "amount_captured": 0,
        "amount_refunded": 0,
        "application": None,
        "application_fee": None,
        "application_fee_amount": None,
        "balance_transaction": None,
        "billing_details": method["billing_details"],
        "calculated_statement_descriptor": "SANDBOX",
        "captured": False,
        "created": now(),
        "currency": intent["currency"],
        "customer": intent["customer"],
        "description": intent["description"],
        "disputed": False,
        "failure_balance_transaction": None,
        "failure_code": decline.code if decline else None,
        "failure_message": decline.message if decline else None,
        "fraud_details": {},
        "livemode": False,
        "metadata": dict(intent["metadata"]),
        "on_behalf_of": None,
        "outcome": _outcome(decline, is_blocked=card.blocked),
        "paid": decline is None,
        "payment_intent": intent["id"],
        "payment_method": method["id"],
        "payment_method_details": _details(method, intent, authenticated=authenticated),
        "radar_options": {},
        "receipt_email": intent["receipt_email"],
        "receipt_number": None,
        "receipt_url": None,
        "refunded": False,
        "review": None,
        "shipping": intent["shipping"],
        "source_transfer": None,
        "statement_descriptor": intent["statement_descriptor"],
        "statement_descriptor_suffix": intent["statement_descriptor_suffix"],
        "status": "failed" if decline else "succeeded",
        "transfer_data": None,
        "transfer_group": None,
    }
    account.add(charge)
    intent["latest_charge"] = charge["id"]
    if decline is None and captured:
        capture_charge(charge, charge["amount"])
    return charge


def capture_charge(charge: Json, amount: int) -> None:
    """Take the money. Its line on the Stripe balance comes with `book_charge`."""
    charge.update(captured=True, amount_captured=amount)


def book_charge(account: Account, charge: Json) -> None:
    """A moment after the capture the charge gets its line on the Stripe balance."""
    amount = charge["amount_captured"]
    # 2.9 % and 30 smallest units; a reader of the fee must not rely on the figure
    fee = amount * 29 // 1000 + 30
    line = add_balance_line(account, charge, amount=amount, fee=fee, kind="charge")
    charge["balance_transaction"] = line["id"]
    account.emit("charge.updated", charge, {"balance_transaction": None})


def disputes_itself(account: Account, charge: Json) -> bool:
    """Whether this test card's owner complains to the bank at once."""
    return account.cards[charge["payment_method"]].card.aftermath is Aftermath.DISPUTED


def add_balance_line(
    account: Account, source: Json, *, amount: int, fee: int = 0, kind: str
) -> Json:
    """A balance transaction; `amount` is signed, positive comes in."""
    fees = {
        "amount": fee,
        "application": None,
        "currency": source["currency"],
        "description": "Stripe processing fees",
        "type": "stripe_fee",
    }
    return account.add(
        {
            "id": new_id("txn"),
            "object": "balance_transaction",
            "amount": amount,
            "available_on": now() + DAYS_UNTIL_AVAILABLE * SECONDS_PER_DAY,
            "balance_type": "payments",
            "created": now(),
            "currency": source["currency"],
            "description": source.get("description"),
            "exchange_rate": None,
            "fee": fee,
            "fee_details": [fees] if fee else [],
            "net": amount - fee,
            "reporting_category": kind,
            "source": source["id"],
            "status": "pending",
            "type": kind,
        }
    )


def _outcome(decline: Decline | None, *, is_blocked: bool) -> Json:
    outcome: Json = {
        "advice_code": None,
        "network_advice_code": None,
        "network_decline_code": None,
        "network_status": "approved_by_network",
        "reason": None,
        "risk_level": "normal",
        "risk_score": 12,
        "seller_message": "Payment complete.",
        "type": "authorized",
    }
    if is_blocked:
        outcome.update(
            network_status="not_sent_to_network",
            reason="highest_risk_level",
            risk_level="highest",
            risk_score=92,
            seller_message="Stripe blocked this payment as too risky.",
            type="blocked",
        )
    elif decline:
        reason = decline.decline_code or decline.code
        outcome.update(
            advice_code="try_again_later" if reason == "insufficient_funds" else None,
            network_status="declined_by_network",
            reason=reason,
            seller_message=f"The bank returned the decline code `{reason}`.",
            type="issuer_declined",
        )
    return outcome


def _details(method: Json, intent: Json, *, authenticated: bool) -> Json:
    card = {key: value for key, value in method["card"].items() if key != "generated_from"}
    secure = {"authentication_flow": "challenge", "result": "authenticated", "version": "2.2.0"}
    return {
        "card": {
            **card,
            "amount_authorized": intent["amount"],
            "installments": None,
            "mandate": None,
            "network": card["brand"],
            "three_d_secure": secure if authenticated else None,
        },
        "type": "card",
    }
