"""What each way to pay accepts: limits, times and fees, from settings and the registry."""

from dataclasses import dataclass

from django.conf import settings

from commpeak.lib.money import Money
from payments.gateways.base import Gateway, Words
from payments.selectors.offered_gateways import offered_gateways


@dataclass(frozen=True, slots=True)
class CurrencyLimits:
    """The least and the most of one top-up."""

    currency: str
    smallest: Money
    largest: Money


@dataclass(frozen=True, slots=True)
class PaymentMethod:
    """`currencies` are those offered here that this way to pay takes now."""

    code: str
    words: Words
    currencies: list[CurrencyLimits]
    credits_what_arrives: bool
    refunds: bool


def payment_methods() -> list[PaymentMethod]:
    """In the order of the panel; a way to pay that takes no offered currency is left out."""
    currencies: dict[str, list[CurrencyLimits]] = {}
    gateways: dict[str, Gateway] = {}
    for currency in settings.CURRENCIES:
        for gateway in offered_gateways(currency):
            gateways[gateway.code] = gateway
            currencies.setdefault(gateway.code, []).append(_limits(currency))
    return [_method(gateway, currencies[code]) for code, gateway in gateways.items()]


def _method(gateway: Gateway, currencies: list[CurrencyLimits]) -> PaymentMethod:
    profile = gateway.profile
    return PaymentMethod(
        code=gateway.code,
        words=profile.words,
        currencies=currencies,
        credits_what_arrives=profile.credits_what_arrives,
        refunds=profile.refunds,
    )


def _limits(currency: str) -> CurrencyLimits:
    limits = settings.TOP_UP_LIMITS[currency]
    return CurrencyLimits(
        currency=currency,
        smallest=Money(limits["top_up_min"], currency),
        largest=Money(limits["top_up_max"], currency),
    )
