"""Refunds and disputes that we did not ask for: every order ends in the same books (W2, M6, M7)."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from functools import partial

import pytest

from billing.errors import OverCreditLimit
from billing.models import AccountKind, LedgerAccount
from billing.selectors.account_balance import account_balance
from billing.selectors.customer_balances import customer_balances
from billing.selectors.verify import verify_ledger
from billing.services.open_internal_account import open_internal_account
from commpeak.lib.money import Money
from payments.models import Payment, PaymentFact
from payments.selectors.owed_balances import owed_balances
from payments.selectors.top_up_progress import top_up_progress
from payments.services.close_review import close_review
from payments.states import FactKind, State
from payments.tests.builders import (
    NOON,
    balance_of,
    entries_of,
    make_customer,
    make_payment,
    observed,
    usd,
)
from payments.tests.orders import outcomes_of_every_order
from payments.tests.refund_builders import mails, make_paid_payment, prove, spend

pytestmark = pytest.mark.django_db


def fact(kind: FactKind, object_id: str, amount: str = "100.00"):
    return observed(kind, object_id, usd(amount))


CAPTURE = fact(FactKind.CAPTURE, "ch_1")
REFUND = fact(FactKind.REFUND, "re_1", "30.00")
BACK = fact(FactKind.REFUND_FAILED, "re_1", "30.00")
DISPUTE = fact(FactKind.DISPUTE, "dp_1", "70.00")
WON = fact(FactKind.DISPUTE_WON, "dp_1", "70.00")
LOST = fact(FactKind.DISPUTE_LOST, "dp_1", "70.00")
SECOND = fact(FactKind.DISPUTE, "dp_2", "70.00")
SECOND_LOST = fact(FactKind.DISPUTE_LOST, "dp_2", "70.00")
DISPUTE_OF_ALL = fact(FactKind.DISPUTE, "dp_3")
DISPUTE_OF_BOTH = fact(FactKind.DISPUTE, "dp_4", "200.00")
PARKED = fact(FactKind.CAPTURE, "ch_1", "1.00")
PARKED_BACK = fact(FactKind.REFUND, "re_1", "1.00")
PARKED_FAILED = fact(FactKind.REFUND_FAILED, "re_1", "1.00")

AGAIN = "dispute dp_1 was won and went on after that"
# what the gateway answers one after the other; then: state, balance, why staff have to look
STORIES = {
    "a refund that fails": (
        [(CAPTURE,), (CAPTURE, REFUND), (CAPTURE, REFUND, BACK)],
        (State.SUCCEEDED, "100.00 USD", ""),
    ),
    "a dispute that is lost": (
        [(CAPTURE, REFUND), (CAPTURE, REFUND, DISPUTE), (CAPTURE, REFUND, DISPUTE, LOST)],
        (State.CHARGED_BACK, "0.00 USD", ""),
    ),
    "a dispute that is won": (
        [(CAPTURE,), (CAPTURE, DISPUTE), (CAPTURE, DISPUTE, WON)],
        (State.SUCCEEDED, "100.00 USD", ""),
    ),
    "won after it was lost": (
        [(CAPTURE,), (CAPTURE, DISPUTE, LOST), (CAPTURE, DISPUTE, WON)],
        (State.SUCCEEDED, "100.00 USD", ""),
    ),
    "lost after it was won": (
        [(CAPTURE, DISPUTE), (CAPTURE, DISPUTE, WON), (CAPTURE, DISPUTE, LOST)],
        (State.SUCCEEDED, "100.00 USD", AGAIN),
    ),
    "opened again after it was won": (
        [(CAPTURE, DISPUTE, WON), (CAPTURE, DISPUTE)],
        (State.SUCCEEDED, "100.00 USD", AGAIN),
    ),
    "a second dispute that is lost": (
        [
            (CAPTURE, DISPUTE, WON),
            (CAPTURE, DISPUTE, WON, SECOND),
            (CAPTURE, DISPUTE, WON, SECOND, SECOND_LOST),
        ],
        (State.CHARGED_BACK, "30.00 USD", ""),
    ),
    "a dispute of more than a refund has left": (
        [(CAPTURE, REFUND), (CAPTURE, REFUND, DISPUTE_OF_ALL)],
        (State.DISPUTED, "0.00 USD", "dispute dp_3 is 100.00 USD now, 70.00 USD was recorded"),
    ),
    "parked money that goes back": (
        [(PARKED,), (PARKED, PARKED_BACK)],
        (State.REFUNDED, "0.00 USD", "1.00 USD came instead of 100.00 USD"),
    ),
    "parked money whose refund fails": (
        [(PARKED,), (PARKED, PARKED_BACK), (PARKED, PARKED_BACK, PARKED_FAILED)],
        (State.REFUNDED, "0.00 USD", "refund re_1 failed: 1.00 USD is in suspense"),
    ),
}


@pytest.mark.parametrize("name", STORIES)
def test_w2_every_order_and_any_repetition_has_one_outcome(name):
    answers, outcome = STORIES[name]
    payment = make_payment(money=usd("100.00"))
    tell = [
        partial(prove, payment, *facts, asked_at=NOON + timedelta(minutes=minute))
        for minute, facts in enumerate(answers)
    ]
    [(state, needs_review, _entries, balance)] = outcomes_of_every_order(payment, tell)
    assert (state, balance, needs_review) == outcome


@pytest.mark.parametrize("name", STORIES)
def test_the_books_prove_at_the_end_of_every_story(name):
    payment = make_payment(money=usd("100.00"))
    for minute, facts in enumerate(STORIES[name][0]):
        prove(payment, *facts, asked_at=NOON + timedelta(minutes=minute))
    assert [finding for finding in verify_ledger() if finding.faults] == []


def test_a_dispute_that_a_refund_settles_takes_the_money_once():
    """Told as both; whichever was seen first is booked, and staff look at the other."""
    payment = make_payment(money=usd("100.00"))
    refund_of_all = fact(FactKind.REFUND, "re_3")
    prove(payment, CAPTURE, DISPUTE_OF_ALL)
    prove(payment, CAPTURE, DISPUTE_OF_ALL, refund_of_all)
    assert (payment.state, balance_of(payment.top_up.customer)) == (State.DISPUTED, usd("0"))
    assert payment.needs_review == "refund re_3 is 100.00 USD, and 0.00 USD is left"
    won = fact(FactKind.DISPUTE_WON, "dp_3")
    prove(payment, CAPTURE, DISPUTE_OF_ALL, won, refund_of_all)
    assert (payment.state, balance_of(payment.top_up.customer)) == (State.REFUNDED, usd("0"))
    assert [finding for finding in verify_ledger() if finding.faults] == []


def test_a_refund_of_ours_that_overlaps_a_dispute_is_booked_since_both_really_left():
    payment = make_payment(money=usd("100.00"))
    ours = replace(REFUND, key="R-1")
    prove(payment, CAPTURE, DISPUTE_OF_ALL)
    prove(payment, CAPTURE, DISPUTE_OF_ALL, ours)
    assert balance_of(payment.top_up.customer) == usd("-30.00")
    assert [finding for finding in verify_ledger() if finding.faults] == []


def test_a_second_reason_to_look_is_told_when_the_first_has_been_looked_at():
    payment = make_payment(money=usd("100.00"))
    first = fact(FactKind.REFUND, "re_8", "100.00")
    second = fact(FactKind.REFUND, "re_9", "20.00")
    prove(payment, CAPTURE, DISPUTE_OF_ALL)
    prove(payment, CAPTURE, DISPUTE_OF_ALL, first)
    close_review(payment_id=payment.pk, actor="ann", reason="asked them", now=NOON)
    prove(payment, CAPTURE, DISPUTE_OF_ALL, first, second)
    assert payment.needs_review == "refund re_9 is 20.00 USD, and 0.00 USD is left"


def suspense() -> Money:
    account_id = open_internal_account(kind=AccountKind.SUSPENSE, currency="USD")
    return account_balance(LedgerAccount.objects.get(pk=account_id))


def test_a_refund_of_parked_money_leaves_suspense_and_touches_no_balance():
    payment = make_payment(money=usd("100.00"))
    prove(payment, PARKED)
    assert suspense() == usd("1.00")
    prove(payment, PARKED, PARKED_BACK)
    assert (suspense(), balance_of(payment.top_up.customer)) == (usd("0"), usd("0"))
    assert entries_of(payment) == [
        ("suspense", "card:parked:ch_1"),
        ("refund", "card:refund:re_1"),
    ]


def test_a_dispute_of_parked_money_is_booked_against_suspense():
    payment = make_payment(money=usd("100.00"))
    prove(payment, PARKED, fact(FactKind.DISPUTE, "dp_1", "1.00"))
    assert (suspense(), balance_of(payment.top_up.customer)) == (usd("0"), usd("0"))
    assert payment.state == State.PROCESSING


def test_parked_money_of_another_currency_goes_back_in_that_currency():
    euros = Money(Decimal(100), "EUR")
    payment = make_payment(money=usd("100.00"))
    prove(
        payment,
        observed(FactKind.CAPTURE, "ch_1", euros),
        observed(FactKind.REFUND, "re_1", euros),
    )
    assert payment.state == State.REFUNDED
    assert [finding for finding in verify_ledger() if finding.faults] == []


def test_a_refund_in_another_currency_than_what_was_parked_is_for_staff():
    payment = make_payment(money=usd("100.00"))
    euros = observed(FactKind.REFUND, "re_1", Money(Decimal(1), "EUR"))
    prove(payment, PARKED, euros)
    assert payment.needs_review == "refund re_1 is 1.00 EUR, not in USD"
    assert PaymentFact.objects.count() == 1


def test_the_status_page_of_parked_money_says_that_it_went_back():
    payment = make_payment(money=usd("100.00"))
    prove(payment, PARKED, PARKED_BACK)
    progress = top_up_progress(payment.top_up)
    assert (progress.headline, progress.can_ask_refund) == ("Refunded", False)
    assert [step.title for step in progress.steps] == [
        "You asked for 100.00 USD on Voice",
        "A payment arrived",
        "Refunded 1.00 USD",
    ]


def test_m6_a_dispute_of_what_is_spent_leaves_a_debt_that_is_explained():
    customer = make_customer()
    payment = make_paid_payment(customer=customer)
    spend(customer, "80")
    prove(payment, fact(FactKind.DISPUTE, "dp_1", "100.00"))
    [owed] = owed_balances(customer=customer, balances=customer_balances(customer))
    assert owed.owed == usd("80.00")
    assert owed.why == (
        f"Your bank took 100.00 USD of top-up {payment.top_up.reference} back, and more than was "
        "left of it was spent already."
    )
    assert mails() == ["Your bank took 100.00 USD back"]


def test_m6_nothing_can_be_spent_from_a_balance_that_a_dispute_left_negative():
    customer = make_customer()
    payment = make_paid_payment(customer=customer)
    spend(customer, "80")
    prove(payment, fact(FactKind.DISPUTE, "dp_1", "100.00"))
    with pytest.raises(OverCreditLimit):
        spend(customer, "0.01", forced=False)


def test_m7_a_dispute_that_is_won_clears_the_debt_and_is_told():
    customer = make_customer()
    payment = make_paid_payment(customer=customer)
    spend(customer, "80")
    opened = fact(FactKind.DISPUTE, "dp_1", "100.00")
    prove(payment, opened)
    for _twice in range(2):
        prove(payment, opened, fact(FactKind.DISPUTE_WON, "dp_1", "100.00"))
    assert balance_of(customer) == usd("20.00")
    assert mails() == [
        "Your bank took 100.00 USD back",
        "100.00 USD came back: the dispute is settled",
    ]


def test_until_when_a_dispute_is_to_be_answered_passes_with_the_dispute():
    payment = make_payment(money=usd("100.00"))
    due = NOON + timedelta(days=9)
    prove(payment, CAPTURE, DISPUTE, answer_by=due)
    assert payment.answer_by == due
    prove(payment, CAPTURE, DISPUTE, WON, asked_at=NOON + timedelta(minutes=1))
    assert payment.answer_by is None


# --- what is told of two payments -------------------------------------------------------------


@pytest.fixture
def both() -> tuple[Payment, Payment]:
    """Two payments of 100.00; the first was told a dispute of all that came by both."""
    first, second = make_paid_payment(), make_paid_payment()
    prove(first, DISPUTE_OF_BOTH)
    return first, second


def test_a_dispute_that_is_about_another_payment_too_is_for_staff(both):
    first, second = both
    prove(second, DISPUTE_OF_BOTH)
    assert (second.state, second.needs_review) == (
        State.SUCCEEDED,
        f"dispute dp_4 is about {first.top_up.reference} too",
    )


def test_beside_a_dispute_that_is_about_another_payment_too_all_else_counts(both):
    _first, second = both
    prove(second, DISPUTE_OF_BOTH, REFUND)
    assert second.state == State.PARTIALLY_REFUNDED
    assert balance_of(second.top_up.customer) == usd("70.00")


def test_a_dispute_that_is_won_gives_nothing_back_where_it_took_nothing(both):
    _first, second = both
    prove(second, DISPUTE_OF_BOTH, fact(FactKind.DISPUTE_WON, "dp_4", "200.00"))
    assert balance_of(second.top_up.customer) == usd("100.00")


def test_staff_are_asked_once_about_a_dispute_of_two_payments(both):
    _first, second = both
    prove(second, DISPUTE_OF_BOTH)
    close_review(payment_id=second.pk, actor="ann", reason="looked", now=NOON)
    prove(second, DISPUTE_OF_BOTH)
    assert second.needs_review == ""


def test_a_capture_that_is_told_of_two_payments_is_credited_once():
    first, second = make_paid_payment(), make_payment(money=usd("100.00"))
    prove(second, fact(FactKind.CAPTURE, f"ch_{first.pk}"))
    assert balance_of(second.top_up.customer) == usd("0")
    assert second.needs_review == f"capture ch_{first.pk} is about {first.top_up.reference} too"
