"""Wires behind the contract of every gateway. The remote object is the order itself."""

from payments.gateways.base import Instructions, LocalDefaults, Order, Snapshot
from payments.gateways.wire.profile import INSTRUCTIONS_PAGE, PROFILE
from payments.states import State


class WireGateway(LocalDefaults):
    """Never knows whether money is under way (`is_processing` None): the customer tells us
    (announce_wire), and our bank's statement proves it."""

    code = "wire"
    profile = PROFILE

    def is_configured(self) -> bool:
        """It needs no keys; the bank accounts that it needs are the core's to look up."""
        return True

    def start(self, order: Order) -> Snapshot:
        return self.fetch(order.key)

    def fetch(self, gateway_id: str) -> Snapshot:
        return Snapshot(
            gateway_id=gateway_id,
            key=gateway_id,
            is_processing=None,
            next_step=Instructions(INSTRUCTIONS_PAGE),
        )

    def cancel(self, gateway_id: str, *, by_customer: bool) -> Snapshot:
        dead = State.CANCELED if by_customer else State.EXPIRED
        return Snapshot(gateway_id=gateway_id, key=gateway_id, is_processing=None, dead=dead)
