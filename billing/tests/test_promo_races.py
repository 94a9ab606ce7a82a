"""Many who want the same bonus at once, on real connections."""

import pytest

from billing.models import PromoCode, PromoRedemption, Purse
from billing.selectors.customer_balances import customer_balances
from billing.services.expire_promos import expire_promos
from billing.services.redeem_promo import redeem_promo
from billing.services.release_promo import release_promo
from billing.services.renew_promo import renew_promo
from billing.tests.builders import NOON, make_customer, usd
from billing.tests.promo_builders import keep, make_promo, reserve, top_up_with_promo, use
from billing.tests.test_races import prove
from commpeak.lib.errors import Refused
from tests.racing import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def held(customer):
    voice = customer_balances(customer)[0]
    return voice.money, voice.promo


def reasons(results):
    return sorted({one.user_text for one in results if isinstance(one, Refused)})


def test_the_last_use_goes_to_one_of_fifty_customers():
    """M12"""
    promo = make_promo(uses_max=3)
    for number in range(2):
        reserve(make_customer(), f"T-{number}")
    fifty = [make_customer() for _ in range(50)]
    asked = at_once(*[lambda c=c: reserve(c, f"T-{c.account_number}") for c in fifty])
    assert sum(isinstance(one, PromoRedemption) for one in asked) == 1
    assert reasons(asked) == ["This code has been used up."]
    promo.refresh_from_db()
    assert promo.uses_count == 3
    prove()


def test_a_customer_gets_one_of_twenty_uses_at_once():
    """M12"""
    make_promo(uses_per_customer_max=1)
    customer = make_customer()
    asked = at_once(*[lambda n=n: reserve(customer, f"T-{n}") for n in range(20)])
    assert sum(isinstance(one, PromoRedemption) for one in asked) == 1
    assert PromoCode.objects.get().uses_count == 1
    prove()


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
