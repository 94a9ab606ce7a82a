"""Many who want the same bonus at once, on real connections."""

import pytest

from billing.errors import UnknownPromoCode
from billing.models import PromoCode, PromoGuess, PromoRedemption, Purse
from billing.selectors.customer_balances import customer_balances
from billing.services.check_promo_guesses import PER_CUSTOMER_MAX
from billing.services.expire_promos import expire_promos
from billing.services.redeem_promo import redeem_promo
from billing.services.release_promo import release_promo
from billing.services.renew_promo import renew_promo
from billing.tests.builders import NOON, make_customer, usd
from billing.tests.promo_builders import keep, make_promo, reserve, top_up_with_promo, use
from billing.tests.test_promo_rules import preview
from billing.tests.test_races import prove
from tests.racing import at_once, refusals

pytestmark = pytest.mark.django_db(transaction=True)


def held(customer):
    voice = customer_balances(customer)[0]
    return voice.money, voice.promo


def test_s9_guesses_at_once_are_counted_before_the_next_is_answered():
    customer = make_customer()
    asked = at_once(*[lambda: preview(customer, "NOPE")] * (2 * PER_CUSTOMER_MAX))
    assert refusals(asked).count(UnknownPromoCode.__name__) == PER_CUSTOMER_MAX
    assert PromoGuess.objects.count() == PER_CUSTOMER_MAX


def test_redeeming_releasing_and_renewing_at_once_gives_one_bonus():
    make_promo(uses_max=1)
    customer = make_customer()
    reserve(customer)
    acts = [lambda: redeem_promo(source="T-1", now=NOON)] * 6
    acts += [lambda: release_promo(source="T-1")] * 6
    acts += [lambda: renew_promo(source="T-1")] * 6
    at_once(*acts)
    assert held(customer)[1] == usd("10")
    assert PromoCode.objects.get().uses_count == 1
    prove()


def test_calls_refunds_and_expiry_at_once_never_spend_a_bonus_twice():
    """M13"""
    make_promo(bonus_valid_days=1)
    customer = make_customer()
    for number in range(4):
        top_up_with_promo(customer, f"T-{number}", amount="10.00")
    acts = [lambda n=n: use(customer, "0.75", f"call:{n}") for n in range(8)]
    acts += [lambda n=n: keep("0", f"T-{n}", asked="10.00") for n in range(2)]
    acts += [lambda: expire_promos(now=NOON.replace(month=4))] * 2
    at_once(*acts)
    money, promo = held(customer)
    assert promo == usd("0")
    lots = PromoRedemption.objects.filter(customer=customer, purse=Purse.VOICE)
    assert [lot.left for lot in lots] == [0] * 4
    assert usd("33") < money <= usd("38")
    prove()
