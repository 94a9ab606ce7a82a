"""Every gateway by its code. Adding one is a folder beside this file and a line here."""

from payments.gateways.base import Gateway
from payments.gateways.card.gateway import CardGateway
from payments.gateways.paypal.gateway import PayPalGateway

GATEWAYS: dict[str, Gateway] = {
    gateway.code: gateway for gateway in (CardGateway(), PayPalGateway())
}


def gateway_for(code: str) -> Gateway:
    """Raises KeyError for a code that no gateway has."""
    return GATEWAYS[code]


def gateways_for(currency: str) -> list[Gateway]:
    """Those that can be offered now to someone who pays in `currency`, in their order here."""
    return [
        gateway
        for gateway in GATEWAYS.values()
        if gateway.is_configured() and takes(gateway, currency)
    ]


def takes(gateway: Gateway, currency: str) -> bool:
    currencies = gateway.profile.currencies
    return currencies is None or currency in currencies
