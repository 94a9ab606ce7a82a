"""Staff refund, approve and decline with a reason, through the services of the customer."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.staff_roles import Role
from accounts.tests.builders import make_staff, make_user
from commpeak.lib.clock import utc_now
from payments.models import Refund
from payments.refund_states import RefundState
from payments.selectors.refund_queues import refund_queues
from payments.services.approve_refund import approve_refund
from payments.states import FactKind
from payments.tests.builders import NOON, observed, usd
from payments.tests.refund_builders import approve, ask, mails, make_paid_payment, prove, spend

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(client):
    client.force_login(make_user(email="clerk@example.com", is_staff=True, is_superuser=True))
    return client


def address(subject, action: str) -> str:
    return reverse(f"admin:payments_{subject._meta.model_name}_{action}", args=[subject.pk])


def typed(amount: str = "40.00", **changes) -> dict[str, str]:
    fields = {"amount": amount, "why": "paid_twice", "reason": "Paid twice by mistake"}
    return fields | {"request_key": str(uuid4())} | changes


def test_staff_refund_a_payment_with_amount_and_reason(staff):
    payment = make_paid_payment()
    question = staff.get(address(payment, "refund")).content.decode()
    assert "100.00 USD of this payment can go back to Credit card." in question
    assert not Refund.objects.exists()
    staff.post(address(payment, "refund"), typed("40.00"))
    refund = Refund.objects.get()
    assert (refund.state, refund.asked_by, refund.decided_by) == (
        RefundState.APPROVED,
        "staff",
        "clerk@example.com",
    )
    assert mails() == [f"Your refund {refund.reference} of 40.00 USD is approved"]


def test_a_double_click_of_staff_is_one_refund(staff):
    payment, twice = make_paid_payment(), typed("40.00")
    for _click in range(2):
        staff.post(address(payment, "refund"), twice)
    assert Refund.objects.count() == 1


def test_s11_a_large_refund_of_staff_is_approved_by_another_person(staff, settings):
    """Also in parts of one day; whoever asked for it may withdraw it."""
    payment = make_paid_payment(amount="500.00")
    settings.SECOND_PERSON_ABOVE = {"USD": "100"}
    staff.post(address(payment, "refund"), typed("60.00"))
    page = staff.post(address(payment, "refund"), typed("40.01"), follow=True)
    alone, large = Refund.objects.order_by("pk")
    assert (alone.state, alone.needs_second) == (RefundState.APPROVED, False)
    assert (large.state, large.needs_second) == (RefundState.REQUESTED, True)
    assert f"Refund {large.reference} waits for a second person" in page.content.decode()
    page = staff.post(address(large, "approve"), {"reason": "ok"}, follow=True)
    assert "You asked for this yourself." in page.content.decode()

    large.refresh_from_db()
    with pytest.raises(IntegrityError, match="approved_by_another_person"), transaction.atomic():
        Refund.objects.filter(pk=large.pk).update(state="approved", decided_by=large.asker)
    with pytest.raises(IntegrityError, match="keep whether they need"), transaction.atomic():
        Refund.objects.filter(pk=large.pk).update(needs_second=False)
    approve_refund(refund_id=large.pk, actor="bob@example.com", reason="seen", now=utc_now())
    large.refresh_from_db()
    assert (large.state, large.decided_by) == (RefundState.APPROVED, "bob@example.com")


def test_a_customers_own_request_is_approved_by_one_of_staff(settings):
    settings.SECOND_PERSON_ABOVE = {"USD": "10"}
    assert approve(ask(make_paid_payment(), "40.00")).state == RefundState.APPROVED


@pytest.mark.parametrize("amount", ["", "0", "-1", "NaN", "1e3", "100.01", "40.001", "9" * 30])
def test_m5_an_amount_that_staff_may_not_refund_is_refused(staff, amount):
    payment = make_paid_payment()
    page = staff.post(address(payment, "refund"), typed(amount), follow=True)
    assert page.status_code == 200
    assert not Refund.objects.exists()


def test_a_refund_without_a_reason_is_not_done(staff):
    payment = make_paid_payment()
    staff.post(address(payment, "refund"), typed("40.00", reason=" "))
    assert not Refund.objects.exists()


def test_staff_read_what_a_refund_does_to_the_balance(staff):
    payment = make_paid_payment()
    refund = ask(payment, "100.00")
    spend(payment.top_up.customer, "80")
    question = staff.get(address(refund, "approve")).content.decode()
    assert "The balance does not cover that any more." in question
    assert "The Voice balance is −80.00 USD afterwards." in question
    page = staff.post(address(refund, "approve"), {"reason": "ok"}, follow=True).content.decode()
    assert "Only 20.00 USD is still covered" in page


def test_staff_approve_once(staff):
    refund = ask(make_paid_payment(), "40.00")
    staff.post(address(refund, "approve"), {"reason": "checked"})
    page = staff.post(address(refund, "approve"), {"reason": "again"}, follow=True)
    refund.refresh_from_db()
    assert (refund.state, refund.decision) == (RefundState.APPROVED, "checked")
    assert "approved cannot become approved" in page.content.decode()


def test_staff_decline_with_a_reason_that_the_customer_reads(staff):
    refund = ask(make_paid_payment(), "40.00")
    staff.post(address(refund, "decline"), {"reason": "The calls were made"})
    refund.refresh_from_db()
    assert (refund.state, refund.decision) == (RefundState.DECLINED, "The calls were made")
    assert "The calls were made" in refund.payment.top_up.customer.emails.last().text


@pytest.mark.parametrize("action", ["approve", "decline"])
def test_s10_staff_without_the_permission_may_not_decide(client, action):
    refund = ask(make_paid_payment(), "40.00")
    client.force_login(make_user(email="reader@example.com", is_staff=True))
    assert client.post(address(refund, action), {"reason": "x"}).status_code == 403
    assert client.post(address(refund.payment, "refund"), typed()).status_code == 403
    assert Refund.objects.get().state == RefundState.REQUESTED


def test_s10_support_asks_for_a_refund_and_does_not_approve_it(client):
    client.force_login(make_staff(Role.SUPPORT))
    page = client.post(address(make_paid_payment(), "refund"), typed(), follow=True)
    refund = Refund.objects.get()
    assert refund.state == RefundState.REQUESTED
    assert f"Refund {refund.reference} is requested" in page.content.decode()
    assert client.post(address(refund, "approve"), {"reason": "x"}).status_code == 403


@pytest.mark.parametrize("odd_id", ["0", "x", "99999999999999999999"])
@pytest.mark.parametrize("action", ["payment/{}/refund", "refund/{}/approve", "refund/{}/decline"])
def test_an_action_on_nothing_is_not_found(staff, action, odd_id):
    assert staff.get(f"/admin/payments/{action.format(odd_id)}/").status_code == 404


def test_lists_and_details_open_and_offer_no_change(staff, django_assert_max_num_queries):
    refund = ask(make_paid_payment(), "40.00")
    with django_assert_max_num_queries(15):
        assert staff.get(reverse("admin:payments_refund_changelist")).status_code == 200
    page = reverse("admin:payments_refund_change", args=[refund.pk])
    with django_assert_max_num_queries(20):
        assert 'name="_save"' not in staff.get(page).content.decode()
    assert staff.post(page, {"amount": "1"}).status_code == 403
    delete = reverse("admin:payments_refund_delete", args=[refund.pk])
    assert staff.get(delete).status_code == 403


def waiting(now=None) -> dict[str, list[str]]:
    queues = refund_queues(now=now or utc_now())
    return {str(queue.title): [item.why for item in queue.items] for queue in queues}


def test_the_home_page_has_disputes_by_the_date_of_our_answer(staff):
    for days in (9, 3):
        payment = make_paid_payment()
        prove(
            payment,
            observed(FactKind.DISPUTE, f"dp_{days}", usd("100.00")),
            answer_by=NOON + timedelta(days=days),
        )
    assert waiting()["Disputed payments"] == ["Answer by Mar 5, 2026", "Answer by Mar 11, 2026"]
    assert "Answer by Mar 5, 2026" in staff.get("/admin/").content.decode()


def test_the_home_page_has_requests_and_what_the_gateway_does_not_prove():
    refund = ask(make_paid_payment(), "40.00")
    assert waiting()["Refund requests"] == ["Wrong top-up amount"]
    approve(refund)
    assert waiting()["Refund requests"] == []
    assert waiting()["Refunds that did not go through"] == []
    late = utc_now() + timedelta(hours=2)
    assert waiting(late)["Refunds that did not go through"] == ["Wrong top-up amount"]
