"""What a gateway that keeps cards can do beside taking payments. The card gateway is one.

It keeps the promises of payments.gateways.base: time limits, only GatewayError, and each call
may be repeated with the same key.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from payments.gateways.base import CardForm, KeptCard, Snapshot


@dataclass(frozen=True, slots=True)
class SetupSnapshot:
    """A card that is being saved: its form while the customer has to act, the card once kept.

    `refusal` is the bank's code when it refused the last try, `refused` are the gateway's ids of
    all tries that were refused, the newest hundred. `is_ended`: no card can be saved with it.
    """

    gateway_id: str
    form: CardForm | None = None
    card: KeptCard | None = None
    refusal: str = ""
    refused: tuple[str, ...] = ()
    is_ended: bool = False


class CardVault(Protocol):
    @property
    def code(self) -> str: ...

    def open_customer(self, *, key: str, account_number: str) -> str:
        """The gateway's id of a customer; the same `key` again makes no other."""
        ...

    def start_setup(self, *, key: str, customer_id: str) -> SetupSnapshot:
        """Begins to save a card without taking money; the same `key` again begins no other."""
        ...

    def fetch_setup(self, gateway_id: str) -> SetupSnapshot:
        """How it stands now."""
        ...

    def cancel_setup(self, gateway_id: str) -> SetupSnapshot:
        """Ends it; one whose card was saved meanwhile stays as it is."""
        ...

    def find_charge(self, key: str) -> Snapshot | None:
        """What a `start` with this key has made, however long ago; None when there is nothing;
        perhaps also when it was made within the last hour."""
        ...

    def forget_card(self, card_id: str) -> None:
        """The card can never be charged again; one that is forgotten already stays so."""
        ...
