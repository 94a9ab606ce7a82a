"""Staff change how far below zero a balance may go."""

from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction

from accounts.tests.builders import make_staff
from billing.errors import OverCreditLimit
from billing.models import Balance, CreditLimitChange
from billing.selectors.decisions_waiting import credit_limits_waiting
from billing.services.decide_credit_limit import decide_credit_limit
from billing.tests.builders import NOON, make_customer, spend, usd, voice_of
from billing.tests.decision_builders import propose_limit
from commpeak.lib.errors import Conflict, InvalidInput, Refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada():
    return make_customer(credit_limit="5")


def limit_of(customer):
    return Balance.objects.get(account=voice_of(customer)).credit_limit


def decide(change, *, approve=True, by=None):
    return decide_credit_limit(
        decision_id=change.pk, approve=approve, by=by or make_staff(), reason="Pays", now=NOON
    )


def test_a_small_limit_holds_at_once_and_for_this_balance_only(ada):
    change = propose_limit(ada, "1000.00")
    assert (change.stage, change.before, change.after) == ("done", 5, 1000)
    limits = Balance.objects.filter(account__customer=ada, account__kind="balance")
    assert sorted(limits.values_list("credit_limit", flat=True)) == [5, 1000]


def test_a_large_one_waits_for_another_person(ada):
    change = propose_limit(ada, "1000.01")
    assert (change.stage, limit_of(ada)) == ("waiting", 5)
    with pytest.raises(Refused, match="somebody else"):
        decide(change, by=change.proposed_by)
    decide(change)
    assert limit_of(ada) == usd("1000.01").amount


def test_a_declined_one_leaves_the_limit_as_it_is(ada):
    decide(propose_limit(ada, "5000"), approve=False)
    assert limit_of(ada) == 5


def test_lowering_needs_nobody_else(ada):
    Balance.objects.filter(account=voice_of(ada)).update(credit_limit=9000)
    assert propose_limit(ada, "2000").stage == "done"


def test_a_limit_under_what_is_owed_stops_spending(ada):
    spend(ada, "4.00")
    propose_limit(ada, "0")
    with pytest.raises(OverCreditLimit), transaction.atomic():
        spend(ada, "0.01")


def test_a_change_of_a_limit_that_is_not_the_same_any_more_is_not_approved(ada):
    change = propose_limit(ada, "5000")
    Balance.objects.filter(account=voice_of(ada)).update(credit_limit=50)
    with pytest.raises(Conflict, match="has changed since"), transaction.atomic():
        decide(change)
    assert limit_of(ada) == 50


def test_one_change_of_a_limit_waits_at_a_time(ada):
    propose_limit(ada, "5000")
    with pytest.raises(Conflict, match="waits already"):
        propose_limit(ada, "10")


def test_a_double_click_proposes_once(ada):
    key = uuid4()
    assert len({propose_limit(ada, "50", request_key=key).pk for _click in range(2)}) == 1


@pytest.mark.parametrize(
    ("limit", "changes"),
    [("-1", {}), ("0.001", {}), ("5", {}), ("9", {"reason": " "})],
    ids=["negative", "too fine", "the same", "without a reason"],
)
def test_what_makes_no_sense_is_refused(ada, limit, changes):
    with pytest.raises(InvalidInput):
        propose_limit(ada, limit, **changes)
    assert limit_of(ada) == 5


def test_what_was_proposed_cannot_be_rewritten(ada):
    propose_limit(ada, "5000")
    with (
        pytest.raises(DatabaseError, match="limit changes keep"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE billing_creditlimitchange SET after = 90000")


def test_those_that_wait_are_told(ada):
    propose_limit(ada, "5000", by=make_staff(email="fay@example.com"))
    [item] = credit_limits_waiting(shown_max=10).items
    assert item.what == f"5.00 USD → 5000.00 USD · {voice_of(ada).code} · {ada}"
    assert item.why == "fay@example.com: Pays by invoice"
    assert CreditLimitChange.objects.count() == 1
