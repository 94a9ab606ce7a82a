"""Promo codes for tests; what is not named is a 10 % bonus in USD without any limit."""

from decimal import Decimal
from itertools import count

from accounts.models import Customer
from billing.models import PromoCode, PromoRedemption, Purse
from billing.selectors.customer_balances import customer_balances
from billing.services.post_usage import post_usage
from billing.services.redeem_promo import redeem_promo
from billing.services.reserve_promo import reserve_promo
from billing.services.take_back_promo import take_back_promo
from billing.tests.builders import NOON, top_up, usd

_numbers = count(1)


def make_promo(code: str = "TEN", **terms) -> PromoCode:
    if "fixed" not in terms:
        terms.setdefault("percent", Decimal(10))
    terms = {"currency": "USD", "starts_at": NOON, "uses_per_customer_max": 99} | terms
    return PromoCode.objects.create(code=code, **terms)


def reserve(
    customer: Customer,
    source: str = "T-1",
    *,
    code: str = "TEN",
    amount: str = "100.00",
    purse: Purse = Purse.VOICE,
    now=NOON,
) -> PromoRedemption:
    return reserve_promo(
        code=code, customer=customer, purse=purse, money=usd(amount), source=source, now=now
    )


def top_up_with_promo(
    customer: Customer, source: str = "T-1", *, code: str = "TEN", amount: str = "100.00", now=NOON
) -> PromoRedemption:
    """Asked for, paid and credited; the bonus with it."""
    reserve(customer, source, code=code, amount=amount, now=now)
    top_up(customer, amount, source=f"card:capture:{source}")
    redeem_promo(source=source, now=now)
    return PromoRedemption.objects.get(source=source)


def keep(amount: str, source: str = "T-1", *, asked: str = "100.00", now=NOON) -> None:
    """Refunds and disputes have left us `amount` of the top-up."""
    take_back_promo(source=source, kept=usd(amount), asked=usd(asked), now=now)


def use(customer: Customer, amount: str, source: str, *, forced: bool = False):
    """Calls that are paid by the bonus first."""
    return post_usage(
        customer=customer,
        purse=Purse.VOICE,
        money=usd(amount),
        source=source,
        occurred_at=NOON,
        actor="switch",
        forced=forced,
    )


def held(customer: Customer) -> tuple[str, str]:
    """What was paid for and what is bonus on Voice, without needless zeros."""
    voice = customer_balances(customer)[0]
    return str(voice.money.amount.normalize() + 0), str(voice.promo.amount.normalize() + 0)


def give_bonus(customer: Customer, amount: str, *, purse: Purse = Purse.VOICE, now=NOON) -> None:
    """`amount` of promo credit, by a code of its own and without the top-up's money."""
    name = f"GIFT-{next(_numbers)}"
    make_promo(name, fixed=Decimal(amount))
    reserve(customer, name, code=name, purse=purse, now=now)
    redeem_promo(source=name, now=now)
