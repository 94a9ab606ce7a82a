"""Tables of the money side: what was asked, each try at it, what gateways proved, refunds."""

from payments.models.customer_views import CustomerView
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
from payments.models.receipts import Allocation, Receipt, ReceiptNote
from payments.models.refill import (
    AutoRefillRule,
    CardSetup,
    GatewayCustomer,
    RefillAttempt,
    RefillNote,
    SavedCard,
)
from payments.models.refunds import Refund, RefundEvent
from payments.models.statements import (
    ColumnMapping,
    Statement,
    StatementLine,
    StatementUpload,
)
from payments.models.totals import GatewayDay, GatewayDifference
from payments.models.wire import BankAccount, WireAnnouncement, WireProof

__all__ = [
    "CODE_LENGTH",
    "Allocation",
    "AutoRefillRule",
    "BankAccount",
    "CardSetup",
    "ColumnMapping",
    "ConfirmedPayer",
    "CustomerView",
    "Decline",
    "GatewayCustomer",
    "GatewayDay",
    "GatewayDifference",
    "GatewayWatermark",
    "PayerCheck",
    "Payment",
    "PaymentEvent",
    "PaymentFact",
    "Receipt",
    "ReceiptNote",
    "RefillAttempt",
    "RefillNote",
    "Refund",
    "RefundEvent",
    "SavedCard",
    "Statement",
    "StatementLine",
    "StatementUpload",
    "TopUp",
    "WebhookEvent",
    "WireAnnouncement",
    "WireProof",
]
