"""Bank accounts and wires that name only what a test is about."""

import io
import zlib
from datetime import date
from uuid import uuid4

from PIL import Image

from accounts.models import Customer
from billing.models import Purse
from commpeak.lib.clock import utc_now
from commpeak.lib.documents import Document
from commpeak.lib.money import Money
from payments.models import Payment
from payments.models.wire import BankAccount, WireAnnouncement
from payments.services.announce_wire import announce_wire
from payments.services.start_top_up import start_top_up
from payments.tests.builders import make_customer, sync, usd

IBAN = "DE89370400440532013000"
BIC = "COBADEFFXXX"
ADA = "Ada Lovelace"


def make_bank_account(currency: str = "USD", **fields) -> BankAccount:
    """In Germany, with an IBAN; valid in every currency."""
    facts = {
        "holder": "CommPeak Example GmbH",
        "bank_name": "Example Bank",
        "bank_address": "Beispielstraße 1, 10115 Berlin",
        "country": "DE",
        "iban": IBAN,
        "bic": BIC,
    }
    account = BankAccount(currency=currency, **(facts | fields))
    account.full_clean()
    account.save()
    return account


def make_wire(
    *, customer: Customer | None = None, money: Money | None = None, purse: Purse = Purse.VOICE
) -> Payment:
    """A top-up by wire that waits for the customer to send it, with an account to send it to."""
    money = money or usd("100.00")
    if not BankAccount.objects.filter(currency=money.currency).exists():
        make_bank_account(money.currency)
    payment = start_wire(customer or make_customer(), money, purse)
    sync(payment)
    return payment


def start_wire(customer: Customer, money: Money, purse: Purse = Purse.VOICE) -> Payment:
    _top_up, payment = start_top_up(
        customer=customer,
        purse=purse,
        money=money,
        method="wire",
        request_key=uuid4(),
        ip_address=None,
        now=utc_now(),
    )
    return payment


def announce(payment: Payment, **changes) -> WireAnnouncement:
    """Ada sent the amount that was asked for, today."""
    facts = {
        "payer_name": ADA,
        "money": payment.money,
        "sent_on": utc_now().date(),
        "proof": None,
        "now": utc_now(),
    }
    said = announce_wire(payment_id=payment.pk, **(facts | changes))
    payment.refresh_from_db()
    return said


MONDAY = date(2026, 3, 2)
PDF = (
    b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\n"
    b"trailer\n<< /Root 1 0 R >>\nstartxref\n9\n%%EOF\n"
)


def a_receipt(content: bytes = PDF) -> Document:
    return Document(content, "application/pdf", "receipt.pdf")


def image(kind: str, size: tuple[int, int] = (40, 30)) -> bytes:
    """A picture with enough in it that cutting off its end cuts off pixels."""
    noise = zlib.compress(bytes(range(256)) * 40)
    pixels = (noise * (1 + size[0] * size[1] * 3 // len(noise)))[: size[0] * size[1] * 3]
    out = io.BytesIO()
    Image.frombytes("RGB", size, pixels).save(out, kind)
    return out.getvalue()
