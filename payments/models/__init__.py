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
from payments.models.refunds import Refund, RefundEvent
from payments.models.totals import GatewayDay, GatewayDifference
from payments.models.wire import BankAccount, WireAnnouncement, WireProof

__all__ = [
    "CODE_LENGTH",
    "BankAccount",
    "ConfirmedPayer",
    "Decline",
    "GatewayDay",
    "GatewayDifference",
    "GatewayWatermark",
    "PayerCheck",
    "Payment",
    "PaymentEvent",
    "PaymentFact",
    "Refund",
    "RefundEvent",
    "TopUp",
    "WebhookEvent",
    "WireAnnouncement",
    "WireProof",
]
