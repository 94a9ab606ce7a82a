"""Builders for tests about money that goes back."""

from decimal import Decimal
from uuid import uuid4

from accounts.models import Customer, OutgoingEmail
from billing.models import AccountKind, EntryKind, Purse
from billing.selectors.customer_account import customer_account
from billing.services.open_internal_account import open_internal_account
from billing.services.post_entry import Line, post_entry
from commpeak.lib.clock import utc_now
from commpeak.lib.money import Money
from payments.gateways.base import Snapshot
from payments.models import Payment, Refund
from payments.services.apply_snapshot import apply_snapshot
from payments.services.approve_refund import approve_refund
from payments.services.request_refund import request_refund
from payments.states import FactKind
from payments.tests.builders import NOON, POLL, make_payment, observed, usd

STAFF = "clerk@example.com"


def make_paid_payment(*, amount: str = "100.00", parked: bool = False, **facts) -> Payment:
    """A payment of which the gateway proved that it came; nobody was asked over HTTP."""
    payment = make_payment(money=usd(amount), **facts)
    came = usd("1.00") if parked else usd(amount)
    prove(payment, observed(FactKind.CAPTURE, f"ch_{payment.pk}", came))
    return payment


def prove(payment: Payment, *facts, asked_at=NOON, **said) -> None:
    """The gateway's answer holds these facts."""
    gateway_id = payment.gateway_id or f"pi_{payment.pk}"
    apply_snapshot(
        payment_id=payment.pk,
        snapshot=Snapshot(
            gateway_id=gateway_id, key=payment.idempotency_key, facts=tuple(facts), **said
        ),
        asked_at=asked_at,
        source=POLL,
        now=utc_now(),
    )
    payment.refresh_from_db()


def spend(
    customer: Customer, amount: str, purse: Purse = Purse.VOICE, *, forced: bool = True
) -> None:
    """Calls that were made already; not `forced`, one that the switch asks about first."""
    revenue = open_internal_account(kind=AccountKind.REVENUE, name=purse.value, currency="USD")
    money = Money(Decimal(amount), "USD")
    account = customer_account(customer=customer, purse=purse).pk
    post_entry(
        source=f"usage:{uuid4()}",
        kind=EntryKind.USAGE,
        lines=[Line(account, -money), Line(revenue, money)],
        occurred_at=NOON,
        actor="switch",
        forced=forced,
    )


def ask(payment: Payment, amount: str = "40.00", *, staff: bool = False, **how) -> Refund:
    return request_refund(
        payment_id=payment.pk,
        money=how.get("money", usd(amount)),
        reason=Refund.Reason.WRONG_AMOUNT,
        comment="",
        asked_by=Refund.AskedBy.STAFF if staff else Refund.AskedBy.CUSTOMER,
        asker=STAFF if staff else "ada@example.com",
        request_key=how.get("request_key") or uuid4(),
        now=utc_now(),
    )


def approve(refund: Refund) -> Refund:
    approve_refund(refund_id=refund.pk, actor=STAFF, reason="checked", now=utc_now())
    refund.refresh_from_db()
    return refund


def mails() -> list[str]:
    """The subjects of all e-mails, oldest first, but for "received" (see test_tell_customer)."""
    others = OutgoingEmail.objects.exclude(key__startswith="payment:")
    return list(others.order_by("pk").values_list("subject", flat=True))
