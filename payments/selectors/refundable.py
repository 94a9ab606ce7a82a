"""How much of a payment can be given back, and how much of that a customer may ask for."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal

from django.db.models import Sum

from billing.selectors.customer_balances import CustomerBalance, customer_balances
from commpeak.lib.currencies import places
from commpeak.lib.money import Money
from payments.gateways.registry import gateway_for
from payments.models import Payment, PaymentFact, Refund
from payments.refund_states import REFUND_UNDER_WAY
from payments.selectors.bonus_at_stake import BonusAtStake, bonus_at_stake
from payments.states import FactKind, State

_CAME = {FactKind.CAPTURE, FactKind.PARKED}
_WENT = {FactKind.REFUND, FactKind.DISPUTE, FactKind.CORRECTED}
_CAME_BACK = {FactKind.REFUND_FAILED, FactKind.DISPUTE_WON}
# a disputed payment is in the hands of the customer's bank
_MAY_ASK = {State.SUCCEEDED, State.PARTIALLY_REFUNDED}


@dataclass(frozen=True, slots=True)
class Refundable:
    """`capture` is the money that would go back, None when none came. `left` is what has
    neither gone back nor is asked for; `unspent` is what the customer's balance bears beside
    other requests and the spent part of the top-up's `bonus`, which goes with the money.
    Neither is ever negative.

    `can_ask` tells whether the customer may ask at all: the money was credited, nobody
    disputes it, and the gateway gives back by itself.
    """

    capture: PaymentFact | None
    left: Money
    unspent: Money
    bonus: BonusAtStake | None
    can_ask: bool

    @property
    def own(self) -> Money:
        """The most that the customer may ask for; staff may give back all that is left."""
        return min(self.left, self.unspent) if self.can_ask else Money.zero(self.left.currency)


def refundable(payment: Payment, *, besides: Refund | None = None) -> Refundable:
    """`besides` is a refund that does not count: the one that is about to be decided.

    The same sums as refunds_never_exceed_what_was_captured, which has the last word. Six
    queries. Exact only while the caller holds the payment's lock.
    """
    facts = list(payment.facts.order_by("pk"))
    capture = next((fact for fact in facts if fact.kind in _CAME), None)
    currency = capture.currency if capture else payment.currency
    others = payment.refunds.exclude(pk=besides.pk) if besides else payment.refunds.all()
    under_way = others.filter(state__in=REFUND_UNDER_WAY).aggregate(
        sum=Sum("amount", default=Decimal(0))
    )["sum"]
    left = _standing(facts, currency) - Money(under_way, currency)
    is_credited = capture is not None and capture.kind == FactKind.CAPTURE
    balance = _balance(payment)
    bonus = bonus_at_stake(payment.top_up, promo_balance=balance.promo) if is_credited else None
    unspent = _unspent(payment, balance, bonus, besides) if is_credited else Money.zero(currency)
    return Refundable(
        capture=capture,
        left=_above_zero(left),
        unspent=unspent,
        bonus=bonus,
        can_ask=is_credited
        and payment.state in _MAY_ASK
        and gateway_for(payment.gateway).profile.refunds,
    )


def _standing(facts: list[PaymentFact], currency: str) -> Money:
    """What came and has not gone back, by what the gateway has proven."""
    standing = Money.zero(currency)
    for fact in facts:
        if fact.currency == currency and fact.kind in _CAME | _CAME_BACK:
            standing += fact.money
        elif fact.currency == currency and fact.kind in _WENT:
            standing -= fact.money
    return standing


def _balance(payment: Payment) -> CustomerBalance:
    top_up = payment.top_up
    return next(b for b in customer_balances(top_up.customer) if b.purse == top_up.purse)


def _unspent(
    payment: Payment,
    balance: CustomerBalance,
    bonus: BonusAtStake | None,
    besides: Refund | None,
) -> Money:
    """What was paid and is not spent, without bonus and credit limit. Rounded down to what can
    be paid out: calls cost fractions of a cent, and gateways give back none."""
    top_up = payment.top_up
    others = Refund.objects.filter(
        payment__top_up__customer=top_up.customer,
        payment__top_up__purse=top_up.purse,
        capture__kind=FactKind.CAPTURE,
        state__in=REFUND_UNDER_WAY,
    )
    if besides:
        others = others.exclude(pk=besides.pk)
    held = others.aggregate(sum=Sum("amount", default=Decimal(0)))["sum"]
    if bonus:
        held += bonus.spent.amount
    currency = balance.money.currency
    smallest = Decimal(1).scaleb(-places(currency))
    unspent = (balance.money.amount - held).quantize(smallest, rounding=ROUND_FLOOR)
    return _above_zero(Money(unspent, currency))


def _above_zero(money: Money) -> Money:
    return max(money, Money.zero(money.currency))
