"""Typed builders: name what matters to the test, the rest is filled in."""

from itertools import count
from typing import Any

from django.core import mail
from django.core.mail import EmailMessage

from accounts.models import Customer, TermsVersion, User
from accounts.selectors.current_terms import current_terms
from accounts.selectors.due_emails import due_emails
from accounts.services.agree_to_terms import agree_to_terms
from accounts.services.create_login import create_login
from accounts.services.open_customer import open_customer
from accounts.services.publish_terms import publish_terms
from accounts.services.send_email import send_email
from accounts.staff_roles import Role
from commpeak.lib.clock import utc_now

PASSWORD = "correct horse battery"
_numbers = count(1)

ADDRESS_IN_BERLIN = {
    "country_code": "DE",
    "street_address": "Torstraße 1",
    "city": "Berlin",
    "postal_code": "10119",
}


def make_user(*, email: str = "", **flags: bool) -> User:
    """A user with PASSWORD and a verified e-mail address, but without a customer."""
    return create_login(
        email=email or f"user{next(_numbers)}@example.com", password=PASSWORD, **flags
    )


def make_staff(*roles: Role, email: str = "") -> User:
    """A colleague with these roles; without any they may enter the admin and see nothing."""
    return create_login(
        email=email or f"staff{next(_numbers)}@example.com",
        password=PASSWORD,
        is_staff=True,
        roles=roles,
    )


def make_customer(
    *,
    user: User | None = None,
    email: str = "",
    currency: str = "USD",
    address_complete: bool = True,
    **fields: Any,
) -> Customer:
    """A customer with one member; `fields` are set on the Customer (name, time_zone …).

    With `address_complete` it is Ada Lovelace in Berlin and may top up. `sms_currency` and
    balances are billing's business: see its own builders.
    """
    customer = open_customer(user=user or make_user(email=email), currency=currency, now=utc_now())
    if address_complete:
        fields = {"name": "Ada Lovelace"} | fields
        for part, value in ADDRESS_IN_BERLIN.items():
            setattr(customer.address, part, value)
        customer.address.save()
    for name, value in fields.items():
        setattr(customer, name, value)
    customer.save()
    return customer


def publish(slug: str, text: str = "Read this.") -> TermsVersion:
    """A new version of these terms, which holds from now on."""
    draft = TermsVersion.objects.create(slug=slug, title="Payment terms", text=text)
    return publish_terms(version_id=draft.pk, now=utc_now())


def agree_to(slug: str, customer: Customer) -> None:
    """To the version that holds; tests that emptied the tables have none, and get one."""
    agree_to_terms(
        customer=customer,
        user=customer.members.get(),
        version=current_terms(slug) or publish(slug),
        ip_address="192.0.2.7",
        now=utc_now(),
    )


def sent_mails() -> list[EmailMessage]:
    """All so far, oldest first, after the outbox has sent what was due."""
    for email_id in due_emails(now=utc_now()):
        send_email(email_id=email_id, now=utc_now())
    return list(mail.outbox)
