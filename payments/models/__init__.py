"""Tables of the money side: what was asked, each try at it, what gateways proved, refunds."""

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

__all__ = [
    "CODE_LENGTH",
    "Decline",
    "GatewayDay",
    "GatewayDifference",
    "GatewayWatermark",
    "Payment",
    "PaymentEvent",
    "PaymentFact",
    "Refund",
    "RefundEvent",
    "TopUp",
    "WebhookEvent",
]
