"""Two tabs, two connections, one customer."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from accounts.models import Customer
from accounts.services.open_customer import open_customer
from accounts.tests.builders import make_user
from commpeak.lib.clock import utc_now


@pytest.mark.django_db(transaction=True)
def test_two_connections_at_once_open_one_customer():
    user = make_user()
    together = Barrier(2)

    def open_it(_tab: int) -> str:
        together.wait(timeout=10)
        try:
            return open_customer(user=user, currency="USD", now=utc_now()).account_number
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=2) as tabs:
        numbers = set(tabs.map(open_it, range(2)))
    assert numbers == {Customer.objects.get().account_number}
