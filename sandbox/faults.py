"""What can be made to go wrong, for which payment, and how often.

A fault is chosen by a *handle*: an object's id, or any value in its metadata (our own top-up
reference, which a test knows before the payment exists). Without a handle it hits whatever
comes next.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Collection
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

FAULTS_MAX = 1_000  # a test that adds more has lost its way


class FaultKind(StrEnum):
    """What goes wrong. The first line of each group says when it strikes."""

    # a request to the API
    ANSWER_LOST = "answer_lost"  # done, then the connection closes (after `seconds`)
    ERROR_BEFORE = "error_before"  # 500, nothing was done
    ERROR_AFTER = "error_after"  # done, then 500, replayed for the same idempotency key
    SLOW = "slow"  # waits `seconds`, then goes on as usual
    RATE_LIMITED = "rate_limited"  # 429
    # a payment's outcome
    PROCESSING = "processing"  # undecided until told, or for `seconds`
    DECLINED = "declined"  # refused by the bank with decline code `code`
    # what is said about a payment, in answers and in webhooks
    WRONG_AMOUNT = "wrong_amount"
    WRONG_CURRENCY = "wrong_currency"
    WRONG_LIVEMODE = "wrong_livemode"
    WRONG_MERCHANT = "wrong_merchant"
    WRONG_REFERENCE = "wrong_reference"
    # a webhook
    WEBHOOK_DOUBLED = "webhook_doubled"  # sent `copies` times at once
    WEBHOOK_LATE = "webhook_late"  # after `seconds`
    WEBHOOK_OUT_OF_ORDER = "webhook_out_of_order"  # collected for `seconds`, newest first
    WEBHOOK_HELD = "webhook_held"  # kept until released
    WEBHOOK_LOST = "webhook_lost"  # never sent


STRIKES_ONCE = {
    FaultKind.ANSWER_LOST,
    FaultKind.ERROR_BEFORE,
    FaultKind.ERROR_AFTER,
    FaultKind.SLOW,
    FaultKind.RATE_LIMITED,
    FaultKind.PROCESSING,
    FaultKind.DECLINED,
}


class Where(StrEnum):
    """Which side shows a wrong object."""

    BOTH = "both"
    ANSWERS = "answers"
    WEBHOOKS = "webhooks"


class Fault(BaseModel):
    """One instruction. `times` counts down to nothing; None lasts until it is removed.

    Requests and outcomes are struck once unless `times` says otherwise; the rest lasts.
    """

    model_config = ConfigDict(extra="forbid")

    kind: FaultKind
    id: str = Field(default_factory=lambda: f"fault_{secrets.token_hex(6)}")
    match: str = ""
    operation: str = ""  # for example payment_intents.confirm
    event_type: str = ""  # for example payment_intent.succeeded
    times: int | None = Field(default=None, ge=1, le=10_000)
    seconds: float = Field(default=0, ge=0, le=600)
    copies: int = Field(default=2, ge=2, le=100)
    amount: int = Field(default=100, ge=0, description="smallest units of the currency")
    currency: str = Field(default="eur", min_length=3, max_length=3)
    code: str = Field(default="", max_length=64)
    where: Where = Where.BOTH

    def model_post_init(self, context: object, /) -> None:
        if self.times is None and self.kind in STRIKES_ONCE:
            self.times = 1


class FaultBook:
    """The faults that are set, safe to use from many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: dict[str, Fault] = {}

    def add(self, fault: Fault) -> None:
        """Set a fault. Raises ValueError when there are too many."""
        with self._lock:
            if len(self._faults) >= FAULTS_MAX:
                raise ValueError(f"more than {FAULTS_MAX} faults")
            self._faults[fault.id] = fault

    def remove(self, fault_id: str) -> None:
        """Take a fault back; one that is gone already is fine."""
        with self._lock:
            self._faults.pop(fault_id, None)

    def clear(self) -> None:
        """Take all faults back."""
        with self._lock:
            self._faults.clear()

    def all(self) -> list[Fault]:
        """Copies of what is set, oldest first."""
        with self._lock:
            return [fault.model_copy() for fault in self._faults.values()]

    def take(
        self,
        kind: FaultKind,
        *,
        handles: Collection[str],
        operation: str = "",
        event_type: str = "",
        where: Where = Where.BOTH,
    ) -> Fault | None:
        """The first fault of this kind that fits, counted as used once; None when none fits."""
        with self._lock:
            for fault in self._faults.values():
                fits = (
                    fault.kind is kind
                    and (not fault.match or fault.match in handles)
                    and fault.operation in ("", operation)
                    and fault.event_type in ("", event_type)
                    and (where is Where.BOTH or fault.where in (Where.BOTH, where))
                )
                if fits:
                    return self._use(fault)
        return None

    def _use(self, fault: Fault) -> Fault:
        if fault.times is not None:
            fault.times -= 1
            if fault.times == 0:
                del self._faults[fault.id]
        return fault.model_copy()
