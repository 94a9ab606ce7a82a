"""What the page on payment methods says is what the panel offers."""

import html
import re
from decimal import Decimal

import pytest

from payments.selectors.offered_gateways import offered_gateways
from payments.selectors.payment_methods import payment_methods
from payments.tests.builders import make_customer
from payments.tests.wire_builders import make_bank_account

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


def sections_of(page: str) -> dict[str, list[str]]:
    """By the name of the method: its time, then each term with its description."""
    sections = re.findall(r"<section.*?</section>", page, re.DOTALL)
    texts = [[" ".join(text.split()) for text in re.findall(r">([^<]+)<", s)] for s in sections]
    found = [[html.unescape(text) for text in many if text] for many in texts]
    return {many[0]: many[1:] for many in found}


def test_the_page_tells_time_limits_and_fees_of_each_way_to_pay(client, settings):
    settings.METHOD_FEES = {"wire": "5.00 a wire, by invoice."}
    settings.CURRENCIES = ["EUR"]
    settings.TOP_UP_LIMITS = {
        "EUR": settings.TOP_UP_LIMITS["EUR"] | {"top_up_min": Decimal(7), "top_up_max": Decimal(70)}
    }
    settings.BTCPAY_CONFIRMATIONS = 2
    make_bank_account("EUR")
    client.force_login(make_customer(currency="EUR").members.get())
    told = sections_of(client.get("/methods/").content.decode())
    for method, (time, fees) in {
        "Credit card": (
            "within seconds",
            "We charge no fee. Your bank may, if your card is in another currency.",
        ),
        "PayPal": (
            "within seconds",
            "We charge no fee. PayPal may, when it converts your money.",
        ),
        "Crypto": ("about 20 minutes", "We charge no fee. The network charges the sender."),
        "Wire transfer": ("1–3 working days", "5.00 a wire, by invoice."),
    }.items():
        speed, _about, *facts = told.pop(method)
        assert speed == time
        limits = ["One top-up in EUR", "7.00 EUR", "to", "70.00 EUR"]
        assert facts[:6] == [*limits, "Fees", fees]
    assert told == {}


def test_crypto_takes_about_an_hour_with_the_six_confirmations_of_the_default():
    assert "about an hour" in {str(method.words.speed) for method in payment_methods()}
