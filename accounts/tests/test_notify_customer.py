"""One event is one line under the bell and one mail per address, whoever tells it and how often."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier

import pytest
from django.core import mail
from django.db import IntegrityError, connection, transaction

from accounts.models import Category, Membership, Notification, NotificationAddress, OutgoingEmail
from accounts.selectors.due_emails import due_emails
from accounts.services.notify_customer import notify_customer
from accounts.services.send_email import send_email
from accounts.services.set_category_mail import set_category_mail
from accounts.tests.builders import make_customer, make_user
from commpeak.lib.errors import Refused

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def tell(customer, *, key="event:1", category=Category.SECURITY, email="x@example.com") -> bool:
    return notify_customer(
        customer=customer,
        category=category,
        key=key,
        template="address_added",
        context={"email": email, "category": "Payments", "path": "/profile/notifications/"},
        now=NOON,
    )


def add_address(customer, email, *, category=Category.SECURITY, verified=True) -> None:
    NotificationAddress.objects.create(
        customer=customer, category=category, email=email, verified_at=NOON if verified else None
    )


def recipients() -> list[str]:
    return list(OutgoingEmail.objects.order_by("pk").values_list("to", flat=True))


def test_an_event_is_told_under_the_bell_and_by_mail():
    customer = make_customer(email="ada@example.com")
    assert tell(customer)
    line = Notification.objects.get()
    assert (line.title, line.path) == (
        "Messages now also go to x@example.com",
        "/profile/notifications/",
    )
    assert line.read_at is None
    email = OutgoingEmail.objects.get()
    assert (email.to, email.subject, email.customer) == ("ada@example.com", line.title, customer)
    assert "http://localhost:8000/profile/notifications/" in email.text


def test_the_same_event_again_tells_nothing():
    customer = make_customer()
    assert tell(customer)
    assert not tell(customer, email="other@example.com")
    assert Notification.objects.get().title == "Messages now also go to x@example.com"
    assert len(recipients()) == 1


def test_nothing_is_told_when_the_business_rolls_back():
    customer = make_customer()
    with transaction.atomic():
        tell(customer)
        transaction.set_rollback(True)
    assert not Notification.objects.exists()
    assert due_emails(now=NOON) == []


def test_every_member_and_every_confirmed_address_of_the_category_gets_one_mail():
    customer = make_customer(email="ada@example.com")
    bob = make_user(email="bob@example.com")
    Membership.objects.create(customer=customer, user=bob)
    add_address(customer, "books@example.com")
    add_address(customer, "ada@example.com")  # is a member as well
    add_address(customer, "pay@example.com", category=Category.PAYMENTS)
    tell(customer)
    assert recipients() == ["ada@example.com", "bob@example.com", "books@example.com"]


def test_an_address_that_nobody_confirmed_is_never_written_to():
    customer = make_customer(email="ada@example.com")
    add_address(customer, "victim@example.com", verified=False)
    customer.members.get().emailaddress_set.update(verified=False)
    tell(customer)
    assert recipients() == []
    assert Notification.objects.exists()


def test_a_member_who_may_not_log_in_any_more_gets_no_mail():
    customer = make_customer()
    customer.members.update(is_active=False)
    tell(customer)
    assert recipients() == []


def test_another_customer_s_addresses_stay_out_of_it():
    add_address(make_customer(email="eve@example.com"), "eve.books@example.com")
    tell(make_customer(email="ada@example.com"))
    assert recipients() == ["ada@example.com"]


def test_a_silenced_category_is_told_by_the_bell_only():
    customer = make_customer()
    category = Category.LOW_BALANCE
    set_category_mail(customer=customer, category=category, is_on=False, now=NOON)
    tell(customer, category=category)
    assert recipients() == []
    assert Notification.objects.count() == 1

    set_category_mail(customer=customer, category=category, is_on=True, now=NOON)
    tell(customer, category=category, key="event:2")
    assert len(recipients()) == 1


@pytest.mark.parametrize("category", [Category.PAYMENTS, Category.REFILL, Category.SECURITY])
def test_mail_about_money_and_security_cannot_be_turned_off(category):
    with pytest.raises(Refused):
        set_category_mail(customer=make_customer(), category=category, is_on=False, now=NOON)


def test_markup_in_what_is_told_is_inert_in_the_html_mail_and_the_list(client):
    """S6"""
    customer = make_customer()
    tell(customer, email='<script>alert(1)</script>"@example.com')
    send_email(email_id=OutgoingEmail.objects.get().pk, now=NOON)
    [html] = mail.outbox[0].alternatives
    assert "<script" not in html.content
    assert "&lt;script&gt;alert(1)" in html.content
    client.force_login(customer.members.get())
    page = client.get("/notifications/").content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


@pytest.mark.parametrize(
    ("sql", "refused_by"),
    [
        ("UPDATE accounts_notification SET title = 'x'", "notifications_stay_as_told"),
        ("UPDATE accounts_notification SET path = '//evil.example'", "portal|stay"),
        (
            "UPDATE accounts_notificationaddress SET email = 'eve@example.com'",
            "notification_addresses_keep_their_mailbox",
        ),
        (
            "UPDATE accounts_notificationaddress SET category = 'payments'",
            "notification_addresses_keep_their_mailbox",
        ),
        (
            "INSERT INTO accounts_silentcategory (customer_id, category, since)"
            " SELECT id, 'security', now() FROM accounts_customer LIMIT 1",
            "only_reminders_may_be_silent",
        ),
        (
            "INSERT INTO accounts_notification (customer_id, category, key, title, path,"
            " created_at) SELECT id, 'security', 'k', 't', '//evil.example', now()"
            " FROM accounts_customer LIMIT 1",
            "notification_leads_into_the_portal",
        ),
    ],
)
def test_what_was_proven_and_told_cannot_be_rewritten_in_sql(sql, refused_by):
    customer = make_customer()
    add_address(customer, "books@example.com")
    tell(customer)
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        connection.cursor().execute(sql)
    name = refusal.value.__cause__.diag.constraint_name
    assert name in refused_by or refused_by == "portal|stay"


@pytest.mark.django_db(transaction=True)
def test_one_event_told_by_eight_at_once_makes_one_mail():
    customer = make_customer()
    barrier = Barrier(8)

    def run(_number: int) -> bool:
        try:
            connection.ensure_connection()
            barrier.wait(timeout=30)
            return tell(customer)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(run, range(8)))
    assert sorted(told) == [False] * 7 + [True]
    assert (Notification.objects.count(), len(recipients())) == (1, 1)
