"""Any order of top-ups with bonuses, calls, refunds and expiry adds up (M13, M15)."""

from collections import defaultdict
from datetime import timedelta
from decimal import ROUND_DOWN, Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from billing.models import EntryKind, PromoCode, PromoEntry, PromoRedemption, Purse
from billing.selectors.customer_balances import customer_balances
from billing.selectors.verify import verify_ledger
from billing.services.expire_promos import expire_promos
from billing.services.lock_purse import lock_purse
from billing.services.post_gateway_money import post_gateway_money
from billing.tests.builders import NOON, make_customer, usd, voice_of
from billing.tests.promo_builders import keep, make_promo, top_up_with_promo, use

pytestmark = pytest.mark.django_db

CENT = Decimal("0.01")
CODES = {"TEN": (10, None), "SHORT": (7, 3), "LONG": (25, 30)}  # percent, days
cents = st.integers(15, 9999).map(lambda number: number * CENT)
which = st.integers(0, 5)
top_ups = st.tuples(st.just("top up"), st.sampled_from(sorted(CODES)), cents)
calls = st.tuples(st.just("call"), st.none(), st.integers(1, 40_000_000))
kept = st.tuples(st.just("keep"), which, st.integers(0, 100))
nights = st.tuples(st.just("night"), st.none(), st.integers(1, 20))
operations = st.lists(st.one_of(top_ups, calls, kept, nights), min_size=1, max_size=25)


class World:
    """The real books of one customer, and what plain arithmetic says they hold."""

    def __init__(self):
        self.customer = make_customer()
        for code, (percent, days) in CODES.items():
            make_promo(code, percent=Decimal(percent), bonus_valid_days=days)
        self.now = NOON
        self.asked, self.left = [], []
        self.spent = Decimal(0)
        self.calls = 0

    def top_up(self, code, amount):
        top_up_with_promo(
            self.customer, f"T-{len(self.asked)}", code=code, amount=f"{amount:f}", now=self.now
        )
        self.asked.append(amount)
        self.left.append(amount)

    def call(self, _, micro):
        cost = Decimal(micro).scaleb(-6)
        self.calls += 1
        use(self.customer, f"{cost:f}", f"call:{self.calls}", forced=True)
        self.spent += cost

    def keep(self, number, percent):
        """A refund or dispute, or one that is undone: the gateway moves the difference."""
        if number >= len(self.asked):
            return
        asked = self.asked[number]
        now_kept = (asked * percent / 100).quantize(CENT, rounding=ROUND_DOWN)
        difference = now_kept - self.left[number]
        if difference:
            self.calls += 1
            kind = EntryKind.REFUND if difference < 0 else EntryKind.REFUND_FAILED
            post_gateway_money(
                kind=kind,
                account_id=voice_of(self.customer).pk,
                money=usd(f"{abs(difference):f}"),
                gateway="card",
                source=f"card:move:{self.calls}",
                occurred_at=NOON,
                actor="card gateway",
                memo="",
            )
        self.left[number] = now_kept
        keep(f"{now_kept:f}", f"T-{number}", asked=f"{asked:f}", now=self.now)

    def night(self, _, days):
        self.now += timedelta(days=days)
        expire_promos(now=self.now)


def bonus_still_given(redemption):
    """By its entries: given, less expired, less taken back."""
    return sum(entry.bonus + entry.money for entry in redemption.entries.all())


def entitled(redemption, asked, left):
    """What the kept money earns; what is taken back is rounded down."""
    missing = redemption.amount * (asked - left) / asked
    return redemption.amount - missing.quantize(CENT, rounding=ROUND_DOWN)


@settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(operations)
def test_books_prove_and_no_bonus_is_kept_paid_out_or_spent_twice(done):
    with transaction.atomic():  # every example begins with empty books
        world = World()
        for name, *facts in done:
            getattr(world, name.replace(" ", "_"))(*facts)
        check(world)
        transaction.set_rollback(True)


def check(world):
    assert [finding for finding in verify_ledger() if finding.faults] == []
    purse = lock_purse(customer_id=world.customer.pk, purse=Purse.VOICE)
    assert purse.promo.amount >= 0
    bonuses = Decimal(0)
    for redemption in PromoRedemption.objects.prefetch_related("entries"):
        number = int(redemption.source.removeprefix("T-"))
        given_now = bonus_still_given(redemption)
        assert 0 <= given_now <= entitled(redemption, world.asked[number], world.left[number])
        bonuses += given_now
    # what was paid for and is kept, and bonuses, less calls: no cash comes from a bonus
    total = purse.money.amount + purse.promo.amount
    assert total == sum(world.left) - world.spent + bonuses


def test_when_all_money_is_refunded_only_the_calls_are_owed():
    world = World()
    for code in CODES:
        world.top_up(code, Decimal("50.00"))
    world.call(None, 31_500_000)
    world.night(None, 4)
    world.call(None, 7_250_000)
    for number in range(3):
        world.keep(number, 0)
    voice = customer_balances(world.customer)[0]
    assert (voice.money, voice.promo) == (usd("-38.75"), usd("0"))
    assert PromoCode.objects.get(code="TEN").uses_count == 1
    moved = defaultdict(Decimal)
    for entry in PromoEntry.objects.select_related("entry"):
        moved[entry.entry.kind] += entry.bonus + entry.money
    assert sum(moved.values()) == 0
