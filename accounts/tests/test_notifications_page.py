"""The bell and the list behind it."""

from datetime import UTC, datetime

import pytest

from accounts.models import Category, Notification
from accounts.selectors.current_customer import current_customer
from accounts.selectors.notification_page import PAGE_SIZE
from accounts.tests.builders import make_customer, make_user

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
LIST = "/notifications/"
READ = "/notifications/read/"


@pytest.fixture
def customer(client):
    customer = make_customer(email="ada@example.com", time_zone="Europe/Kyiv")
    client.force_login(customer.members.get())
    return customer


def tell(customer, count: int = 1, path: str = "/statement/voice/") -> list[Notification]:
    before = Notification.objects.count()
    return [
        Notification.objects.create(
            customer=customer,
            category=Category.PAYMENTS,
            key=f"event:{before + number}",
            title=f"Event {number}",
            path=path,
            created_at=NOON,
        )
        for number in range(1, count + 1)
    ]


def text_of(response) -> str:
    return response.content.decode()


def unread() -> list[str]:
    found = Notification.objects.filter(read_at=None).order_by("pk")
    return list(found.values_list("title", flat=True))


def test_the_bell_counts_what_nobody_has_read(client, customer):
    assert 'aria-label="Notifications"' in text_of(client.get("/"))
    tell(customer, 3)
    assert 'aria-label="Notifications, 3 unread"' in text_of(client.get("/"))


def test_the_bell_stops_counting_at_99(client, customer):
    tell(customer, 101)
    assert 'aria-label="Notifications, 99+ unread"' in text_of(client.get("/profile/"))


def test_the_bell_costs_no_query_of_its_own(customer, django_assert_num_queries):
    tell(customer, 2)
    user = customer.members.get()
    with django_assert_num_queries(1):
        assert current_customer(user).unread == 2


def test_each_line_leads_to_what_it_is_about_newest_first(client, customer):
    tell(customer, 2)
    text = text_of(client.get(LIST))
    assert '<a href="/statement/voice/">Event 1</a>' in text
    assert text.index("Event 2") < text.index("Event 1")
    assert "Mar 2, 2026, 14:00" in text  # noon UTC in Kyiv


def test_nothing_to_tell_is_said_in_words(client, customer):
    text = text_of(client.get(LIST))
    assert "Nothing to tell yet" in text
    assert "Mark all as read" not in text


def test_reading_the_list_changes_nothing(client, customer):
    """S3"""
    tell(customer, 2)
    client.get(LIST)
    assert unread() == ["Event 1", "Event 2"]


def test_a_page_posts_what_it_shows_and_what_came_meanwhile_stays_unread(client, customer):
    first, second = tell(customer, 2)
    tell(customer)
    answer = client.post(
        READ, {"oldest": first.pk, "newest": second.pk}, headers={"HX-Request": "true"}
    )
    assert unread() == ["Event 1"]
    assert 'id="header-bell"' in text_of(answer)
    assert 'hx-swap-oob="true"' in text_of(answer)
    assert "1 unread" in text_of(answer)


def test_all_are_marked_as_read_without_scripts(client, customer):
    tell(customer, 3)
    answer = client.post(READ)
    assert (answer.status_code, answer["Location"]) == (302, LIST)
    assert unread() == []
    before = Notification.objects.values_list("read_at", flat=True)[0]
    client.post(READ)
    assert Notification.objects.values_list("read_at", flat=True)[0] == before


@pytest.mark.parametrize("key", ["-1", "x", "1" * 40, "１", "\x00"])
def test_an_odd_key_is_no_bound(client, customer, key):
    tell(customer)
    assert client.get(LIST, {"before": key}).status_code == 200
    assert client.post(READ, {"oldest": key}).status_code == 302
    assert unread() == []


def test_the_list_is_paged_by_key(client, customer):
    told = tell(customer, PAGE_SIZE + 2)
    first = text_of(client.get(LIST))
    assert f'href="/notifications/?before={told[2].pk}"' in first
    second = text_of(client.get(LIST, {"before": told[2].pk}))
    assert ">Event 2<" in second
    assert ">Event 3<" not in second
    assert "Older" not in second


def test_a_stranger_s_notifications_are_neither_shown_nor_marked(client, customer):
    """S2"""
    tell(make_customer())
    assert "Event 1" not in text_of(client.get(LIST))
    client.post(READ)
    assert unread() == ["Event 1"]


@pytest.mark.parametrize("path", [LIST, READ])
def test_strangers_are_sent_to_log_in(client, path):
    assert client.get(path)["Location"] == f"/accounts/login/?next={path}"


def test_the_number_of_queries_does_not_grow(client, customer, django_assert_num_queries):
    tell(customer, 30)
    client.get(LIST)
    # session, user, customer with bell, list, balances, stopped refills
    with django_assert_num_queries(6):
        client.get(LIST)


def test_staff_see_mails_and_notifications_of_a_customer_and_change_nothing(client, customer):
    tell(customer)
    client.force_login(make_user(is_superuser=True))
    page = text_of(client.get(f"/admin/accounts/customer/{customer.pk}/change/"))
    address = f"/admin/accounts/outgoingemail/?q={customer.account_number}"
    assert f'href="{address}"' in page
    assert client.get(address).status_code == 200
    listed = text_of(client.get(f"/admin/accounts/notification/?q={customer.account_number}"))
    assert "Event 1" in listed
    line = Notification.objects.get()
    assert client.get(f"/admin/accounts/notification/{line.pk}/delete/").status_code == 403
    client.post(f"/admin/accounts/notification/{line.pk}/change/", {"title": "x"})
    assert Notification.objects.get().title == "Event 1"
