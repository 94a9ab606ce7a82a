"""Builders for payments by PayPal, at a sandbox whose payer agrees or does not."""

import re

from django.test import Client

from accounts.models import OutgoingEmail
from payments.models import Payment
from payments.tests.builders import make_customer, make_payment, sync
from sandbox.testing import Sandbox

STRANGER = "boss@example.org"


def log_in(payment: Payment) -> Client:
    client = Client()
    member = payment.top_up.customer.members.get()
    client.force_login(member, backend="django.contrib.auth.backends.ModelBackend")
    return client


def make_paypal_payment(**facts) -> Payment:
    """Started: its payer may agree at PayPal."""
    payment = make_payment(method="paypal", **facts)
    sync(payment)
    return payment


def agree(paypal: Sandbox, payment: Payment, email: str = "") -> None:
    """The payer agrees on PayPal's page and closes the tab; a member, unless told otherwise."""
    payer = email or payment.top_up.customer.members.get().email
    paypal.paypal_approve(payment.gateway_id, email=payer)


def make_held_payment(paypal: Sandbox, email: str = STRANGER, **facts) -> Payment:
    """Agreed to by somebody whose address nobody has confirmed."""
    payment = make_paypal_payment(customer=facts.pop("customer", None) or make_customer(), **facts)
    agree(paypal, payment, email)
    sync(payment)
    return payment


def code_in_mail(email: str = STRANGER) -> str:
    """Of the newest message to that address."""
    message = OutgoingEmail.objects.filter(to=email).latest("pk")
    found = re.search(r"^ +(\d{6})$", message.text, re.MULTILINE)
    assert found
    return found[1]


def wrong_code(email: str = STRANGER) -> str:
    """Any but the one that was mailed."""
    return f"{(int(code_in_mail(email)) + 1) % 1_000_000:06}"
