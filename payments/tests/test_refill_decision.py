"""When a refill is charged, with how much, and on which day: rules as tables and laws."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commpeak.lib.money import Money
from payments.refill_day import LocalDay, local_day
from payments.refill_decision import Charge, No, RefillFacts, back_off, decide_refill
from payments.refill_numbers import RefillLimits, RefillNumbers, problems_of, smallest_deposit
from payments.refill_reasons import Reason
from payments.refill_rehearsal import rehearse

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
TONIGHT, IN_APRIL = NOON + timedelta(hours=12), datetime(2026, 4, 1, tzinfo=UTC)
ZONES = [
    "Europe/Kyiv",
    "America/New_York",
    "Australia/Lord_Howe",  # clocks move by half an hour
    "Pacific/Kiritimati",  # UTC+14
    "Pacific/Pago_Pago",  # UTC-11
    "America/Santiago",  # clocks move at midnight
]


def usd(amount: str) -> Money:
    return Money(Decimal(amount), "USD")


NEEDS_50 = RefillFacts(
    now=NOON,
    is_on=True,
    balance=usd("19.99"),
    threshold=usd("20"),
    deposit=usd("50"),
    per_day_max=3,
    monthly_max=None,
    under_way=usd("0"),
    open_attempt=usd("0"),
    is_disputed=False,
    not_before=None,
    attempts_today=0,
    taken_today=usd("0"),
    taken_this_month=usd("0"),
    day_ends_at=TONIGHT,
    month_ends_at=IN_APRIL,
    ceiling=usd("5000"),
    smallest=usd("10"),
    has_card=True,
)


@pytest.mark.parametrize(
    ("facts", "amount"),
    [
        ({}, "50"),
        ({"balance": usd("-30")}, "50"),  # exactly back at the threshold
        ({"balance": usd("-30.000001")}, "100"),
        ({"balance": usd("-100")}, "150"),
        ({"balance": usd("-1000")}, "150"),  # what the day allows
        ({"balance": usd("-1000"), "taken_today": usd("50"), "attempts_today": 1}, "100"),
        ({"balance": usd("-1000"), "ceiling": usd("120")}, "100"),
        ({"balance": usd("-1000"), "monthly_max": usd("99")}, "50"),
        ({"not_before": NOON}, "50"),
        ({"attempts_today": 2, "taken_today": usd("100")}, "50"),
        ({"deposit": usd("33.33"), "balance": usd("-50")}, "99.99"),
    ],
)
def test_one_charge_in_whole_deposits_inside_every_cap(facts, amount):
    assert decide_refill(replace(NEEDS_50, **facts)) == Charge(usd(amount))


@pytest.mark.parametrize(
    ("facts", "reason", "look_again_at"),
    [
        ({"balance": usd("20")}, Reason.ENOUGH, None),
        ({"is_on": False}, Reason.NOT_ON, None),
        ({"is_disputed": True}, Reason.DISPUTED, NOON + timedelta(hours=1)),
        ({"open_attempt": usd("50")}, Reason.UNDER_WAY, NOON + timedelta(minutes=1)),
        ({"under_way": usd("5")}, Reason.UNDER_WAY, NOON + timedelta(minutes=1)),
        ({"not_before": TONIGHT}, Reason.BACK_OFF, TONIGHT),
        ({"attempts_today": 3}, Reason.DAY_USED, TONIGHT),
        ({"taken_today": usd("101")}, Reason.DAY_AMOUNT_USED, TONIGHT),
        ({"monthly_max": usd("60"), "taken_this_month": usd("11")}, Reason.MONTH_USED, IN_APRIL),
        ({"ceiling": usd("49.99")}, Reason.OVER_CEILING, NOON + timedelta(hours=1)),
        ({"has_card": False}, Reason.NO_CARD, NOON + timedelta(hours=1)),
        ({"stopped_by": "all"}, Reason.GUARD, NOON + timedelta(minutes=10)),
    ],
)
def test_every_no_has_its_reason_and_its_next_look(facts, reason, look_again_at):
    decision = decide_refill(replace(NEEDS_50, **facts))
    assert isinstance(decision, No)
    assert (decision.reason, decision.look_again_at) == (reason, look_again_at)


def test_declines_are_waited_out_longer_each_time():
    hours = [back_off(declines) / timedelta(hours=1) for declines in (1, 2, 3, 4)]
    assert hours == [1, 6, 24, 24]


amounts = st.decimals("-2000", "2000", places=6).map(lambda amount: Money(amount, "USD"))
positive = st.decimals("0.01", "500", places=2).map(lambda amount: Money(amount, "USD"))


@given(balance=amounts, deposit=positive, threshold=positive, taken=positive, ceiling=positive)
def test_no_charge_breaks_a_cap_and_none_is_larger_than_the_need(
    balance: Money, deposit: Money, threshold: Money, taken: Money, ceiling: Money
):
    facts = replace(
        NEEDS_50,
        balance=balance,
        deposit=deposit,
        threshold=threshold,
        taken_today=taken,
        ceiling=ceiling,
    )
    decision = decide_refill(facts)
    if not isinstance(decision, Charge):
        return
    amount = decision.amount
    assert amount.amount % deposit.amount == 0
    assert usd("0") < amount <= ceiling
    assert (amount + taken).amount <= deposit.amount * 3
    assert balance + amount - deposit < threshold


# --- days (M3) ------------------------------------------------------------------------------------


def test_a_day_ends_at_the_customer_s_midnight_also_when_clocks_change():
    kyiv = ZoneInfo("Europe/Kyiv")
    for month, day, hours in ((3, 28, 24), (3, 29, 23), (10, 25, 25)):
        begin = datetime(2026, month, day, 0, tzinfo=kyiv).astimezone(UTC)
        today = local_day(now=begin, zone=kyiv, last=None)
        assert today.day == begin.astimezone(kyiv).date()
        assert today.ends_at - begin == timedelta(hours=hours)
        last_moment = today.ends_at - timedelta(microseconds=1)
        assert local_day(now=last_moment, zone=kyiv, last=today) == today
        assert local_day(now=today.ends_at, zone=kyiv, last=today).day > today.day


def test_a_move_to_the_east_brings_no_new_day_before_the_old_one_has_ended():
    pago = local_day(now=NOON, zone=ZoneInfo("Pacific/Pago_Pago"), last=None)
    moved = local_day(now=NOON, zone=ZoneInfo("Pacific/Kiritimati"), last=pago)
    assert moved == pago


def test_a_move_to_the_west_brings_no_day_twice():
    east = local_day(now=NOON, zone=ZoneInfo("Pacific/Kiritimati"), last=None)
    west = ZoneInfo("Pacific/Pago_Pago")
    later = local_day(now=east.ends_at, zone=west, last=east)
    assert later.day == east.day
    assert later.ends_at.astimezone(west).hour == 0


moves = st.lists(st.tuples(st.integers(0, 366 * 24 * 4), st.sampled_from(ZONES)), max_size=12)


@settings(max_examples=25, deadline=None)
@given(home=st.sampled_from(ZONES), moves=moves, step=st.integers(7, 45))
def test_in_366_days_and_six_zones_no_local_day_has_more_than_its_maximum(
    home: str, moves: list[tuple[int, str]], step: int
):
    """M3: always in need, asked every few minutes, moving between zones as one likes: never
    more than N per local day, days never go back, and none begins before the last has ended."""
    per_day_max, begin = 3, datetime(2027, 10, 1, tzinfo=UTC)
    zones = {at * 15: zone for at, zone in moves}
    zone, last, used = home, None, {}
    for minute in range(0, 366 * 24 * 60, step * 15):
        zone = next((zones[m] for m in zones if minute - step * 15 < m <= minute), zone)
        now = begin + timedelta(minutes=minute)
        day = local_day(now=now, zone=ZoneInfo(zone), last=last)
        assert last is None or day.day >= last.day
        assert last is None or day.day == last.day or now >= last.ends_at
        if used.get(day.day, 0) < per_day_max:  # the database refuses another one
            used[day.day] = used.get(day.day, 0) + 1
            last = LocalDay(day.day, day.ends_at)
    assert max(used.values()) == per_day_max
    assert 300 < len(used) <= 368


# --- numbers that cannot work, and the rehearsal ----------------------------------------------

LIMITS = RefillLimits(smallest=usd("10"), largest=usd("5000"), balance_max=usd("20000"))


def chosen(deposit: str, threshold: str, per_day_max: int, monthly: str = "") -> RefillNumbers:
    monthly_max = usd(monthly) if monthly else None
    return RefillNumbers(usd(deposit), usd(threshold), per_day_max, monthly_max)


@pytest.mark.parametrize(
    ("numbers", "field"),
    [
        (chosen("0", "20", 3), "deposit"),
        (chosen("9.99", "20", 3), "deposit"),
        (chosen("5000.01", "20", 3), "deposit"),
        (chosen("50", "0", 3), "threshold"),
        (chosen("50", "5000.01", 3), "threshold"),
        (chosen("50", "20", 0), "per_day_max"),
        (chosen("50", "20", 1000), "per_day_max"),
        (chosen("50", "20", 3, "49.99"), "monthly_max"),
        (chosen("10", "100", 3), "deposit"),
        (chosen("3000", "4000", 3), "deposit"),
        (chosen("50", "120", 3, "50"), "monthly_max"),
        (chosen("50", "120", 3, "149.99"), "monthly_max"),
        (chosen("10", "100", 3, "50"), "deposit"),
    ],
)
def test_a_rule_that_could_never_work_is_refused_at_the_number_to_change(numbers, field: str):
    assert [problem.field for problem in problems_of(numbers, LIMITS)] == [field]


def test_the_smallest_deposit_that_would_work_is_named():
    [problem] = problems_of(chosen("10", "100", 3), LIMITS)
    assert problem.text == (
        "With 3 payments a day of 10.00 USD, one refill could never bring an empty balance back "
        "to 100.00 USD. The smallest deposit that would is 33.34 USD."
    )


def test_a_month_that_is_too_small_for_one_refill_is_named():
    """D9: three deposits are needed, and the month allows one."""
    [problem] = problems_of(chosen("50", "120", 3, "130"), LIMITS)
    assert problem.text == (
        "With 3 payments a day of 50.00 USD and at most 130.00 USD a month, one refill could never "
        "bring an empty balance back to 120.00 USD. The smallest deposit that would is 40.00 USD."
    )
    assert problems_of(chosen("50", "120", 3, "150"), LIMITS) == []


def test_a_balance_that_may_hold_too_little_is_said():
    small = replace(LIMITS, balance_max=usd("60"))
    [problem] = problems_of(chosen("50", "20", 3), small)
    assert (problem.field, "60.00 USD" in problem.text) == ("threshold", True)


@given(
    threshold=positive,
    deposit=positive,
    per_day_max=st.integers(1, 20),
    monthly_max=st.none() | positive,
)
def test_the_deposit_that_is_suggested_works(
    threshold: Money, deposit: Money, per_day_max: int, monthly_max: Money | None
):
    numbers = RefillNumbers(deposit, threshold, per_day_max, monthly_max)
    suggested = smallest_deposit(numbers, LIMITS)
    if suggested:
        assert problems_of(replace(numbers, deposit=suggested), LIMITS) == []


def rehearsal(numbers: RefillNumbers, spent: list[str], hours_apart: int = 6):
    return rehearse(
        numbers=numbers,
        limits=LIMITS,
        opening=usd("20"),
        spent_by_hour=[
            (NOON + timedelta(hours=hours_apart * number), usd(amount))
            for number, amount in enumerate(spent)
        ],
        zone=ZoneInfo("UTC"),
        days=30,
    )


def test_a_rehearsal_charges_as_the_rule_would():
    result = rehearsal(chosen("50", "20", 3), ["10", "50", "50", "50"])
    assert (result.charges, result.total) == ([usd("50")] * 4, usd("200"))
    assert result.held_back == 0


def test_a_rehearsal_keeps_the_maximum_of_the_day():
    result = rehearsal(chosen("50", "20", 1), ["40", "40", "40"], hours_apart=1)
    assert (result.charges, result.held_back) == ([usd("50")], 2)
