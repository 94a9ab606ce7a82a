"""How the contract suite acts on a gateway from outside: the customer's and the bank's side.

A new gateway gets a driver (drivers.py, wire_driver.py) and passes every test of this folder.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from payments.models import Payment
from payments.states import State
from sandbox.testing import Sandbox

Webhook = tuple[dict[str, str], bytes]  # headers and body


@dataclass(frozen=True)
class Driver:
    """What is done to every gateway."""

    code: str

    def remote_objects(self, payment: Payment) -> int:
        """How many objects of this payment there are at the gateway."""
        raise NotImplementedError

    def pay(self, payment: Payment) -> None:
        """The customer pays what was asked; it is certain as soon as we ask (and take it)."""
        raise NotImplementedError

    def money_taken(self, payment: Payment) -> int:
        """How many times the gateway has taken money for it."""
        raise NotImplementedError

    def forgeries(self, payment: Payment) -> dict[str, Webhook]:
        """What `verify` has to refuse, by what is wrong with it."""
        raise NotImplementedError


@dataclass(frozen=True)
class History:
    """`steps` are methods of the driver that take the payment, in the order in which they can
    happen; `outcome` is the state, the number of entries and the balance after all of them."""

    steps: Sequence[str]
    outcome: tuple[State, int, str]


@dataclass(frozen=True)
class OutsideDriver(Driver):
    """What is done to a gateway that asks an outside party, which may fail it."""

    sandbox: Sandbox
    start_operation: str  # the sandbox's names of what we ask, for faults
    fetch_operation: str
    refund_operation: str  # "" where the gateway gives nothing back
    histories: Mapping[str, History]

    def refunds_made(self, payment: Payment) -> int:
        raise NotImplementedError

    def webhook(self, payment: Payment) -> Webhook:
        """A genuine webhook about it."""
        raise NotImplementedError
