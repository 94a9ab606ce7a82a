"""Name and address: the form follows the country, and leads back to where it was asked for."""

from urllib.parse import urlencode

import pytest

from accounts.models import Address
from accounts.selectors.missing_address_parts import missing_address_parts
from accounts.tests.builders import make_customer

pytestmark = pytest.mark.django_db
PATH = "/profile/address/"
PERSON_IN_BERLIN = {
    "kind": "person",
    "name": "Ada Lovelace",
    "country_code": "DE",
    "street_address": "Torstraße 1",
    "city": "Berlin",
    "postal_code": "10119",
}


@pytest.fixture
def customer(client):
    customer = make_customer(address_complete=False)
    client.force_login(customer.members.get())
    return customer


def text_of(response) -> str:
    return response.content.decode()


def saved(customer):
    customer.refresh_from_db()
    customer.address = Address.objects.get(customer=customer)
    return customer


def test_a_complete_address_is_saved_and_nothing_is_missing(client, customer):
    response = client.post(PATH, PERSON_IN_BERLIN)
    assert (response.status_code, response["Location"]) == (302, "/profile/")
    assert missing_address_parts(saved(customer)) == []
    assert str(customer.address) == "Torstraße 1, Berlin, DE"


def test_saving_twice_changes_nothing(client, customer):
    client.post(PATH, PERSON_IN_BERLIN)
    first = Address.objects.values().get(customer=customer)
    client.post(PATH, PERSON_IN_BERLIN)
    assert Address.objects.values().get(customer=customer) == first


def test_who_came_to_add_credit_is_told_why_and_sent_back(client, customer):
    target = "/topup/?purse=voice"
    text = text_of(client.get(PATH, {"next": target}))
    assert "To add credit we need your name and address." in text
    assert "4 things are missing: First and last name, Country, Street address, City." in text
    assert client.post(PATH, PERSON_IN_BERLIN | {"next": target})["Location"] == target


@pytest.mark.parametrize(
    "target", ["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:alert(1)"]
)
def test_nobody_is_sent_to_another_site(client, customer, target):
    """S5"""
    assert client.post(PATH, PERSON_IN_BERLIN | {"next": target})["Location"] == "/profile/"
    assert "evil.example" not in text_of(client.get(PATH, {"next": target}))


def test_changing_the_country_shows_its_fields_and_saves_nothing(client, customer):
    typed = PERSON_IN_BERLIN | {"country_code": "US", "change_country": "1"}
    text = text_of(client.post(PATH, typed))
    for shown in ("State", "ZIP code", "California", "Torstraße 1", "Ada Lovelace"):
        assert shown in text
    assert 'class="error-summary"' not in text
    assert saved(customer).name == ""


def test_htmx_gets_only_the_fields_that_follow_the_country(client, customer):
    typed = {"country_code": "IE", "change_country": "1"}
    text = text_of(client.post(PATH, typed, headers={"HX-Request": "true"}))
    assert "Eircode" in text
    assert "Townland" in text
    assert "<html" not in text


def test_a_brazilian_state_brings_its_cities(client, customer):
    typed = {"country_code": "BR", "country_area": "SP", "change_country": "1"}
    text = text_of(client.post(PATH, typed))
    assert '<option value="Campinas">Campinas</option>' in text


def test_the_country_is_guessed_from_the_time_zone(client):
    customer = make_customer(address_complete=False, time_zone="Asia/Calcutta")
    client.force_login(customer.members.get())
    text = text_of(client.get(PATH))
    assert '<option value="IN" selected>India</option>' in text
    assert "PIN code" in text


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"name": ""}, "Enter your name."),
        ({"kind": "company"}, "Enter the company&#x27;s name."),
        ({"kind": "robot"}, "Select a valid choice."),
        ({"city": ""}, "City is missing."),
        (
            {"postal_code": "1"},
            "Postal code does not look right for Germany. An example: 26133",
        ),
        ({"country_code": ""}, "Choose a country."),
        ({"country_code": "ZZ"}, "Select a valid choice."),
        ({"country_code": "US", "country_area": "Bavaria"}, "Select a valid choice."),
        (
            {"country_code": "US", "country_area": "CA", "postal_code": "10119"},
            "ZIP code does not look right for United States. An example: 90000",
        ),
        ({"vat_id": "DE123"}, "This is not a valid VAT id for Germany."),
    ],
)
def test_a_mistake_is_said_in_words_and_nothing_is_saved(client, customer, change, message):
    response = client.post(PATH, PERSON_IN_BERLIN | change)
    assert response.status_code == 200
    assert message in text_of(response)
    assert saved(customer).address.country_code == ""


@pytest.mark.parametrize("field", ["name", "company_name", "street_address", "city", "vat_id"])
@pytest.mark.parametrize(
    "text",
    ["Ada\x00", "Ada \u202elivE", "\u200d", "x" * 10_000, "Ada \x1b[31m", "\ud800"],
    ids=["NUL", "override", "joiner", "long", "escape", "surrogate"],
)
def test_text_that_cannot_be_kept_is_a_form_error(client, customer, field, text):
    """S16"""
    body = PERSON_IN_BERLIN | {"kind": "company", "company_name": "Lines Ltd", field: text}
    encoded = urlencode(body, errors="surrogatepass")
    response = client.post(PATH, encoded, content_type="application/x-www-form-urlencoded")
    if text == "\ud800":
        assert response.status_code in (200, 302)  # arrives as U+FFFD, which is plain text
    else:
        assert response.status_code == 200
        assert 'class="error-summary"' in text_of(response)


@pytest.mark.parametrize(
    "name", ["Zoë 👩\u200d🚀", "علی\u200cرضا", "李小龙", "O'Brien-Smith", "=cmd|' /C calc'!A0"]
)
def test_every_script_and_emoji_is_kept(client, customer, name):
    """S16"""
    client.post(PATH, PERSON_IN_BERLIN | {"name": name})
    assert saved(customer).name == name


def test_markup_in_a_name_is_shown_as_text(client, customer):
    """S6"""
    client.post(PATH, PERSON_IN_BERLIN | {"name": "<script>alert(1)</script>"})
    for path in ("/profile/", PATH):
        text = text_of(client.get(path))
        assert "<script>alert(1)" not in text
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text


def test_another_customer_s_address_cannot_be_named(client, customer):
    """S1, S2"""
    other = make_customer()
    client.post(
        PATH, PERSON_IN_BERLIN | {"customer": other.pk, "id": other.address.pk, "city": "X"}
    )
    assert Address.objects.get(customer=other).city == "Berlin"
    assert saved(customer).address.city == "X"
