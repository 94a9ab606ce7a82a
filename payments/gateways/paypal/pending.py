"""Why PayPal has not decided about a capture yet, in words, and by when it should.

Source of the reasons: developer.paypal.com/docs/api/payments/v2, capture_status_details.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from payments.gateways.base import Waiting
from payments.gateways.paypal.api import Json

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

# "It may take up to 6 business days for an eCheck to clear" (PayPal's help for sellers, FAQ
# 3265). Of the other reasons PayPal publishes no time that holds for every payment.
ECHECK_WORKING_DAYS = 6
_SATURDAY = 5

WORDS: Mapping[str, StrOrPromise] = {
    "ECHECK": _(
        "You pay from your bank account: PayPal waits until your bank has sent the money. That "
        "takes about six working days."
    ),
    "PENDING_REVIEW": _("PayPal reviews this payment for your safety. You need not do anything."),
    "TRANSACTION_APPROVED_AWAITING_FUNDING": _(
        "PayPal waits for the money from your bank. Look in your PayPal account whether you have "
        "to send it there."
    ),
    "VERIFICATION_REQUIRED": _(
        "PayPal first has to verify our account. We take care of that; you need not do anything."
    ),
    "UNILATERAL": _(
        "PayPal first has to confirm our address. We take care of that; you need not do anything."
    ),
    "INTERNATIONAL_WITHDRAWAL": _(
        "We have to accept payments from your country one by one. We do that within one working "
        "day; you need not do anything."
    ),
    "RECEIVING_PREFERENCE_MANDATES_MANUAL_ACTION": _(
        "We have to accept this payment by hand. We do that within one working day; you need not "
        "do anything."
    ),
    "BUYER_COMPLAINT": _(
        "This payment was reported to PayPal, which now decides about it. Look in your PayPal "
        "account for what it asks you."
    ),
    "CHARGEBACK": _(
        "Your bank was asked to take this payment back. PayPal holds it until that is decided."
    ),
    "REFUNDED": _("PayPal is giving this payment back to you."),
    "OTHER": _(
        "PayPal holds this payment and does not tell us why. Look in your PayPal account, or ask "
        "PayPal's support."
    ),
}


def waiting_for(pending: Sequence[Json]) -> Waiting | None:
    """PayPal's word for why these captures are not decided, and when they should be. None
    for no captures. Raises as reading nonsense does (see snapshot.read_order)."""
    for capture in pending:
        reason = str((capture.get("status_details") or {}).get("reason") or "")
        if reason == "ECHECK":
            made_at = datetime.fromisoformat(capture["create_time"])
            return Waiting(reason, expected_by=_after_working_days(made_at, ECHECK_WORKING_DAYS))
        if reason:
            return Waiting(reason)
    return Waiting() if pending else None


def _after_working_days(start: datetime, days: int) -> datetime:
    """Monday to Friday; which days are holidays for the payer's bank nobody tells us."""
    day = start
    while days:
        day += timedelta(days=1)
        days -= day.weekday() < _SATURDAY
    return day
