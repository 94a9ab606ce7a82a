"""The merchant's store: its invoices and their payments, under one lock."""

from __future__ import annotations

import json
import secrets
import threading
import time
from dataclasses import dataclass, field
from decimal import ROUND_UP, Decimal

from sandbox.btcpay_api.errors import Json, not_found
from sandbox.config import Config
from sandbox.faults import FaultBook
from sandbox.scheduler import Scheduler
from sandbox.webhooks import Deliverer, Message

PREFIX = "/btcpay"  # where the API and the checkout live in this process
METHOD = "BTC-CHAIN"
RATE = Decimal("64392.23")  # invented, and the same for every currency
SATOSHI = Decimal("0.00000001")
# As a store does by default: whoever pays in several parts pays for what they cost.
FEE_OF_A_FURTHER_PART = Decimal("0.00000150")
# Confirmations that each policy waits for. Source: the description's SpeedPolicy.
CONFIRMATIONS = {"HighSpeed": 0, "MediumSpeed": 1, "LowMediumSpeed": 2, "LowSpeed": 6}
INVOICES_MAX = 100_000  # memory is the only limit the sandbox has


@dataclass(kw_only=True)
class Payment:
    """One output that pays the invoice. `status`: Processing, Settled or Invalid."""

    id: str
    wallet: str
    received: int
    value: Decimal
    fee: Decimal
    is_late: bool
    status: str = "Processing"
    confirmations: int = 0


@dataclass(kw_only=True)
class Invoice:
    """`status` and `additional` are BTCPay's; times are Unix seconds."""

    id: str
    amount: Decimal
    currency: str
    created: int
    expires: int
    monitored_until: int
    metadata: Json
    checkout: Json
    destination: str
    status: str = "New"
    additional: str = "None"
    payments: list[Payment] = field(default_factory=list)

    @property
    def confirmations_needed(self) -> int:
        return CONFIRMATIONS[self.checkout["speedPolicy"]]

    @property
    def live_payments(self) -> list[Payment]:
        return [payment for payment in self.payments if payment.status != "Invalid"]

    @property
    def price(self) -> Decimal:
        """What is asked for, in Bitcoin, rounded up to its smallest unit."""
        return (self.amount / RATE).quantize(SATOSHI, ROUND_UP)

    @property
    def paid(self) -> Decimal:
        """What counts of all that came: less the fees of further parts."""
        return sum((one.value - one.fee for one in self.live_payments), Decimal(0))

    @property
    def settled(self) -> Decimal:
        counted = (one.value - one.fee for one in self.payments if one.status == "Settled")
        return sum(counted, Decimal(0))

    @property
    def due(self) -> Decimal:
        """What is left to pay now, negative when too much came."""
        further = FEE_OF_A_FURTHER_PART if self.payments and self.paid < self.price else Decimal(0)
        return self.price - self.paid + further

    @property
    def handles(self) -> frozenset[str]:
        """What faults may name it by: its id, any metadata, its payments' ids."""
        texts = {value for value in self.metadata.values() if isinstance(value, str)}
        return frozenset(texts | {self.id} | {payment.id for payment in self.payments})


def new_id() -> str:
    """An invoice's or a delivery's id: 22 letters and digits."""
    alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
    return "".join(secrets.choice(alphabet) for _ in range(22))


def now() -> int:
    return int(time.time())


class BTCPayStore:
    """Invoices by id, in the order they were made. Hold `lock` around any use."""

    def __init__(
        self, *, config: Config, faults: FaultBook, scheduler: Scheduler, deliverer: Deliverer
    ) -> None:
        self.config = config
        self.faults = faults
        self.scheduler = scheduler
        self.deliverer = deliverer
        self.lock = threading.RLock()
        self.clear()

    def clear(self) -> None:
        with self.lock:
            self.invoices: dict[str, Invoice] = {}

    @property
    def url(self) -> str:
        return f"http://{self.config.host}:{self.config.port}{PREFIX}"

    def find(self, invoice_id: str) -> Invoice:
        """Raises BTCPayError (404)."""
        try:
            return self.invoices[invoice_id]
        except KeyError:
            raise not_found() from None

    def emit(self, event_type: str, invoice: Invoice, **facts: object) -> None:
        """Tell the merchant, in BTCPay's order of fields and with its indentation."""
        delivery_id = new_id()
        event = {
            "deliveryId": delivery_id,
            "webhookId": self.config.btcpay_webhook_id,
            "originalDeliveryId": delivery_id,
            "isRedelivery": False,
            "type": event_type,
            "timestamp": now(),
            "storeId": self.config.btcpay_store_id,
            "invoiceId": invoice.id,
            "metadata": invoice.metadata,
            **facts,
        }
        self.deliverer.publish(
            Message(
                event_id=delivery_id,
                event_type=event_type,
                body=json.dumps(event, indent=2),
                handles=invoice.handles | {delivery_id},
            )
        )
