"""A further address gets mail only after a code from its mailbox came back."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from allauth.account.models import EmailAddress
from django.utils import timezone

from accounts.models import Category, NotificationAddress, OutgoingEmail
from accounts.selectors.notification_recipients import notification_recipients
from accounts.services.add_notification_address import (
    ADDRESSES_PER_CATEGORY_MAX,
    add_notification_address,
)
from accounts.services.confirm_notification_address import confirm_notification_address
from accounts.services.remove_notification_address import remove_notification_address
from accounts.services.resend_address_code import resend_address_code
from accounts.services.send_address_code import CODE_IS_VALID_FOR, CODES_PER_DAY_MAX
from accounts.tests.builders import PASSWORD, make_customer
from commpeak.lib.errors import Refused

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
PAYMENTS = Category.PAYMENTS
ADD = "/profile/notifications/payments/add/"
SETTINGS = "/profile/notifications/"


@pytest.fixture
def customer(client):
    customer = make_customer(email="ada@example.com")
    client.force_login(customer.members.get())
    return customer


def add(customer, email="books@example.com", *, now=NOON) -> NotificationAddress:
    return add_notification_address(customer=customer, category=PAYMENTS, email=email, now=now)


def code_mailed_to(email="books@example.com") -> str:
    text = OutgoingEmail.objects.filter(to=email, key__startswith="address-code").latest("pk").text
    return re.search(r"^ +(\d{6})$", text, re.MULTILINE)[1]


def confirm(address, code, *, now=NOON, customer=None) -> NotificationAddress:
    return confirm_notification_address(
        customer=customer or address.customer, address_id=address.pk, code=code, now=now
    )


def other_than(code: str) -> str:
    return "000001" if code != "000001" else "000002"


def recipients(customer) -> list[str]:
    return notification_recipients(customer=customer, category=PAYMENTS)


def test_an_address_is_used_from_its_code_on(customer):
    address = add(customer, "Books@Example.com")
    assert recipients(customer) == ["ada@example.com"]
    confirm(address, code_mailed_to())
    assert recipients(customer) == ["ada@example.com", "books@example.com"]


def test_everybody_who_logs_in_is_told_of_the_new_address(customer):
    """S14: notice to the address there was before."""
    confirm(add(customer), code_mailed_to())
    notice = OutgoingEmail.objects.get(to="ada@example.com")
    assert notice.subject == "Messages now also go to books@example.com"


def test_five_wrong_codes_end_it_and_a_new_code_gives_new_tries(customer):
    """S9"""
    address = add(customer)
    code = code_mailed_to()
    for left in (4, 3, 2, 1, 0):
        assert confirm(address, other_than(code)).tries_left == left
    assert not confirm(address, code).is_verified
    resend_address_code(customer=customer, address_id=address.pk, now=NOON + timedelta(minutes=2))
    assert confirm(address, code_mailed_to()).is_verified


def test_a_code_is_good_for_a_day(customer):
    address = add(customer)
    late = NOON + CODE_IS_VALID_FOR
    assert not confirm(address, code_mailed_to(), now=late).is_verified
    assert confirm(address, code_mailed_to(), now=late - timedelta(seconds=1)).is_verified


def test_a_code_is_good_for_its_own_address_only(customer):
    first, second = add(customer), add(customer, "second@example.com")
    NotificationAddress.objects.filter(pk=second.pk).update(code_hash=first.code_hash)
    assert not confirm(second, code_mailed_to()).is_verified


def test_the_code_is_not_kept_in_clear(customer):
    address = add(customer)
    assert code_mailed_to() not in address.code_hash


def test_codes_are_counted_over_all_addresses(customer):
    """Nobody's mailbox is flooded from here, not even by adding and removing."""
    now = NOON
    for _ in range(CODES_PER_DAY_MAX):
        address = add(customer, now=now)
        remove_notification_address(customer=customer, address_id=address.pk, now=now)
        now += timedelta(minutes=2)
    with pytest.raises(Refused, match="many codes"):
        add(customer, "other@example.com", now=now)
    assert add(customer, now=now + timedelta(days=1))


def test_a_second_code_within_a_minute_is_refused(customer):
    add(customer)
    with pytest.raises(Refused):
        add(customer, now=NOON + timedelta(seconds=59))


@pytest.mark.parametrize("email", ["ada@example.com", "ADA@example.com"])
def test_who_logs_in_need_not_be_added(customer, email):
    with pytest.raises(Refused):
        add(customer, email)


def test_the_list_has_an_end(customer):
    for number in range(ADDRESSES_PER_CATEGORY_MAX):
        add(customer, f"{number}@example.com")
    with pytest.raises(Refused):
        add(customer, "one.more@example.com")


def test_a_removed_address_gets_no_mail_and_is_told_so(customer):
    address = add(customer)
    confirm(address, code_mailed_to())
    for _ in range(2):
        remove_notification_address(customer=customer, address_id=address.pk, now=NOON)
    assert recipients(customer) == ["ada@example.com"]
    told = OutgoingEmail.objects.filter(subject="Messages no longer go to books@example.com")
    assert sorted(told.values_list("to", flat=True)) == ["ada@example.com", "books@example.com"]


def prove_identity(client) -> None:
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})


def test_adding_an_address_asks_who_you_are_first(client, customer):
    """S14"""
    for ask in (client.get, client.post):
        answer = ask(ADD, {"email": "books@example.com"} if ask == client.post else {})
        assert answer["Location"].startswith("/accounts/reauthenticate/?next=")
    assert not NotificationAddress.objects.exists()


def test_what_was_typed_is_sent_on_after_the_password(client, customer):
    there = client.post(ADD, {"email": "books@example.com"})["Location"]
    answer = client.post(there, {"password": PASSWORD})
    address = NotificationAddress.objects.get()
    assert answer["Location"] == f"/profile/notifications/addresses/{address.pk}/"


def test_an_address_is_added_and_confirmed_on_the_pages(client, customer):
    prove_identity(client)
    page = client.post(ADD, {"email": "books@example.com"})["Location"]
    assert "books@example.com" in client.get(page).content.decode()
    code = code_mailed_to()
    wrong = client.post(page, {"code": other_than(code)}).content.decode()
    assert "This is not the code. You have 4 more tries." in wrong
    answer = client.post(page, {"code": f" {code[:3]}-{code[3:]} "}, follow=True)
    assert answer.redirect_chain == [(SETTINGS, 302)]
    assert "Messages now also go to books@example.com." in answer.content.decode()
    assert recipients(customer) == ["ada@example.com", "books@example.com"]


@pytest.mark.parametrize(
    "email",
    ["", "x", "a@b", "a@example.com\r\nBcc: eve@example.com", "\x00@example.com", "x" * 999],
)
def test_what_is_no_address_is_a_form_error(client, customer, email):
    prove_identity(client)
    answer = client.post(ADD, {"email": email})
    assert 'class="error-summary"' in answer.content.decode()
    assert not NotificationAddress.objects.exists()


@pytest.mark.parametrize("code", ["", "12345", "abcdef", "١٢٣٤٥٦", "1234567", "\x00", "x" * 999])
def test_what_cannot_be_a_code_is_no_try(client, customer, code):
    address = add(customer, now=timezone.now())
    client.post(f"/profile/notifications/addresses/{address.pk}/", {"code": code})
    address.refresh_from_db()
    assert (address.wrong_codes, address.verified_at) == (0, None)


@pytest.mark.parametrize("action", ["", "resend/", "remove/"])
def test_another_customer_s_address_does_not_exist(client, customer, action):
    """S2"""
    theirs = add(make_customer(), now=timezone.now())
    path = f"/profile/notifications/addresses/{theirs.pk}/{action}"
    assert client.post(path, {"code": code_mailed_to()}).status_code == 404
    assert NotificationAddress.objects.get() == theirs


def test_a_new_code_is_sent_by_the_page_but_not_at_once(client, customer):
    address = add(customer, now=timezone.now())
    text = client.post(
        f"/profile/notifications/addresses/{address.pk}/resend/", follow=True
    ).content.decode()
    assert "We have just sent a code." in text
    assert OutgoingEmail.objects.count() == 1


def test_low_balance_mail_is_turned_off_and_on_and_payment_mail_is_not(client, customer):
    off = {"mail": "off"}
    client.post("/profile/notifications/low_balance/mail/", off)
    text = client.get(SETTINGS).content.decode()
    assert "Turn e-mail on" in text
    answer = client.post("/profile/notifications/payments/mail/", off, follow=True)
    assert "Mail about this is always sent." in answer.content.decode()
    client.post("/profile/notifications/low_balance/mail/", {"mail": "on"})
    assert "Turn e-mail on" not in client.get(SETTINGS).content.decode()


def test_the_settings_name_who_logs_in_and_what_waits_for_its_code(client, customer):
    add(customer)
    text = client.get(SETTINGS).content.decode()
    assert "Everybody who logs in gets them: ada@example.com." in text
    assert "Not confirmed" in text
    assert EmailAddress.objects.count() == 1
