"""Refunds: money that the merchant gives back."""

from __future__ import annotations

from sandbox.stripe_api.account import Account, new_id, now
from sandbox.stripe_api.cards import Aftermath
from sandbox.stripe_api.charges import add_balance_line
from sandbox.stripe_api.customers import merged_metadata
from sandbox.stripe_api.errors import Json, StripeError, invalid_request
from sandbox.stripe_api.money import readable


def create_refund(account: Account, params: Json) -> Json:
    """Give back all that is left of a charge, or `amount` of it."""
    charge = _charge_of(account, params)
    left = charge["amount_captured"] - charge["amount_refunded"]
    amount = params.get("amount", left)
    _refuse_impossible(charge, amount, left)
    refund = account.add(_new_refund(charge, params, amount))
    line = add_balance_line(account, refund, amount=-amount, kind="refund")
    refund["balance_transaction"] = line["id"]
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount_captured"]
    account.emit("refund.created", refund)
    account.emit("charge.refunded", charge)
    _follow_card(account, refund, charge)
    return refund


def settle_refund(account: Account, refund: Json, *, succeeds: bool) -> Json:
    """Decide a refund that was pending, or undo one that the bank sent back."""
    if not succeeds:
        return _fail(account, refund)
    refund.update(status="succeeded", pending_reason=None)
    account.emit("refund.updated", refund)
    account.emit("charge.refund.updated", refund)
    return refund


def _fail(account: Account, refund: Json) -> Json:
    charge = account.find("charge", refund["charge"])
    line = add_balance_line(account, refund, amount=refund["amount"], kind="refund_failure")
    refund.update(
        status="failed",
        failure_reason="expired_or_canceled_card",
        failure_balance_transaction=line["id"],
    )
    charge["amount_refunded"] -= refund["amount"]
    charge["refunded"] = False
    account.emit("refund.updated", refund)
    account.emit("refund.failed", refund)
    account.emit("charge.refund.updated", refund)
    return refund


def _follow_card(account: Account, refund: Json, charge: Json) -> None:
    match account.cards[charge["payment_method"]].card.aftermath:
        case Aftermath.REFUND_PENDING:
            refund.update(status="pending", pending_reason="processing")
        case Aftermath.REFUND_FAILS:
            _fail(account, refund)


def _charge_of(account: Account, params: Json) -> Json:
    try:
        if "payment_intent" in params:
            intent = account.find(
                "payment_intent", params["payment_intent"], param="payment_intent"
            )
            if not intent["latest_charge"]:
                raise invalid_request(
                    f"This PaymentIntent ({intent['id']}) does not have a successful charge to "
                    "refund."
                )
            return account.find("charge", intent["latest_charge"])
        if "charge" in params:
            return account.find("charge", params["charge"], param="charge")
    except StripeError as error:
        error.status = 400
        raise
    raise invalid_request(
        "One of the following params should be provided for this request: payment_intent or "
        "charge.",
        code="parameter_missing",
    )


def _refuse_impossible(charge: Json, amount: int, left: int) -> None:
    if charge["status"] != "succeeded" or not charge["captured"]:
        raise invalid_request(f"Charge {charge['id']} was not captured and cannot be refunded.")
    if charge["disputed"]:
        raise invalid_request(
            f"Charge {charge['id']} has been charged back; cannot issue a refund.",
            code="charge_disputed",
        )
    if charge["refunded"]:
        raise invalid_request(
            f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded"
        )
    if amount < 1:
        raise invalid_request(
            "This value must be greater than or equal to 1.",
            code="parameter_invalid_integer",
            param="amount",
        )
    if amount > left:
        raise invalid_request(
            f"Refund amount ({readable(amount, charge['currency'])}) is greater than unrefunded "
            f"amount on charge ({readable(left, charge['currency'])})",
            param="amount",
        )


def _new_refund(charge: Json, params: Json, amount: int) -> Json:
    return {
        "id": new_id("re"),
        "object": "refund",
        "amount": amount,
        "balance_transaction": None,
        "charge": charge["id"],
        "created": now(),
        "currency": charge["currency"],
        "destination_details": {"card": {"type": "refund"}, "type": "card"},
        "metadata": merged_metadata({}, params.get("metadata")),
        "payment_intent": charge["payment_intent"],
        "pending_reason": None,
        "reason": params.get("reason"),
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": "succeeded",
        "transfer_reversal": None,
    }
