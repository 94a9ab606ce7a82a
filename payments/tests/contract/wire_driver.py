"""The customer's bank and ours, for the contract suite."""

from __future__ import annotations

from payments.models import Payment
from payments.tests.contract.driver import Driver, Webhook
from payments.tests.receipt_builders import credit, make_receipt


class WireDriver(Driver):
    """There is no other side: the remote object is the order itself, and what our bank's
    statement says is credited by staff."""

    def remote_objects(self, payment: Payment) -> int:
        return 1

    def pay(self, payment: Payment) -> None:
        credit(make_receipt(payment.money), payment.top_up)

    def money_taken(self, payment: Payment) -> int:
        return payment.top_up.allocations.count()

    def forgeries(self, payment: Payment) -> dict[str, Webhook]:
        return {"any message": ({}, b"{}")}
