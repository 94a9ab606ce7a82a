"""Disputes: the bank takes the money back, and sometimes gives it back again."""

from __future__ import annotations

from sandbox.stripe_api.account import Account, new_id, now
from sandbox.stripe_api.charges import add_balance_line
from sandbox.stripe_api.customers import merged_metadata
from sandbox.stripe_api.errors import Json, invalid_request

FEE = 1_500  # smallest units; a reader of the fee must not rely on the figure
SECONDS_TO_ANSWER = 9 * 86_400
OPEN = ("needs_response", "under_review")


def open_dispute(account: Account, charge: Json, *, reason: str) -> Json:
    """The owner of the card complains: the whole charge is withdrawn at once."""
    if charge["disputed"] or not charge["captured"]:
        raise invalid_request("This charge cannot be disputed (again).", param="charge")
    dispute = _new_dispute(charge, reason)
    account.add(dispute)
    charge["disputed"] = True
    account.emit("charge.dispute.created", dispute)
    _move_money(account, dispute, -dispute["amount"], fee=FEE)
    account.emit("charge.dispute.funds_withdrawn", dispute)
    return dispute


def update_dispute(account: Account, dispute: Json, params: Json) -> Json:
    """Add evidence or metadata; `submit` sends it to the bank."""
    dispute["evidence"] |= params.get("evidence") or {}
    dispute["evidence_details"]["has_evidence"] = bool(dispute["evidence"])
    if "metadata" in params:
        dispute["metadata"] = merged_metadata(dispute, params["metadata"])
    if params.get("submit") and dispute["status"] == "needs_response":
        dispute["status"] = "under_review"
        dispute["evidence_details"]["submission_count"] += 1
    account.emit("charge.dispute.updated", dispute)
    return dispute


def lose_dispute(account: Account, dispute: Json) -> Json:
    """The money stays away: by giving in, or because the bank says so."""
    _refuse_closed(dispute)
    dispute.update(status="lost", is_charge_refundable=False)
    account.emit("charge.dispute.closed", dispute)
    return dispute


def win_dispute(account: Account, dispute: Json) -> Json:
    """The money comes back. A lost dispute can still be won (a late reversal by the bank)."""
    if dispute["status"] == "won":
        raise invalid_request("This dispute is already won.")
    dispute["status"] = "won"
    _move_money(account, dispute, dispute["amount"])
    account.emit("charge.dispute.closed", dispute)
    account.emit("charge.dispute.funds_reinstated", dispute)
    return dispute


def _refuse_closed(dispute: Json) -> None:
    if dispute["status"] not in OPEN:
        raise invalid_request(f"This dispute is already closed with status {dispute['status']}.")


def _move_money(account: Account, dispute: Json, amount: int, *, fee: int = 0) -> None:
    line = add_balance_line(account, dispute, amount=amount, fee=fee, kind="adjustment")
    dispute["balance_transactions"].append(dict(line))


def _new_dispute(charge: Json, reason: str) -> Json:
    return {
        "id": new_id("dp"),
        "object": "dispute",
        "amount": charge["amount_captured"] - charge["amount_refunded"],
        "balance_transactions": [],
        "charge": charge["id"],
        "created": now(),
        "currency": charge["currency"],
        "enhanced_eligibility_types": [],
        "evidence": {},
        "evidence_details": {
            "due_by": now() + SECONDS_TO_ANSWER,
            "enhanced_eligibility": {},
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
        },
        "is_charge_refundable": False,
        "livemode": False,
        "metadata": {},
        "payment_intent": charge["payment_intent"],
        "payment_method_details": {
            "card": {
                "brand": charge["payment_method_details"]["card"]["brand"],
                "case_type": "chargeback",
                "network_reason_code": "10.4",
            },
            "type": "card",
        },
        "reason": reason,
        "status": "needs_response",
    }
