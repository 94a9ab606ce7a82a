"""Builders of saved cards and automatic refills; they go through the services, as customers do."""

from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from accounts.models import Customer, OutgoingEmail
from billing.models import DueBalance, Purse
from billing.tests.builders import spend, top_up
from commpeak.lib.clock import utc_now
from commpeak.lib.money import Money
from payments.models import Payment, TopUp
from payments.models.refill import AutoRefillRule, RefillAttempt, SavedCard
from payments.refill_numbers import RefillNumbers
from payments.services.finish_card_setup import finish_card_setup
from payments.services.refill_balance import refill_balance
from payments.services.start_card_setup import begin_card_setup, start_card_setup
from payments.services.turn_on_refill import TurnedOn, turn_on_refill
from payments.tests.builders import make_customer, usd
from sandbox.testing import Sandbox

PAYS = "4242424242424242"
PAYS_TOO = "5555555555554444"
ASKS_ON_SETUP = "4000002500003155"
ALWAYS_ASKS = "4000002760003184"
DECLINES_LATER = "4000000000000341"
# slots of a rule, as attempts_of tells them
DONE = ("done", Decimal("50"))
FAILED = ("failed", Decimal("50"))
CHARGING = ("charging", Decimal("50"))
_ZONES = ["Europe/Kyiv", "America/Los_Angeles", "Asia/Tokyo"]


def daytime_zone() -> str:
    """One where no midnight is near, whenever the tests run."""
    now = utc_now()
    return next(name for name in _ZONES if 6 <= now.astimezone(ZoneInfo(name)).hour <= 17)


def numbers(
    deposit: str = "50",
    threshold: str = "20",
    per_day_max: int = 3,
    *,
    monthly_max: str = "",
    days_left: int | None = None,
) -> RefillNumbers:
    monthly = usd(monthly_max) if monthly_max else None
    return RefillNumbers(usd(deposit), usd(threshold), per_day_max, monthly, days_left)


def make_refillable(balance: str = "25.00") -> Customer:
    """With credit on Voice, and no midnight near."""
    customer = make_customer(time_zone=daytime_zone())
    top_up(customer, balance)
    return customer


def make_saved_card(sandbox: Sandbox, customer: Customer, number: str = PAYS) -> SavedCard:
    """The bank's question, if it has one, is answered with yes."""
    setup = start_card_setup(customer=customer, rule=None, now=utc_now())
    form = begin_card_setup(setup=setup).form
    assert form is not None
    intent = sandbox.pay(form.client_secret, number)
    if intent.get("status") == "requires_action":
        sandbox.approve_3ds(setup.gateway_id)
    finish_card_setup(setup_id=setup.pk, now=utc_now())
    setup.refresh_from_db()
    assert setup.card is not None
    return setup.card


def make_rule(
    sandbox: Sandbox,
    *card_numbers: str,
    customer: Customer | None = None,
    chosen: RefillNumbers | None = None,
) -> AutoRefillRule:
    """On, with 25.00 on the balance; the first card is the rule's own."""
    if customer is None:
        customer = make_refillable()
    cards = [make_saved_card(sandbox, customer, number) for number in card_numbers or (PAYS,)]
    return turn_on(customer, cards[0], chosen=chosen).rule


def turn_on(
    customer: Customer,
    card: SavedCard | None,
    *,
    purse: Purse = Purse.VOICE,
    chosen: RefillNumbers | None = None,
) -> TurnedOn:
    """`card` None: another one is to be entered."""
    return turn_on_refill(
        customer=customer,
        purse=purse,
        numbers=chosen or numbers(),
        card=card,
        ip_address="192.0.2.7",
        now=utc_now(),
    )


def refill(rule: AutoRefillRule, now: datetime | None = None) -> AutoRefillRule:
    """One look at the rule's balance, carried out; the rule afterwards."""
    refill_balance(balance_id=rule.balance_id, now=now or utc_now())
    rule.refresh_from_db()
    return rule


def spend_down(rule: AutoRefillRule, amount: str) -> None:
    spend(rule.customer, amount, forced=True)


def attempts_of(rule: AutoRefillRule) -> list[tuple[str, Decimal]]:
    """State and amount of every slot, in the order of reserving."""
    attempts = RefillAttempt.objects.filter(rule=rule).order_by("pk")
    return [(attempt.state, attempt.amount) for attempt in attempts]


def payment_of(rule: AutoRefillRule) -> Payment:
    """The newest refill's."""
    return Payment.objects.get(top_up=TopUp.objects.filter(customer=rule.customer).latest("pk"))


def codes_of(rule: AutoRefillRule) -> list[str]:
    """The history, oldest first."""
    return list(rule.notes.order_by("pk").values_list("code", flat=True))


def mails_to(customer: Customer) -> list[str]:
    return list(
        OutgoingEmail.objects.filter(customer=customer)
        .order_by("pk")
        .values_list("subject", flat=True)
    )


def charged_at(sandbox: Sandbox) -> list[Money]:
    """What the gateway has taken, oldest first."""
    paid = [one for one in reversed(sandbox.payments()) if one["amount_charged"]]
    return [Money.from_minor_units(one["amount_charged"], "USD") for one in paid]


def is_due(rule: AutoRefillRule) -> bool:
    return DueBalance.objects.filter(balance=rule.balance_id).exclude(look_at=None).exists()
