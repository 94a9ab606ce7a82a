"""Staff see the portal as a customer does: nothing changes, and it is kept who looked (S10)."""

import re
from datetime import timedelta

import pytest
from auditlog.models import LogEntry
from django.contrib.auth.models import Permission
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import Customer, Notification, User
from accounts.tests.builders import make_user
from commpeak.lib.clock import utc_now
from payments.models import CustomerView, PaymentEvent, TopUp
from payments.services.start_customer_view import LASTS, start_customer_view
from payments.services.stop_customer_view import stop_customer_view
from payments.view_as import SESSION_KEY, VIEWABLE
from tests.customers import make_customer, make_waiting_top_up
from tests.test_every_address import EVERY, PRIVATE, STAFF_ONLY, path_of, rows_of_every_table

pytestmark = pytest.mark.django_db
BANNER = "You see this as"
# closed while looking, each because reading it does something, asks a gateway or shows a secret
CLOSED = {
    "topup-sms-currency",  # these only take posts
    "topup-leave",
    "topup-cancel",
    "topup-payer-resend",
    "refill-pause",
    "refill-resume",
    "refill-cancel",
    "card-first",
    "card-remove",
    "card-replace",
    "notifications-read",
    "category-mail",
    "notification-address-resend",
    "notification-address-remove",
    "topup-pay",  # asks the gateway, and holds the client secret of the card form
    "topup-payer",  # a code
    "topup-return",  # asks the gateway
    "card-add",
    "card-setup",  # a client secret
    "card-setup-done",
    "notification-address-add",  # begins with a password
}
LOGIN_PAGES = re.compile(r"account_|mfa_|usersessions_")
PORTAL = [a for a in EVERY if a not in STAFF_ONLY and a.name != "view-as-stop"]


@pytest.fixture
def support() -> User:
    user = make_user(email="support@example.com", is_staff=True)
    names = ["view_as_customer", "view_customer"]
    user.user_permissions.set(Permission.objects.filter(codename__in=names))
    return user


@pytest.fixture
def top_up(sandbox_settings: None) -> TopUp:
    """50.00 USD on Voice, waiting at the gateway for a card."""
    return make_waiting_top_up(make_customer(name="Ada Lovelace"))


def looking(viewer: User, customer: Customer, **options: object) -> Client:
    """A client in the middle of a look, as the button of the admin begins it."""
    client = Client(**options)
    client.force_login(viewer, backend="django.contrib.auth.backends.ModelBackend")
    client.post(button(customer), {"reason": "called about a wire"})
    assert SESSION_KEY in client.session
    return client


def told_of(customer: Customer) -> list[dict[str, str]]:
    """What staff pressed about this customer, oldest first, as the audit log has it."""
    entries = LogEntry.objects.get_for_object(customer).order_by("pk")
    return [one.additional_data for one in entries if "action" in (one.additional_data or {})]


def button(customer: Customer) -> str:
    return reverse("admin:accounts_customer_view_as", args=[customer.pk])


def test_staff_see_what_the_customer_sees_and_that_they_are_looking(support: User, top_up: TopUp):
    client = looking(support, top_up.customer)
    page = client.get("/").content.decode()
    assert f"{BANNER} {top_up.customer} does." in page
    assert top_up.reference in page
    assert "Hello, Ada Lovelace" in page
    status = client.get(top_up.get_absolute_url()).content.decode()
    assert BANNER in status
    assert client.get("/topup/T-222222222C/").status_code == 404


def test_it_begins_with_a_reason_and_is_kept(support: User, top_up: TopUp):
    client = Client()
    client.force_login(support, backend="django.contrib.auth.backends.ModelBackend")
    assert client.post(button(top_up.customer), {"reason": " "}).status_code == 200
    assert not CustomerView.objects.exists()
    answer = client.post(button(top_up.customer), {"reason": "called about a wire"})
    assert answer["Location"] == "/"
    view = CustomerView.objects.get()
    assert (view.viewer, view.customer, view.reason) == (
        support,
        top_up.customer,
        "called about a wire",
    )
    assert view.ends_at - view.started_at == LASTS
    [logged] = told_of(top_up.customer)
    assert (logged["action"], logged["reason"]) == ("View as customer", "called about a wire")


def test_it_stops_by_the_button_and_that_is_kept_too(support: User, top_up: TopUp):
    client = looking(support, top_up.customer)
    answer = client.post("/view-as/stop/")
    assert answer["Location"] == f"/admin/accounts/customer/{top_up.customer_id}/change/"
    assert CustomerView.objects.get().ended_at is not None
    assert told_of(top_up.customer)[-1]["action"] == "Stop the view as customer"
    assert client.get("/")["Location"] == "/admin/"
    client.post("/view-as/stop/")  # a second click
    assert len(told_of(top_up.customer)) == 2


def test_it_ends_by_itself_and_says_so(support: User, top_up: TopUp, time_machine):
    client = looking(support, top_up.customer)
    time_machine.move_to(utc_now() + LASTS - timedelta(seconds=5))
    assert client.get("/").status_code == 200
    time_machine.move_to(utc_now() + timedelta(seconds=10))
    answer = client.get("/statement/voice/", follow=True)
    assert answer.redirect_chain == [("/admin/", 302)]
    assert "The view as a customer is over." in answer.content.decode()
    assert SESSION_KEY not in client.session


def test_a_form_that_is_sent_after_the_end_is_not_taken_for_the_viewer_s_own(
    support: User, top_up: TopUp, time_machine
):
    client = looking(support, top_up.customer)
    time_machine.move_to(utc_now() + LASTS + timedelta(seconds=1))
    assert client.post("/profile/time-zone/", {"time_zone": "Asia/Tokyo"}).status_code == 403


def test_whoever_loses_the_right_sees_no_more(support: User, top_up: TopUp):
    client = looking(support, top_up.customer)
    support.user_permissions.clear()
    assert client.get("/")["Location"] == "/admin/"


def test_without_the_right_nobody_looks(top_up: TopUp):
    """S10; nor does a customer who writes the key into their own session."""
    clerk = make_user(email="clerk@example.com", is_staff=True)
    clerk.user_permissions.set(Permission.objects.filter(codename="view_customer"))
    client = Client()
    client.force_login(clerk, backend="django.contrib.auth.backends.ModelBackend")
    assert client.post(button(top_up.customer), {"reason": "x"}).status_code == 403
    assert not CustomerView.objects.exists()


def test_a_look_of_somebody_else_is_no_look_of_mine(support: User, top_up: TopUp):
    looking(support, top_up.customer)
    other = make_user(email="other@example.com", is_superuser=True, is_staff=True)
    client = Client()
    client.force_login(other, backend="django.contrib.auth.backends.ModelBackend")
    session = client.session
    session[SESSION_KEY] = CustomerView.objects.get().pk
    session.save()
    assert client.get("/")["Location"] == "/admin/"


# --- nothing is written, nothing secret is shown ----------------------------------------------


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_whatever_is_no_reading_is_refused(
    support: User, top_up: TopUp, subtests: pytest.Subtests, method: str
):
    """Every address of the portal, the ones of tomorrow included."""
    client = looking(support, top_up.customer)
    before = rows_of_every_table()
    for address in PORTAL:
        with subtests.test(address.route):
            answer = getattr(client, method)(path_of(address, top_up.reference))
            assert answer.status_code == 403
    assert rows_of_every_table() == before


def test_reading_writes_nothing_and_asks_no_gateway(
    support: User, top_up: TopUp, subtests: pytest.Subtests, sandbox
):
    Notification.objects.create(
        customer=top_up.customer, category="payments", key="k", title="Unread"
    )
    customer_before = Customer.objects.filter(pk=top_up.customer_id).values().get()
    login_before = top_up.customer.members.values("last_login").get()
    client = looking(support, top_up.customer)
    before = rows_of_every_table()
    sandbox.reset()  # whoever asked now would be told that there is no such payment
    for address in PORTAL:
        with subtests.test(address.route):
            answer = client.get(path_of(address, top_up.reference))
            assert answer.status_code < 500
    assert rows_of_every_table() == before
    assert PaymentEvent.objects.filter(detail__contains="resource_missing").count() == 0
    assert Notification.objects.get(key="k").read_at is None
    assert Customer.objects.filter(pk=top_up.customer_id).values().get() == customer_before
    assert top_up.customer.members.values("last_login").get() == login_before


def test_each_page_is_either_open_or_closed_on_purpose():
    names = {a.name for a in PRIVATE if not LOGIN_PAGES.match(a.name)} - {"", "view-as-stop"}
    assert {name for name in names if name not in VIEWABLE | CLOSED} == set()
    assert not VIEWABLE & CLOSED
    assert names >= VIEWABLE


def test_pages_about_logging_in_and_with_secrets_cannot_be_reached(
    support: User, top_up: TopUp, subtests: pytest.Subtests
):
    client = looking(support, top_up.customer)
    for address in PORTAL:
        if LOGIN_PAGES.match(address.name) or address.name in CLOSED:
            with subtests.test(address.route):
                answer = client.get(path_of(address, top_up.reference))
                assert answer.status_code == 403
                assert BANNER in answer.content.decode()
    assert "support@example.com" not in _main_part(client.get("/profile/").content.decode())


def _main_part(page: str) -> str:
    return page.partition("<main")[2]


def test_a_page_that_would_write_after_all_is_refused_by_the_database(
    support: User, top_up: TopUp, monkeypatch
):
    """As somebody's mistake of tomorrow: the dashboard marks a notification as read."""
    Notification.objects.create(
        customer=top_up.customer, category="payments", key="k", title="Unread"
    )

    def marks_as_read(**_asked: object) -> list[object]:
        Notification.objects.update(read_at=utc_now())
        return []

    client = looking(support, top_up.customer)
    monkeypatch.setattr("payments.views.dashboard.recent_top_ups", marks_as_read)
    answer = client.get("/")
    assert answer.status_code == 403
    assert BANNER in answer.content.decode()
    assert Notification.objects.get().read_at is None


def test_the_admin_stays_the_viewer_s_own(support: User, top_up: TopUp):
    client = looking(support, top_up.customer)
    page = client.get(f"/admin/accounts/customer/{top_up.customer_id}/change/")
    assert page.status_code == 200
    assert BANNER not in page.content.decode()


def test_open_pages_can_be_read_and_cost_few_queries_more(
    support: User, top_up: TopUp, django_assert_max_num_queries, subtests: pytest.Subtests
):
    """Eight: the look, its customer, two for the right to it, four around the transaction."""
    client = looking(support, top_up.customer)
    for address in PRIVATE:
        if address.name in VIEWABLE:
            with subtests.test(address.route), django_assert_max_num_queries(15 + 8):
                answer = client.get(path_of(address, top_up.reference))
                assert answer.status_code in {200, 302, 404}


# --- the rows ---------------------------------------------------------------------------------


def test_a_second_look_ends_the_first(support: User):
    ada, grace = make_customer(), make_customer()
    for customer in (ada, grace):
        start_customer_view(viewer=support, customer=customer, reason="call", now=utc_now())
    assert [v.ended_at is None for v in CustomerView.objects.order_by("pk")] == [False, True]


def test_stopping_twice_keeps_the_first_end(support: User):
    view = start_customer_view(
        viewer=support, customer=make_customer(), reason="call", now=utc_now()
    )
    assert stop_customer_view(view_id=view.pk, now=utc_now())
    assert not stop_customer_view(view_id=view.pk, now=utc_now())


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM payments_customerview",
        "UPDATE payments_customerview SET reason = 'x'",
        "UPDATE payments_customerview SET ends_at = ends_at + interval '1 day'",
    ],
)
def test_the_database_keeps_who_looked(support: User, sql: str):
    start_customer_view(viewer=support, customer=make_customer(), reason="call", now=utc_now())
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
