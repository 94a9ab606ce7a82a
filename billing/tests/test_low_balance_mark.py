"""Two reasons, one mark: the higher one decides when a balance is queued."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from billing.models import Balance, DueBalance, MarkReason
from billing.services.drop_recovered_balances import drop_recovered_balances
from billing.services.set_low_balance_mark import set_low_balance_mark
from billing.tests.builders import make_customer, spend, top_up, usd, voice_of
from commpeak.lib.money import Money
from tests.racing import at_once

pytestmark = pytest.mark.django_db
ALERT, REFILL = MarkReason.ALERT, MarkReason.REFILL


@pytest.fixture
def customer():
    """100.00 USD on Voice."""
    customer = make_customer(credit_limit="50")
    top_up(customer, "100")
    return customer


def set_mark(customer, reason, mark: str | None) -> None:
    set_low_balance_mark(
        account_id=voice_of(customer).pk, reason=reason, mark=usd(mark) if mark else None
    )


def mark_of(customer):
    return Balance.objects.get(account=voice_of(customer)).low_balance_mark


def queued() -> int:
    return DueBalance.objects.count()


def test_the_higher_mark_counts_whichever_comes_first(customer):
    set_mark(customer, ALERT, "30")
    set_mark(customer, REFILL, "20")
    assert mark_of(customer) == 30
    set_mark(customer, REFILL, "40")
    assert mark_of(customer) == 40
    set_mark(customer, REFILL, None)
    assert mark_of(customer) == 30
    set_mark(customer, ALERT, None)
    assert mark_of(customer) is None


def test_a_debit_under_either_mark_queues_the_balance(customer):
    set_mark(customer, ALERT, "10")
    set_mark(customer, REFILL, "20")
    spend(customer, "80")
    assert queued() == 0
    spend(customer, "0.000001")
    assert queued() == 1


def test_a_balance_that_is_low_already_is_queued_at_once(customer):
    for _ in range(2):
        set_mark(customer, ALERT, "100.01")
    assert queued() == 1


def test_a_mark_in_another_currency_is_a_mistake_of_ours(customer):
    with pytest.raises(ValueError, match="is kept in USD"), transaction.atomic():
        set_low_balance_mark(
            account_id=voice_of(customer).pk,
            reason=ALERT,
            mark=Money(usd("5").amount, "EUR"),
        )


def test_what_is_still_under_a_mark_stays_in_the_queue_whoever_set_it(customer):
    set_mark(customer, ALERT, "10")
    set_mark(customer, REFILL, "20")
    spend(customer, "85")
    assert (drop_recovered_balances(), queued()) == (0, 1)
    set_mark(customer, REFILL, None)
    assert (drop_recovered_balances(), queued()) == (1, 0)


def test_a_balance_at_its_mark_is_up_again(customer):
    set_mark(customer, ALERT, "20")
    spend(customer, "90")
    top_up(customer, "10")
    assert (drop_recovered_balances(), queued()) == (1, 0)


@pytest.mark.django_db(transaction=True)
def test_both_reasons_set_at_once_are_both_kept(customer):
    at_once(
        lambda: set_mark(customer, ALERT, "30"),
        lambda: set_mark(customer, REFILL, "20"),
        lambda: set_mark(customer, ALERT, "30"),
    )
    assert mark_of(customer) == 30
    set_mark(customer, ALERT, None)
    assert mark_of(customer) == 20


@pytest.mark.django_db(transaction=True)
def test_a_balance_whose_debit_is_under_way_is_not_dropped(customer):
    """The debit holds the balance's row: whoever tidies up passes it by."""
    set_mark(customer, ALERT, "20")
    spend(customer, "90")
    top_up(customer, "90")
    with transaction.atomic():
        spend(customer, "95")
        with ThreadPoolExecutor(1) as pool:
            assert pool.submit(_with_own_connection, drop_recovered_balances).result() == 0
    assert queued() == 1


def _with_own_connection(act):
    try:
        return act()
    finally:
        connection.close()
