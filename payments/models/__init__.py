"""Tables of the money side: what was asked, each try at it, what gateways proved, refunds."""

from payments.models.payer import ConfirmedPayer, PayerCheck
from payments.models.payments import (
    CODE_LENGTH,
    Decline,
    GatewayWatermark,
    Payment,
    PaymentEvent,
    PaymentFact,
    TopUp,
    WebhookEvent,
)
from payments.models.refill import (
    AutoRefillRule,
    CardSetup,
    GatewayCustomer,
    RefillAttempt,
    RefillNote,
    SavedCard,
)
from payments.models.refunds import Refund, RefundEvent
from payments.models.totals import GatewayDay, GatewayDifference
from payments.models.wire import BankAccount, WireAnnouncement, WireProof

__all__ = [
    "CODE_LENGTH",
    "AutoRefillRule",
    "BankAccount",
    "CardSetup",
    "ConfirmedPayer",
    "Decline",
    "GatewayCustomer",
    "GatewayDay",
    "GatewayDifference",
    "GatewayWatermark",
    "PayerCheck",
    "Payment",
    "PaymentEvent",
    "PaymentFact",
    "RefillAttempt",
    "RefillNote",
    "Refund",
    "RefundEvent",
    "SavedCard",
    "TopUp",
    "WebhookEvent",
    "WireAnnouncement",
    "WireProof",
]
