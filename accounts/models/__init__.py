"""Who the customer is, and what we tell them."""

from accounts.models.counted_tries import CountedTry
from accounts.models.customer_notes import CustomerNote
from accounts.models.customers import Address, Customer, Membership, User, UserManager
from accounts.models.heartbeat import Heartbeat
from accounts.models.mail import OutgoingEmail
from accounts.models.notifications import (
    KEY_LENGTH_MAX,
    MAY_BE_SILENT,
    Category,
    Notification,
    NotificationAddress,
    SilentCategory,
)
from accounts.models.staff_decisions import REASON_LENGTH, StaffDecision
from accounts.models.terms import TermsAcceptance, TermsVersion

__all__ = [
    "KEY_LENGTH_MAX",
    "MAY_BE_SILENT",
    "REASON_LENGTH",
    "Address",
    "Category",
    "CountedTry",
    "Customer",
    "CustomerNote",
    "Heartbeat",
    "Membership",
    "Notification",
    "NotificationAddress",
    "OutgoingEmail",
    "SilentCategory",
    "StaffDecision",
    "TermsAcceptance",
    "TermsVersion",
    "User",
    "UserManager",
]
