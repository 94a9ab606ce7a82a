"""What the one function that top-up asks says is missing."""

import pytest

from accounts.models import Address, Customer
from accounts.selectors.missing_address_parts import missing_address_parts


def customer_with(*, kind="person", name="Ada Lovelace", company_name="", **address):
    customer = Customer(kind=kind, name=name, company_name=company_name)
    customer.address = Address(customer=customer, **address)
    return customer


BERLIN = {
    "country_code": "DE",
    "street_address": "Torstraße 1",
    "city": "Berlin",
    "postal_code": "10119",
}


def test_nothing_is_missing_from_a_name_and_a_valid_address():
    assert missing_address_parts(customer_with(**BERLIN)) == []


def test_a_fresh_sign_up_misses_its_name_and_the_parts_every_country_has():
    assert missing_address_parts(customer_with(name="")) == [
        "First and last name",
        "Country",
        "Street address",
        "City",
    ]


def test_a_company_needs_its_own_name():
    customer = customer_with(kind="company", **BERLIN)
    assert missing_address_parts(customer) == ["Company name"]


@pytest.mark.parametrize(
    ("address", "missing"),
    [
        ({"country_code": "DE", "city": "Berlin"}, ["Street address", "Postal code"]),
        (BERLIN | {"postal_code": "1011"}, ["Postal code"]),
        (
            {"country_code": "US", "street_address": "1 Main St"},
            ["City", "State", "ZIP code"],
        ),
        (BERLIN | {"country_code": "US"}, ["State"]),
        ({"country_code": "HK", "street_address": "1 Nathan Road"}, ["Area"]),
        (BERLIN | {"country_code": "QQ"}, ["Country"]),
        (
            {"country_code": "GB", "street_address": "1 High St", "postal_code": "EC1Y 8SY"},
            ["Town or city"],
        ),
    ],
)
def test_each_country_says_what_it_misses_in_its_own_words(address, missing):
    assert missing_address_parts(customer_with(**address)) == missing


def test_a_county_that_is_not_required_is_not_missed():
    address = {"country_code": "IE", "street_address": "1 Main Street", "city": "Dublin"}
    assert missing_address_parts(customer_with(**address)) == []
