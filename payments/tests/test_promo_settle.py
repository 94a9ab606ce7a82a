"""The bonus follows the money: credited with it, taken back with it, lost with nothing else."""

from datetime import timedelta
from itertools import permutations
from uuid import uuid4

import pytest
from django.db import connection, transaction

from billing.errors import PromoRefused, UnknownPromoCode
from billing.models import JournalEntry, PromoCode, PromoGuess, PromoRedemption, Purse
from billing.selectors.customer_balances import customer_balances
from billing.selectors.verify import verify_ledger
from billing.services.check_promo_guesses import PER_CUSTOMER_MAX
from billing.services.redeem_promo import redeem_promo
from billing.tests.promo_builders import make_promo, use
from commpeak.lib.clock import utc_now
from payments.gateways.base import Snapshot
from payments.models import Payment, TopUp
from payments.selectors.refundable import refundable
from payments.selectors.top_up_progress import top_up_progress
from payments.services.apply_snapshot import apply_snapshot
from payments.services.retry_top_up import retry_top_up
from payments.services.settle_promos import settle_promos
from payments.services.start_top_up import start_top_up
from payments.states import FactKind, State
from payments.tests.builders import NOON, POLL, make_customer, observed, usd

pytestmark = pytest.mark.django_db

CAPTURE = observed(FactKind.CAPTURE, "ch_1", usd("100.00"))
REFUND = observed(FactKind.REFUND, "re_1", usd("40.00"))
REFUND_FAILED = observed(FactKind.REFUND_FAILED, "re_1", usd("40.00"))
DISPUTE = observed(FactKind.DISPUTE, "dp_1", usd("100.00"))
WON = observed(FactKind.DISPUTE_WON, "dp_1", usd("100.00"))

TROUBLE = (
    "CREATE TRIGGER trouble BEFORE INSERT ON billing_promoentry EXECUTE FUNCTION ledger_refuse()"
)


@pytest.fixture
def customer():
    return make_customer()


def ask(customer, code="TEN", *, amount="100.00", now=None) -> Payment:
    _top_up, payment = start_top_up(
        customer=customer,
        purse=Purse.VOICE,
        money=usd(amount),
        method="card",
        request_key=uuid4(),
        ip_address=None,
        now=now or utc_now(),
        promo_code=code,
    )
    return payment


def say(payment: Payment, *, minute=0, **said) -> None:
    apply_snapshot(
        payment_id=payment.pk,
        snapshot=Snapshot(gateway_id=f"pi_{payment.pk}", key=payment.idempotency_key, **said),
        asked_at=NOON + timedelta(minutes=minute),
        source=POLL,
        now=NOON,
    )


def held(customer) -> tuple[str, str]:
    voice = customer_balances(customer)[0]
    return f"{voice.money.amount:.2f}", f"{voice.promo.amount:.2f}"


def promo_state(payment: Payment) -> str:
    return PromoRedemption.objects.get(source=payment.top_up.reference).state


def steps_of(payment: Payment) -> list[str]:
    return [step.title for step in top_up_progress(TopUp.objects.get(pk=payment.top_up_id)).steps]


def prove():
    assert [finding for finding in verify_ledger() if finding.faults] == []


def test_the_bonus_comes_with_the_credit(customer):
    make_promo()
    payment = ask(customer)
    assert "Bonus 10.00 USD with code TEN" in steps_of(payment)
    say(payment, facts=(CAPTURE,))
    assert held(customer) == ("100.00", "10.00")
    assert promo_state(payment) == "redeemed"
    prove()


def test_parked_money_that_goes_back_takes_no_bonus_of_the_payment_that_was_credited(customer):
    make_promo()
    first = ask(customer)
    parked = observed(FactKind.CAPTURE, "ch_0", usd("40.00"))
    back = observed(FactKind.REFUND, "re_0", usd("40.00"))
    Payment.objects.filter(pk=first.pk).update(state=State.EXPIRED)
    second = retry_top_up(top_up_id=first.top_up_id, ip_address=None, now=utc_now())
    say(second, facts=(CAPTURE,))
    say(first, facts=(parked, back))
    assert held(customer) == ("100.00", "10.00")
    prove()


def test_a_customer_may_not_ask_back_what_was_spent_of_the_bonus(customer):
    """It comes off the balance when the money goes."""
    make_promo()
    payment = ask(customer)
    say(payment, facts=(CAPTURE,))
    payment.refresh_from_db()
    untouched = refundable(payment)
    use(customer, "8.00", "call-1")
    used = refundable(payment)
    assert (untouched.bonus.bonus, untouched.own) == (usd("10.00"), usd("100.00"))
    assert (used.bonus.spent, used.own) == (usd("8.00"), usd("92.00"))
    gone = observed(FactKind.REFUND, "re_1", usd("92.00"))
    say(payment, facts=(CAPTURE, gone))
    assert held(customer) == ("0.80", "0.00")


def test_telling_it_again_gives_no_second_bonus(customer):
    make_promo()
    payment = ask(customer)
    for minute in range(3):
        say(payment, minute=minute, facts=(CAPTURE,))
    assert held(customer) == ("100.00", "10.00")


@pytest.mark.parametrize(
    ("history", "outcome"),
    [
        ([(CAPTURE,), (CAPTURE, REFUND), (CAPTURE, REFUND, REFUND_FAILED)], ("100.00", "10.00")),
        ([(CAPTURE,), (CAPTURE, DISPUTE), (CAPTURE, DISPUTE, WON)], ("100.00", "10.00")),
        ([(CAPTURE,), (CAPTURE, REFUND), (CAPTURE, REFUND)], ("60.00", "6.00")),
        ([(), (CAPTURE,), (CAPTURE, DISPUTE)], ("0.00", "0.00")),
    ],
)
def test_every_order_of_answers_leads_to_the_same_bonus(customer, history, outcome):
    """W2, M7"""
    make_promo()
    for order in permutations(range(len(history))):
        untouched = transaction.savepoint()
        payment = ask(customer)
        for minute in order:
            say(payment, minute=minute, facts=history[minute])
        assert held(customer) == outcome, order
        prove()
        transaction.savepoint_rollback(untouched)


def test_a_refund_of_a_bonus_that_was_spent(customer):
    """M13: 40 of 100 + 10 are refunded after 80 was spent."""
    make_promo()
    payment = ask(customer)
    say(payment, facts=(CAPTURE,))
    use(customer, "80", "call:1")
    say(payment, facts=(CAPTURE, REFUND))
    assert held(customer) == ("-14.00", "0.00")
    assert "4.00 USD of the bonus was taken back with the money" in steps_of(payment)
    prove()


@pytest.mark.parametrize("dead", [State.FAILED, State.CANCELED, State.EXPIRED])
def test_a_payment_that_ends_frees_the_code_and_another_try_has_it_again(customer, dead):
    make_promo(uses_max=1, uses_per_customer_max=1)
    payment = ask(customer)
    say(payment, dead=dead)
    assert promo_state(payment) == "released"
    again = retry_top_up(top_up_id=payment.top_up_id, ip_address=None, now=utc_now())
    assert promo_state(payment) == "reserved"
    say(again, facts=(CAPTURE,))
    assert held(customer) == ("100.00", "10.00")


def test_a_late_word_of_the_dead_payment_does_not_free_what_the_next_try_holds(customer):
    make_promo()
    payment = ask(customer)
    say(payment, dead=State.FAILED)
    retry_top_up(top_up_id=payment.top_up_id, ip_address=None, now=utc_now())
    say(payment, minute=1, dead=State.FAILED)
    assert promo_state(payment) == "reserved"


def test_another_try_after_the_code_was_used_up_says_so_and_can_be_paid(customer):
    make_promo(uses_max=1)
    payment = ask(customer)
    say(payment, dead=State.FAILED)
    ask(make_customer())
    again = retry_top_up(top_up_id=payment.top_up_id, ip_address=None, now=utc_now())
    say(again, facts=(CAPTURE,))
    assert held(customer) == ("100.00", "0.00")
    assert "No bonus with code TEN" in steps_of(payment)
    prove()


def test_money_that_comes_after_the_payment_expired_brings_the_bonus(customer):
    make_promo()
    payment = ask(customer)
    say(payment, dead=State.EXPIRED)
    say(payment, minute=1, facts=(CAPTURE,))
    assert held(customer) == ("100.00", "10.00")


def test_money_that_comes_twice_brings_one_bonus(customer):
    make_promo()
    payment = ask(customer)
    say(payment, dead=State.EXPIRED)
    again = retry_top_up(top_up_id=payment.top_up_id, ip_address=None, now=utc_now())
    say(payment, minute=1, facts=(CAPTURE,))
    second = observed(FactKind.CAPTURE, "ch_2", usd("100.00"))
    say(again, facts=(second,))
    assert held(customer) == ("200.00", "10.00")
    say(again, facts=(second, observed(FactKind.REFUND, "re_2", usd("100.00"))))
    assert held(customer) == ("100.00", "10.00")
    prove()


def test_a_code_that_ended_between_preview_and_checkout_starts_nothing(customer):
    """M12: expired at submit."""
    make_promo(ends_at=NOON + timedelta(hours=1))
    with pytest.raises(PromoRefused, match="This code ended on"):
        ask(customer, now=NOON + timedelta(hours=1))
    assert not TopUp.objects.exists()


def test_a_wrong_code_is_counted_although_nothing_else_is_kept(customer):
    """S9"""
    make_promo()
    for _ in range(PER_CUSTOMER_MAX):
        with pytest.raises(UnknownPromoCode):
            ask(customer, "NOPE")
    assert PromoGuess.objects.count() == PER_CUSTOMER_MAX
    assert not TopUp.objects.exists()
    with pytest.raises(PromoRefused, match="Too many codes"):
        ask(customer, "TEN")
    assert ask(customer, "")


def run(sql):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(sql)


def test_trouble_with_the_bonus_costs_nobody_the_credit(customer):
    """M12: the database refuses the last write of it; verify_ledger names it, and the night
    makes up for it."""
    make_promo()
    payment = ask(customer)
    run(TROUBLE)
    say(payment, facts=(CAPTURE,))
    assert held(customer) == ("100.00", "0.00")
    assert promo_state(payment) == "reserved"
    faults = [fault for finding in verify_ledger() for fault in finding.faults]
    assert len(faults) == 1
    assert "is reserved with 100.000000 of 100.000000 captured" in faults[0]

    run("DROP TRIGGER trouble ON billing_promoentry")
    settle_promos(now=NOON)
    settle_promos(now=NOON)
    assert held(customer) == ("100.00", "10.00")
    prove()


def refunded_in_trouble(customer):
    """40.00 of 100.00 went back, and the database refused to take anything of the bonus."""
    make_promo()
    payment = ask(customer)
    say(payment, facts=(CAPTURE,))
    run(TROUBLE)
    say(payment, minute=1, facts=(CAPTURE, REFUND))
    run("DROP TRIGGER trouble ON billing_promoentry")
    assert held(customer) == ("60.00", "10.00")


def test_a_bonus_that_was_not_taken_back_is_named(customer):
    refunded_in_trouble(customer)
    [fault] = [fault for finding in verify_ledger() for fault in finding.faults]
    assert fault.endswith(": 10.000000 of it stays with 60.000000 of 100.000000 kept")


def test_the_night_takes_back_what_could_not_be_taken_back(customer):
    refunded_in_trouble(customer)
    settle_promos(now=NOON)
    settle_promos(now=NOON)
    assert held(customer) == ("60.00", "6.00")
    prove()


def test_a_top_up_without_a_code_is_as_it_was(customer):
    payment = ask(customer, "")
    say(payment, facts=(CAPTURE, REFUND))
    assert held(customer) == ("60.00", "0.00")
    assert not JournalEntry.objects.filter(kind__startswith="promo").exists()
    assert not any("onus" in title for title in steps_of(payment))


def test_the_same_form_twice_holds_the_code_once(customer):
    make_promo(uses_per_customer_max=1)
    facts = {
        "customer": customer,
        "purse": Purse.VOICE,
        "money": usd("100.00"),
        "method": "card",
        "request_key": uuid4(),
        "ip_address": None,
        "now": utc_now(),
        "promo_code": "TEN",
    }
    assert start_top_up(**facts) == start_top_up(**facts)
    assert PromoCode.objects.get().uses_count == 1


def test_a_bonus_without_all_of_the_money_is_a_fault_that_is_named(customer):
    make_promo()
    payment = ask(customer)
    redeem_promo(source=payment.top_up.reference, now=NOON)
    faults = [fault for finding in verify_ledger() for fault in finding.faults]
    assert len(faults) == 1
    assert "is redeemed with 0 of 100.000000 captured" in faults[0]
