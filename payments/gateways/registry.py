"""Every gateway by its code. Adding one is a folder beside this file and a line here."""

from payments.gateways.base import Gateway, LocalDefaults
from payments.gateways.card.gateway import CardGateway
from payments.gateways.crypto.gateway import CryptoGateway
from payments.gateways.paypal.gateway import PayPalGateway
from payments.gateways.vault import CardVault
from payments.gateways.wire.gateway import WireGateway

GATEWAYS: dict[str, Gateway] = {
    gateway.code: gateway
    for gateway in (CardGateway(), PayPalGateway(), CryptoGateway(), WireGateway())
}
VAULT: CardVault = CardGateway()  # where cards for automatic refills are kept
# nobody but our own bank knows where their money is
INTO_OUR_BANK = frozenset(
    code for code, gateway in GATEWAYS.items() if gateway.profile.into_our_bank
)


def gateway_for(code: str) -> Gateway:
    """Raises KeyError for a code that no gateway has."""
    return GATEWAYS[code]


def gateways_for(currency: str) -> list[Gateway]:
    """Those that are configured and take `currency`, in their order here.

    What is offered to customers is payments.selectors.offered_gateways: some also need a bank
    account of ours, which is in the database.
    """
    return [
        gateway
        for gateway in GATEWAYS.values()
        if gateway.is_configured() and takes(gateway, currency)
    ]


def takes(gateway: Gateway, currency: str) -> bool:
    currencies = gateway.profile.currencies
    return currencies is None or currency in currencies


def gateways_with_movements() -> list[Gateway]:
    """Those whose totals can be compared: configured, and with a `movements` of their own."""
    nothing: object = LocalDefaults.movements
    return [
        gateway
        for gateway in GATEWAYS.values()
        if gateway.is_configured() and type(gateway).movements is not nothing
    ]
