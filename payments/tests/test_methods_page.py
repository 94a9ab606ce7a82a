"""What the page on payment methods says is what the panel offers."""

import pytest

from payments.selectors.offered_gateways import offered_gateways
from payments.selectors.payment_methods import payment_methods

pytestmark = pytest.mark.django_db


def test_every_way_to_pay_is_listed_with_the_currencies_it_is_offered_in(settings):
    listed = {m.code: [limits.currency for limits in m.currencies] for m in payment_methods()}
    offered = {
        (gateway.code, currency)
        for currency in settings.CURRENCIES
        for gateway in offered_gateways(currency)
    }
    assert {(code, currency) for code, many in listed.items() for currency in many} == offered


def test_a_way_to_pay_without_keys_is_not_listed(settings):
    settings.STRIPE_SECRET_KEY = ""
    assert "card" not in {method.code for method in payment_methods()}


def test_limits_are_those_of_the_settings():
    card = payment_methods()[0]
    assert str(card.currencies[0].smallest) == "10.00 USD"
    assert str(card.currencies[0].largest) == "5000.00 USD"
