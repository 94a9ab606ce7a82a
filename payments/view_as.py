"""Which pages staff may see as a customer does. Whatever is not named here is closed.

A page is open when reading it changes nothing, asks no gateway and shows no secret. Closed are
thus the card form and what leads to it (a client secret, and the gateway is asked), the way back
from a gateway, codes, everything about logging in, and every form whose first page asks for a
password. `tests/test_view_as_customer.py` wants each page of the portal on one of two lists, so
that a new one is a decision.
"""

SESSION_KEY = "customer_view"
STOP = "view-as-stop"

VIEWABLE = frozenset(
    {
        "dashboard",
        "methods",
        "find-payment",
        "topup",
        "topup-status",
        "topup-wire",
        "topup-wire-pdf",
        "topup-wire-proof",
        "refunds",
        "refund",
        "refund-new",
        "terms",
        "terms-copy",
        "refill",
        "refill-history",
        "refill-new",
        "refill-change",
        "cards",
        "statement",
        "statement-csv",
        "profile",
        "profile-address",
        "profile-time-zone",
        "profile-notifications",
        "notifications",
        "notification-address",
    }
)
