"""Disputes: the payer asks PayPal, or the bank behind the card, for the money back.

Source: developer.paypal.com/docs/api/customer-disputes/v1.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sandbox.paypal_api.account import PayPalAccount, new_id, now
from sandbox.paypal_api.errors import Json

DAYS_TO_ANSWER = 10
LIST_FIELDS = (
    "dispute_id",
    "create_time",
    "update_time",
    "reason",
    "status",
    "dispute_state",
    "dispute_amount",
    "dispute_life_cycle_stage",
    "dispute_channel",
    "links",
)


def open_dispute(
    account: PayPalAccount, capture: Json, *, reason: str = "UNAUTHORISED", stage: str = ""
) -> Json:
    """A dispute about all of a capture. At the stage INQUIRY no money has moved yet."""
    dispute_id = f"PP-D-{new_id(8)}"
    dispute = {
        "dispute_id": dispute_id,
        "create_time": now(),
        "update_time": now(),
        "disputed_transactions": [
            {
                "seller_transaction_id": capture["id"],
                "buyer_transaction_id": new_id(),
                "create_time": capture["create_time"],
                "transaction_status": "COMPLETED",
                "gross_amount": dict(capture["amount"]),
                **({"custom": capture["custom_id"]} if "custom_id" in capture else {}),
            }
        ],
        "reason": reason,
        "status": "WAITING_FOR_SELLER_RESPONSE",
        "dispute_state": "REQUIRED_ACTION",
        "dispute_amount": dict(capture["amount"]),
        "dispute_life_cycle_stage": stage or "CHARGEBACK",
        "dispute_channel": "INTERNAL",
        "seller_response_due_date": _due_date(),
        "links": [account.link(f"/v1/customer/disputes/{dispute_id}")],
    }
    account.store(account.disputes, dispute_id, dispute)
    account.emit("CUSTOMER.DISPUTE.CREATED", "dispute", dispute, "A new dispute was opened")
    return dispute


def _due_date() -> str:
    due = datetime.now(UTC) + timedelta(days=DAYS_TO_ANSWER)
    return due.strftime("%Y-%m-%dT%H:%M:%SZ")


def escalate(account: PayPalAccount, dispute: Json) -> None:
    """An inquiry becomes a claim, and PayPal takes the money back for now."""
    dispute.update(dispute_life_cycle_stage="CHARGEBACK", update_time=now())
    account.emit("CUSTOMER.DISPUTE.UPDATED", "dispute", dispute, "A dispute was updated")


def resolve(account: PayPalAccount, dispute: Json, outcome: str) -> None:
    """PayPal decides. One that is decided already changes nothing."""
    if dispute["status"] == "RESOLVED":
        return
    dispute.update(
        status="RESOLVED",
        dispute_state="RESOLVED",
        update_time=now(),
        dispute_outcome={"outcome_code": outcome},
    )
    account.emit("CUSTOMER.DISPUTE.RESOLVED", "dispute", dispute, "A dispute was resolved")


def summary_of(dispute: Json) -> Json:
    """What the list of disputes shows of one."""
    return {name: dispute[name] for name in LIST_FIELDS}


def is_about(dispute: Json, capture_id: str) -> bool:
    return any(
        one["seller_transaction_id"] == capture_id for one in dispute["disputed_transactions"]
    )
