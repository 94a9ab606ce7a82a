"""Many who want the same bonus at once, each by a top-up of their own, on real connections."""

import pytest

from billing.errors import UnknownPromoCode
from billing.models import PromoCode, PromoGuess, PromoRedemption
from billing.services.check_promo_guesses import PER_CUSTOMER_MAX
from billing.tests.promo_builders import make_promo
from payments.models import Payment, TopUp
from payments.states import FactKind, State
from payments.tests.builders import make_customer, observed, usd
from payments.tests.test_promo_settle import ask, held, prove, say
from tests.racing import at_once, refusals

pytestmark = pytest.mark.django_db(transaction=True)


def reasons(results) -> set[str]:
    return {one.user_text for one in results if isinstance(one, Exception)}


def pay(payment: Payment, *, minute=0) -> None:
    capture = observed(FactKind.CAPTURE, f"ch_{payment.pk}", usd("100.00"))
    say(payment, minute=minute, facts=(capture,))


def test_m12_the_last_use_goes_to_one_of_fifty_customers_and_the_others_pay_without_it():
    make_promo(uses_max=1)
    fifty = [make_customer() for _ in range(50)]
    asked = at_once(*[lambda c=c: ask(c) for c in fifty])
    [winner] = [one for one in asked if isinstance(one, Payment)]
    assert reasons(asked) == {"This code has been used up."}
    assert TopUp.objects.count() == PromoCode.objects.get().uses_count == 1

    loser = next(c for c in fifty if c != winner.top_up.customer)
    without = ask(loser, "")
    at_once(lambda: pay(winner), lambda: pay(without))
    assert held(winner.top_up.customer) == ("100.00", "10.00")
    assert held(loser) == ("100.00", "0.00")
    prove()


def test_m12_a_customer_gets_one_of_twenty_uses_at_once():
    make_promo(uses_per_customer_max=1)
    customer = make_customer()
    asked = at_once(*[lambda: ask(customer, amount="10.00")] * 20)
    assert refusals(asked) == ["PromoRefused"] * 19
    assert TopUp.objects.count() == PromoCode.objects.get().uses_count == 1


def test_m12_of_two_codes_for_the_first_top_up_asked_for_at_once_one_is_promised():
    make_promo("HELLO", first_top_up_only=True)
    make_promo("WELCOME", first_top_up_only=True)
    customer = make_customer()
    asked = at_once(lambda: ask(customer, "HELLO"), lambda: ask(customer, "WELCOME"))
    assert reasons(asked) == {"This code is for the first top-up only."}
    assert TopUp.objects.count() == PromoRedemption.objects.count() == 1


def test_m12_late_money_of_two_at_once_is_credited_and_brings_the_last_bonus_once():
    """Both uses were free again, and each comes back only if none is first."""
    make_promo(uses_max=1)
    payments = []
    for _ in range(2):
        payment = ask(make_customer())
        say(payment, dead=State.EXPIRED)
        payments.append(payment)
    at_once(*[lambda p=p: pay(p, minute=1) for p in payments])
    got = sorted(held(payment.top_up.customer) for payment in payments)
    assert got == [("100.00", "0.00"), ("100.00", "10.00")]
    prove()


def test_s9_guesses_at_once_are_counted_before_the_next_is_answered():
    make_promo()
    customer = make_customer()
    asked = at_once(*[lambda: ask(customer, "NOPE")] * (2 * PER_CUSTOMER_MAX))
    assert refusals(asked).count(UnknownPromoCode.__name__) == PER_CUSTOMER_MAX
    assert PromoGuess.objects.count() == PER_CUSTOMER_MAX
    assert not TopUp.objects.exists()
