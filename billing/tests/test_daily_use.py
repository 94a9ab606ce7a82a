"""What was used is added up once, and gives the pace."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from billing.models import AccountKind, DailyUse, EntryKind, LedgerAccount, Purse
from billing.selectors.balance_paces import BalancePace, balance_paces
from billing.selectors.customer_balances import customer_balances
from billing.selectors.daily_average import daily_average
from billing.services.add_up_use import add_up_use
from billing.services.open_internal_account import open_internal_account
from billing.services.post_entry import Line, post_entry
from billing.tests.builders import NOON, make_customer, revenue, spend, top_up, usd, voice_of

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 16)


@pytest.fixture
def customer():
    return make_customer(credit_limit="1000")


def give_promo_credit(customer, amount: str) -> None:
    promo = LedgerAccount.objects.get(customer=customer, purse=Purse.VOICE, kind=AccountKind.PROMO)
    expense = open_internal_account(kind=AccountKind.PROMO_EXPENSE, currency="USD")
    post_entry(
        source=f"promo:{customer.pk}",
        kind=EntryKind.PROMO,
        lines=[Line(promo.pk, usd(amount)), Line(expense, -usd(amount))],
        occurred_at=NOON,
        actor="test",
    )


def use(customer, amount: str, *, day: int, promo: str = "") -> None:
    """Calls of that day of March, partly paid by promo credit."""
    accounts = LedgerAccount.objects.filter(customer=customer, purse=Purse.VOICE)
    money, paid_by_promo = usd(amount), usd(promo or "0")
    lines = [
        Line(accounts.get(kind=AccountKind.BALANCE).pk, paid_by_promo - money),
        Line(accounts.get(kind=AccountKind.PROMO).pk, -paid_by_promo),
        Line(revenue(), money),
    ]
    post_entry(
        source=f"usage:{customer.pk}:{day}:{amount}",
        kind=EntryKind.USAGE,
        lines=[line for line in lines if line.money],
        occurred_at=datetime(2026, 3, day, 23, 59, tzinfo=UTC),
        actor="switch",
        forced=True,
    )


def sums(customer) -> list[tuple[int, Decimal]]:
    rows = DailyUse.objects.filter(balance=voice_of(customer).pk).order_by("day")
    return [(row.day.day, row.amount) for row in rows]


def average(customer, today: date = TODAY) -> Decimal | None:
    account_id = voice_of(customer).pk
    return daily_average(account_ids=[account_id], today=today).get(account_id)


def pace_of(customer, day: int = 16) -> BalancePace:
    now = datetime(2026, 3, day, 12, tzinfo=UTC)
    return balance_paces(balances=customer_balances(customer), now=now)[0]


def test_use_is_added_up_per_purse_and_day_paid_or_by_promo_credit(customer):
    give_promo_credit(customer, "1.5")
    use(customer, "1.25", day=3)
    use(customer, "2.5", day=3, promo="1.5")
    use(customer, "4", day=4)
    top_up(customer, "50")
    spend(customer, "7", purse=Purse.SMS)
    add_up_use()
    assert sums(customer) == [(3, Decimal("3.75")), (4, Decimal(4))]


def test_nothing_is_added_up_twice_and_late_postings_go_to_their_day(customer):
    use(customer, "1", day=3)
    assert add_up_use() == 1
    assert add_up_use() == 0
    use(customer, "2", day=3)
    assert add_up_use() == 1
    assert sums(customer) == [(3, Decimal(3))]


def test_the_average_is_over_the_last_fourteen_whole_days(customer):
    use(customer, "1000", day=1)  # the fifteenth day before
    use(customer, "14", day=2)
    use(customer, "28", day=15)
    use(customer, "500", day=16)  # today is not whole yet
    add_up_use()
    assert average(customer) == Decimal(3)


def test_a_newcomer_s_average_is_over_the_days_since_the_first_use(customer):
    use(customer, "10", day=14)
    use(customer, "5", day=15)
    add_up_use()
    assert average(customer) == Decimal("7.5")


def test_without_a_whole_day_of_use_no_pace_is_known(customer):
    use(customer, "10", day=16)
    add_up_use()
    assert average(customer) is None
    pace = pace_of(customer)
    assert (pace.average, pace.days_left, pace.recommended_threshold) == (None, None, None)


def test_who_has_stopped_calling_has_no_pace(customer):
    use(customer, "10", day=1)
    add_up_use()
    assert average(customer, TODAY + timedelta(days=3)) is None


def test_the_smallest_use_is_a_pace_too(customer):
    """A purse that lost a millionth in two weeks still lasts some days, and not a division by 0."""
    use(customer, "0.000001", day=10)
    add_up_use()
    assert average(customer) == Decimal("0.000001")
    assert pace_of(customer).days_left == 365


def test_days_left_count_the_credit_limit_and_are_whole():
    customer = make_customer(credit_limit="5")
    top_up(customer, "50")
    use(customer, "20", day=15)
    add_up_use()
    pace = pace_of(customer)
    assert (pace.average, pace.days_left) == (usd("20.000000"), 1)  # 35 can still be spent
    assert pace.recommended_threshold == usd("60")


@pytest.mark.parametrize(
    ("spent", "recommended"), [("0.1", "5"), ("1.6", "5"), ("1.7", "10"), ("41", "125")]
)
def test_the_recommended_threshold_is_three_days_rounded_up(customer, spent, recommended):
    use(customer, spent, day=15)
    add_up_use()
    assert pace_of(customer).recommended_threshold == usd(recommended)


def test_days_left_end_at_a_year_and_at_none(customer):
    use(customer, "0.000001", day=15)
    add_up_use()
    assert pace_of(customer).is_for_long
    use(customer, "999.999999", day=14)
    add_up_use()
    assert pace_of(customer).days_left == 0


def test_the_pace_of_both_balances_takes_one_query(customer, django_assert_num_queries):
    balances = customer_balances(customer)
    with django_assert_num_queries(1):
        balance_paces(balances=balances, now=NOON)
