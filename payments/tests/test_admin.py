"""Staff see what needs a human, act with a reason, and can type over nothing."""

from datetime import timedelta

import pytest
from auditlog.models import LogEntry
from django.urls import reverse

from accounts.services.note_heartbeat import note_heartbeat
from accounts.tests.builders import make_user
from commpeak.lib.clock import utc_now
from payments.models import Payment, WebhookEvent
from payments.states import State
from payments.tests.builders import make_payment, make_started_payment, usd

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(client):
    user = make_user(email="clerk@example.com", is_staff=True, is_superuser=True)
    client.force_login(user)
    return client


def failed_message() -> WebhookEvent:
    return WebhookEvent.objects.create(
        gateway="card",
        event_id="evt_1",
        event_type="charge.updated",
        gateway_id="pi_1",
        body=b"{}",
        status=WebhookEvent.Status.FAILED,
        due_at=None,
        attempts=8,
        last_error="no payment has the id pi_1",
    )


def test_the_home_page_says_when_nothing_waits(staff):
    quiet = staff.get("/admin/").content.decode().partition("Nothing waits here")[2]
    assert quiet.count("<li>") == 14


def test_the_home_page_asks_the_database_once_for_each_kind_of_work(
    staff, django_assert_max_num_queries
):
    failed_message()
    with django_assert_max_num_queries(20):
        staff.get("/admin/")


def test_the_home_page_warns_when_background_work_stands_still(staff):
    """A13"""
    assert "Background work has never run." in staff.get("/admin/").content.decode()
    note_heartbeat(now=utc_now() - timedelta(hours=1))
    assert "Background work has stood still for 1" in staff.get("/admin/").content.decode()
    note_heartbeat(now=utc_now())
    assert "Background work" not in staff.get("/admin/").content.decode()


def test_the_home_page_shows_what_waits_and_why(staff):
    failed_message()
    payment = make_payment()
    Payment.objects.update(needs_review="1.00 USD came instead of 50.00 USD")
    page = staff.get("/admin/").content.decode()
    assert "1.00 USD came instead of 50.00 USD" in page
    assert reverse("admin:payments_payment_change", args=[payment.pk]) in page
    assert "no payment has the id pi_1" in page
    assert page.partition("Nothing waits here")[2].count("<li>") == 12


@pytest.mark.parametrize("model", ["topup", "payment", "webhookevent"])
def test_lists_and_details_open_and_offer_no_change(staff, model, django_assert_max_num_queries):
    payment, message = make_payment(), failed_message()
    pk = {"topup": payment.top_up_id, "payment": payment.pk, "webhookevent": message.pk}[model]
    with django_assert_max_num_queries(15):
        assert staff.get(reverse(f"admin:payments_{model}_changelist")).status_code == 200
    address = reverse(f"admin:payments_{model}_change", args=[pk])
    with django_assert_max_num_queries(20):
        page = staff.get(address)
    assert page.status_code == 200
    assert 'name="_save"' not in page.content.decode()
    assert staff.post(address, {"amount": "1"}).status_code == 403
    assert staff.get(reverse(f"admin:payments_{model}_add")).status_code == 403
    assert staff.get(reverse(f"admin:payments_{model}_delete", args=[pk])).status_code == 403


def test_asking_the_gateway_again_settles_and_is_logged(staff, card):
    payment, secret = make_started_payment(money=usd("50.00"))
    card.pay(secret)
    address = reverse("admin:payments_payment_ask_gateway", args=[payment.pk])
    staff.get(address)
    payment.refresh_from_db()
    assert payment.state == State.AWAITING_CUSTOMER  # looking at the question changes nothing
    staff.post(address, {"reason": "customer called"})
    payment.refresh_from_db()
    assert payment.state == State.SUCCEEDED
    entry = LogEntry.objects.get_for_object(payment).get()
    assert entry.additional_data == {
        "action": "Ask the gateway again",
        "reason": "customer called",
        "outcome": "The payment is now as the gateway has it.",
    }
    assert entry.changes["state"] == ["awaiting_customer", "succeeded"]


def test_an_action_without_a_reason_is_not_done(staff):
    payment = make_payment()
    Payment.objects.update(needs_review="odd")
    address = reverse("admin:payments_payment_review", args=[payment.pk])
    assert staff.post(address, {"reason": " "}).status_code == 200
    assert Payment.objects.get().needs_review == "odd"


def test_closing_a_review_keeps_who_and_why(staff):
    payment = make_payment()
    Payment.objects.update(needs_review="odd")
    address = reverse("admin:payments_payment_review", args=[payment.pk])
    for _click in range(2):
        staff.post(address, {"reason": "refunded by hand"})
    assert Payment.objects.get().needs_review == ""
    [event] = payment.events.all()
    assert event.detail == "review closed by clerk@example.com: refunded by hand (was: odd)"


def test_a_failed_message_goes_back_to_the_queue(staff):
    message = failed_message()
    address = reverse("admin:payments_webhookevent_process_again", args=[message.pk])
    staff.post(address, {"reason": "payment found"})
    message.refresh_from_db()
    assert (message.status, message.attempts) == ("received", 0)
    assert message.due_at <= utc_now()


def test_a_payment_the_gateway_cannot_tell_about_is_said_so(staff, card):
    payment, _secret = make_started_payment()
    card.reset()
    address = reverse("admin:payments_payment_ask_gateway", args=[payment.pk])
    page = staff.post(address, {"reason": "look"}, follow=True).content.decode()
    assert "resource_missing" in page


def test_staff_without_the_permission_may_not_act(client):
    """S10"""
    payment = make_payment()
    client.force_login(make_user(email="reader@example.com", is_staff=True))
    address = reverse("admin:payments_payment_review", args=[payment.pk])
    assert client.post(address, {"reason": "x"}).status_code == 403


@pytest.mark.parametrize("odd_id", ["0", "x", "99999999999999999999"])
def test_an_action_on_nothing_is_not_found(staff, odd_id):
    address = f"/admin/payments/payment/{odd_id}/close-review/"
    assert staff.get(address).status_code == 404


def test_a_message_is_shown_without_the_key_to_the_customers_card_form(staff):
    """S15"""
    message = failed_message()
    body = b'{"id": "evt_1", "client_secret": "pi_1_secret_abc", "amount": 5000}'
    WebhookEvent.objects.filter(pk=message.pk).update(body=body)
    url = reverse("admin:payments_webhookevent_change", args=[message.pk])
    page = staff.get(url).content.decode()
    assert "secret_abc" not in page
    assert "5000" in page
