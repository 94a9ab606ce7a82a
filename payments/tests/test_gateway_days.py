"""A gateway's own totals beside our books: 0.00, or the rows that differ, which heal themselves."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.urls import reverse

from accounts.tests.builders import make_user
from commpeak.lib.clock import utc_now
from commpeak.lib.money import Money
from payments.day_totals import Movement, day_totals
from payments.gateways.base import GatewayError
from payments.gateways.registry import gateways_with_movements
from payments.models import GatewayDay, Payment, PaymentFact, WebhookEvent
from payments.selectors.days_to_compare import days_to_compare
from payments.selectors.due_webhooks import due_webhooks
from payments.services.check_gateway_day import check_gateway_day
from payments.services.process_webhook import process_webhook
from payments.states import FactKind
from payments.tests.builders import (
    balance_of,
    make_customer,
    make_payment,
    make_started_payment,
    sync,
    usd,
)
from sandbox.faults import FaultKind

pytestmark = pytest.mark.django_db


def moved(kind: FactKind, object_id: str, amount: str, currency: str = "USD") -> Movement:
    return Movement(kind, object_id, Money(Decimal(amount), currency))


def check(days_later: int = 0, gateway: str = "card") -> list[GatewayDay]:
    day = utc_now().date() + timedelta(days=days_later)
    return check_gateway_day(gateway=gateway, day=day, now=utc_now())


def differences() -> list[tuple[str, str, str]]:
    rows = [row for day in GatewayDay.objects.all() for row in day.differences.order_by("pk")]
    return [(row.problem, row.kind, row.object_id) for row in rows]


def work_off_the_inbox() -> None:
    for event_id in due_webhooks(now=utc_now()):
        process_webhook(event_id=event_id, now=utc_now())


@pytest.fixture
def paid(card) -> Payment:
    """100.00 USD taken, of which we have not heard."""
    payment, secret = make_started_payment(money=usd("100.00"))
    card.pay(secret)
    return payment


# --- the comparison -------------------------------------------------------------------------


def test_what_came_and_what_went_are_summed_with_their_signs():
    both = [
        moved(FactKind.CAPTURE, "ch_1", "100"),
        moved(FactKind.REFUND, "re_1", "30"),
        moved(FactKind.REFUND_FAILED, "re_1", "30"),
        moved(FactKind.DISPUTE, "dp_1", "70"),
        moved(FactKind.DISPUTE_WON, "dp_1", "70"),
        moved(FactKind.DISPUTE_LOST, "dp_2", "70"),
    ]
    [totals] = day_totals(there=both, here=both).values()
    assert (totals.there, totals.here, totals.count_there) == (usd("100"), usd("100"), 5)
    assert totals.differences == ()


def test_money_that_we_parked_is_the_capture_there():
    [totals] = day_totals(
        there=[moved(FactKind.CAPTURE, "ch_1", "1")], here=[moved(FactKind.PARKED, "ch_1", "1")]
    ).values()
    assert totals.differences == ()


def test_each_currency_is_summed_by_itself():
    totals = day_totals(
        there=[moved(FactKind.CAPTURE, "ch_1", "5", "EUR")],
        here=[moved(FactKind.CAPTURE, "ch_1", "5")],
    )
    assert {currency: len(day.differences) for currency, day in totals.items()} == {
        "EUR": 1,
        "USD": 1,
    }


def test_equal_sums_of_different_rows_are_no_agreement():
    [totals] = day_totals(
        there=[moved(FactKind.CAPTURE, "ch_1", "5"), moved(FactKind.CAPTURE, "ch_2", "7")],
        here=[moved(FactKind.CAPTURE, "ch_1", "7"), moved(FactKind.CAPTURE, "ch_2", "5")],
    ).values()
    assert totals.there == totals.here
    assert [one.object_id for one in totals.differences] == ["ch_1", "ch_2"]


# --- against the gateway --------------------------------------------------------------------


def test_a_day_that_we_know_all_of_has_no_difference(card, paid):
    sync(paid)
    card.act(paid.gateway_id, "refund", amount=3000)
    sync(paid)
    [row] = check()
    assert (row.sum_there, row.sum_here) == (Decimal(70), Decimal(70))
    assert (str(row.difference), row.count_there) == ("0.00 USD", 2)
    assert differences() == []


def test_what_is_missing_here_is_named_fetched_and_gone_at_the_next_check(paid):
    [row] = check()
    [charge_id] = [row.object_id for row in row.differences.all()]
    assert str(row.difference) == "100.00 USD"
    assert differences() == [("missing_here", "capture", charge_id)]
    assert row.differences.get().payment == paid
    assert WebhookEvent.objects.get().event_type == "daily-totals"
    work_off_the_inbox()
    assert balance_of(paid.top_up.customer) == usd("100.00")
    [row] = check()
    assert str(row.difference) == "0.00 USD"
    assert differences() == []
    assert WebhookEvent.objects.count() == 1


def test_a_list_that_does_not_tell_whose_money_it_is_leads_to_all_that_changed(paypal):
    customer = make_customer()
    payment = make_payment(customer=customer, money=usd("100.00"), method="paypal")
    sync(payment)
    paypal.paypal_approve(payment.idempotency_key, email=customer.members.get().email)
    sync(payment)
    paypal.paypal_act(payment.idempotency_key, "refund", amount="20.00")
    [row] = check(gateway="paypal")
    assert [(one.problem, one.kind) for one in row.differences.all()] == [
        ("missing_here", "refund")
    ]
    work_off_the_inbox()
    assert balance_of(customer) == usd("80.00")
    [row] = check(gateway="paypal")
    assert (row.sum_there, str(row.difference)) == (Decimal(80), "0.00 USD")


def test_what_is_missing_there_and_what_is_told_otherwise_is_named(card, paid):
    sync(paid)
    other = paid.facts.get()
    PaymentFact.objects.create(
        payment=paid,
        gateway="card",
        kind=FactKind.REFUND,
        object_id="re_unknown",
        amount=Decimal(5),
        currency="USD",
        entry_id=other.entry_id,
        occurred_at=utc_now(),
    )
    card.set_fault(FaultKind.WRONG_AMOUNT, match=paid.gateway_id, amount=9900)
    [row] = check()
    assert (row.sum_there, row.sum_here) == (Decimal(99), Decimal(95))
    assert differences() == [
        ("other_amount", "capture", other.object_id),
        ("missing_there", "refund", "re_unknown"),
    ]


def test_another_day_has_nothing(paid):
    assert check(days_later=-1) == []
    assert check(days_later=1) == []


def test_a_gateway_that_does_not_answer_leaves_the_last_check(card, paid):
    check()
    card.set_fault(FaultKind.ERROR_BEFORE, operation="charges.list", times=3)
    with pytest.raises(GatewayError):
        check()
    assert len(differences()) == 1


def test_a_gateway_without_a_list_of_movements_is_left_out(settings):
    assert "card" in [gateway.code for gateway in gateways_with_movements()]
    settings.STRIPE_SECRET_KEY = ""
    assert "card" not in [gateway.code for gateway in gateways_with_movements()]


def test_the_last_whole_days_are_compared():
    assert days_to_compare(gateway="card", now=datetime(2026, 3, 2, 4, 40, tzinfo=UTC)) == [
        date(2026, 3, 1),
        date(2026, 2, 28),
        date(2026, 2, 27),
    ]


def test_an_earlier_day_is_compared_again_once_something_of_it_was_recorded(paid):
    """PayPal dates an e-cheque by its making, however many days later it clears."""
    sync(paid)
    capture = paid.facts.get()
    nine_days_later = utc_now() + timedelta(days=9)

    def earlier_days(gateway: str = "card", days_later: int = 0) -> list[date]:
        now = nine_days_later + timedelta(days=days_later)
        return days_to_compare(gateway=gateway, now=now)[3:]

    assert earlier_days() == [capture.occurred_at.date()]  # nobody has compared it yet
    assert earlier_days("paypal") == []
    check_gateway_day(gateway="card", day=capture.occurred_at.date(), now=nine_days_later)
    assert earlier_days() == []

    PaymentFact.objects.create(
        payment=paid,
        gateway="card",
        kind=FactKind.REFUND,
        object_id="re_late",
        amount=Decimal(30),
        currency="USD",
        entry_id=capture.entry_id,
        occurred_at=capture.occurred_at,
        created_at=nine_days_later + timedelta(hours=1),
    )
    assert earlier_days(days_later=1) == [capture.occurred_at.date()]
    assert earlier_days(days_later=20) == []  # further back than a gateway's own list


# --- the admin ------------------------------------------------------------------------------


@pytest.fixture
def staff(client):
    client.force_login(make_user(email="clerk@example.com", is_staff=True, is_superuser=True))
    return client


def test_staff_see_what_differs_check_again_and_see_it_gone(staff, paid):
    [row] = check()
    home = staff.get("/admin/").content.decode()
    assert "Difference 100.00 USD in 1 rows" in home
    page = reverse("admin:payments_gatewayday_change", args=[row.pk])
    assert "missing here" in staff.get(page).content.decode()
    work_off_the_inbox()
    again = reverse("admin:payments_gatewayday_check_again", args=[row.pk])
    staff.get(again)
    assert GatewayDay.objects.get().difference_count == 1  # the question alone changes nothing
    staff.post(again, {"reason": "fetched"})
    listed = staff.get(reverse("admin:payments_gatewayday_changelist")).content.decode()
    assert "0.00 USD" in listed
    assert GatewayDay.objects.get().difference_count == 0


def test_the_books_prove_after_a_day_was_healed(paid):
    check()
    work_off_the_inbox()
    call_command("verify_ledger")
