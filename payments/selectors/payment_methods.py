"""What each way to pay accepts: limits, times and fees, from settings and the registry."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings

from commpeak.lib.money import Money
from payments.gateways.base import Gateway, Words
from payments.selectors.offered_gateways import offered_gateways

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True, slots=True)
class CurrencyLimits:
    """The least and the most of one top-up."""

    currency: str
    smallest: Money
    largest: Money


@dataclass(frozen=True, slots=True)
class PaymentMethod:
    """`currencies` are those offered here that this way to pay takes now; `fees` in words."""

    code: str
    words: Words
    fees: StrOrPromise
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
        fees=settings.METHOD_FEES.get(gateway.code, profile.words.fees),
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
