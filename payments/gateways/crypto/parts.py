"""What arrived for an invoice, part by part, and what each part is worth.

The payer decides how much is sent, and in how many parts. Each part is worth (value − fee) at
the rate of its invoice, which also holds for late ones; `fee` is what BTCPay charges for a
further part, and its `paidAmount` leaves it out as well. Rounded is the running sum, half up to
the currency's smallest unit, and a part is worth the difference: so the parts sum to the
rounded whole, and an exact payment to exactly what was asked. (BTCPay rounds prices up to
a satoshi, which is less than half a cent while a Bitcoin costs less than 500,000.)

The sum runs over all that was ever listed, in the order of receipt, whatever became of it: so
the worth of a part that was credited never changes when another one turns out invalid.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal

from commpeak.lib.currencies import places
from commpeak.lib.money import Money
from payments.gateways.crypto.client import Json


@dataclass(frozen=True, slots=True)
class Part:
    """One payment that BTCPay saw. `coins` are as the payer sent them, in `coin`."""

    id: str
    method: str  # "BTC-CHAIN"
    coin: str
    coins: Decimal
    received_at: datetime
    status: str  # Processing, Settled or Invalid
    worth: Money

    @property
    def is_settled(self) -> bool:
        return self.status == "Settled"

    @property
    def is_pending(self) -> bool:
        return self.status == "Processing"


def read_parts(methods: Sequence[Json], currency: str) -> list[Part]:
    """`methods` as BTCPay's payment-methods gives them, with payments that do not count too."""
    return [
        Part(
            id=payment["id"],
            method=method["paymentMethodId"],
            coin=method["currency"],
            coins=Decimal(payment["value"]),
            received_at=datetime.fromtimestamp(int(payment["receivedDate"]), UTC),
            status=payment["status"],
            worth=worth,
        )
        for method, payment, worth in _worths(_in_order(methods), currency)
    ]


def _in_order(methods: Sequence[Json]) -> list[tuple[Json, Json]]:
    """By receipt; within a second BTCPay's own order counts, and ids would shuffle it. An id
    that two methods list is one payment."""
    by_id = {
        payment["id"]: (method, payment) for method in methods for payment in method["payments"]
    }
    return sorted(by_id.values(), key=lambda pair: pair[1]["receivedDate"])


def _worths(
    pairs: Sequence[tuple[Json, Json]], currency: str
) -> Iterator[tuple[Json, Json, Money]]:
    unit = Decimal(1).scaleb(-places(currency))
    exact, before = Decimal(0), Decimal(0)
    for method, payment in pairs:
        coins = Decimal(payment["value"]) - Decimal(payment["fee"])
        exact += max(coins, Decimal(0)) * Decimal(method["rate"])
        after = exact.quantize(unit, ROUND_HALF_UP)
        yield method, payment, Money(after - before, currency)
        before = after
