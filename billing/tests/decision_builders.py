"""Builders of what staff decide by hand."""

from typing import Any
from uuid import uuid4

from accounts.models import Customer, User
from accounts.tests.builders import make_staff
from billing.models import CreditLimitChange, ManualEntry, Purse
from billing.services.propose_credit_limit import propose_credit_limit
from billing.services.propose_manual_entry import propose_manual_entry
from billing.tests.builders import NOON, usd


def propose(customer: Customer, amount: str, **changes: Any) -> ManualEntry:
    """A manual entry on Voice at NOON; more than 1,000.00 waits for a second person."""
    facts: dict[str, Any] = {
        "purse": Purse.VOICE,
        "money": usd(amount),
        "reason": "Calls dropped on 1 March",
        "proposed_by": changes.pop("by", None) or make_staff(),
        "request_key": uuid4(),
        "now": NOON,
    }
    return propose_manual_entry(customer=customer, **facts | changes)


def propose_limit(
    customer: Customer, limit: str, *, by: User | None = None, **changes: Any
) -> CreditLimitChange:
    facts: dict[str, Any] = {
        "purse": Purse.VOICE,
        "limit": usd(limit),
        "reason": "Pays by invoice",
        "proposed_by": by or make_staff(),
        "request_key": uuid4(),
        "now": NOON,
    }
    return propose_credit_limit(customer=customer, **facts | changes)
