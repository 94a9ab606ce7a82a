"""A low balance is told once per crossing, whoever looks and how often."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.models import Notification, OutgoingEmail
from accounts.tests.builders import make_customer as make_member
from billing.models import AccountKind, DailyUse, DueBalance, EntryKind, Purse, RaisedAlert
from billing.selectors.alerts_to_check import alerts_to_check
from billing.services.check_balance_alert import check_balance_alert
from billing.services.drop_recovered_balances import drop_recovered_balances
from billing.services.open_balances import open_balances
from billing.services.open_internal_account import open_internal_account
from billing.services.post_entry import Line, post_entry
from billing.services.refresh_alert_mark import refresh_alert_mark
from billing.services.set_balance_alert import set_balance_alert
from billing.tasks import sweep_balance_alerts
from billing.tests.builders import spend, top_up, usd, voice_of
from commpeak.celery import app
from commpeak.lib.errors import InvalidInput
from commpeak.lib.money import Money

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 16, 12, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def customer():
    """100.00 USD on Voice, a credit limit of 5.00, and one member to write to."""
    customer = make_member(email="ada@example.com")
    open_balances(customer=customer, credit_limit=5)
    top_up(customer, "100")
    return customer


def warn(customer, *, below: str = "", days: int | None = None, daily: bool = False) -> None:
    set_balance_alert(
        customer=customer,
        purse=Purse.VOICE,
        threshold=usd(below) if below else None,
        runway_days=days,
        is_daily=daily,
        now=NOON,
    )


def sweep(now: datetime = NOON) -> None:
    for account_id in alerts_to_check(now=now):
        check_balance_alert(account_id=account_id, now=now)
    drop_recovered_balances()


def used_a_day(customer, amount: str) -> None:
    DailyUse.objects.create(
        balance_id=voice_of(customer).pk, day=(NOON - DAY).date(), amount=usd(amount).amount
    )


def give_promo(customer, amount: str) -> None:
    promo = customer.ledger_accounts.get(kind=AccountKind.PROMO, purse=Purse.VOICE)
    expense = open_internal_account(kind=AccountKind.PROMO_EXPENSE, currency="USD")
    post_entry(
        source=f"promo:{amount}",
        kind=EntryKind.PROMO,
        lines=[Line(promo.pk, usd(amount)), Line(expense, -usd(amount))],
        occurred_at=NOON,
        actor="test",
    )


def subjects() -> list[str]:
    return list(OutgoingEmail.objects.order_by("pk").values_list("subject", flat=True))


def test_a_crossing_is_told_once_however_often_one_looks(customer):
    warn(customer, below="20")
    spend(customer, "80")
    sweep()
    assert subjects() == []
    spend(customer, "0.01")
    for minute in range(3):
        sweep(NOON + timedelta(minutes=minute))
        spend(customer, "1")
    assert subjects() == ["Your Voice balance is low: 19.99 USD"]
    email = OutgoingEmail.objects.get()
    assert email.to == "ada@example.com"
    assert "below the 20.00 USD you chose" in email.text
    assert "you can still spend 24.99 USD" in email.text
    assert Notification.objects.get().path == "/topup/?purse=voice"


def test_it_is_told_again_after_the_balance_was_up_again(customer):
    warn(customer, below="20")
    spend(customer, "90")
    sweep()
    top_up(customer, "10")  # back at 20.00, which is not below
    sweep()
    assert RaisedAlert.objects.get().cleared_at == NOON
    assert not DueBalance.objects.exists()
    spend(customer, "5")
    sweep()
    assert subjects() == [
        "Your Voice balance is low: 10.00 USD",
        "Your Voice balance is low: 15.00 USD",
    ]


def test_a_top_up_that_leaves_the_balance_low_tells_nothing_new(customer):
    warn(customer, below="20")
    spend(customer, "95")
    sweep()
    top_up(customer, "10")
    sweep()
    assert len(subjects()) == 1


def test_with_a_daily_reminder_it_is_told_once_a_day_until_topped_up(customer):
    warn(customer, below="20", daily=True)
    spend(customer, "90")
    for hours in (0, 1, 23, 24, 25, 47, 48):
        sweep(NOON + timedelta(hours=hours))
    assert len(subjects()) == 3
    top_up(customer, "50")
    sweep(NOON + 3 * DAY)
    sweep(NOON + 4 * DAY)
    assert len(subjects()) == 3
    reminders = OutgoingEmail.objects.filter(text__contains="reminded every day")
    assert reminders.count() == 2


def test_without_a_daily_reminder_a_day_later_nothing_is_told(customer):
    warn(customer, below="20")
    spend(customer, "90")
    sweep()
    sweep(NOON + 5 * DAY)
    assert len(subjects()) == 1


def test_a_balance_that_is_low_when_the_warning_is_chosen_is_told(customer):
    warn(customer, below="100.01")
    sweep()
    assert subjects() == ["Your Voice balance is low: 100.00 USD"]


def test_promo_credit_counts_for_the_threshold(customer):
    give_promo(customer, "30")
    warn(customer, below="20")
    spend(customer, "85")  # 15 paid credit and 30 bonus are left
    sweep()
    assert subjects() == []
    assert DueBalance.objects.exists()  # no debit may follow


def test_a_warning_that_was_turned_off_is_over(customer):
    warn(customer, below="20")
    spend(customer, "90")
    sweep()
    warn(customer)
    sweep()
    assert RaisedAlert.objects.get().cleared_at == NOON
    assert not DueBalance.objects.exists()


def test_a_crash_undoes_the_alert_and_its_mail_together(customer):
    warn(customer, below="20")
    spend(customer, "90")
    with transaction.atomic():
        sweep()
        transaction.set_rollback(True)
    assert not RaisedAlert.objects.exists()
    assert subjects() == []
    sweep()
    assert len(subjects()) == 1


def test_a_short_runway_is_told_once_and_a_new_pace_moves_it(customer):
    used_a_day(customer, "10")
    warn(customer, days=3)
    spend(customer, "75")
    sweep()
    assert subjects() == []  # 25 and the credit limit of 5: three days exactly
    spend(customer, "0.01")
    sweep()
    sweep()
    assert subjects() == ["About 2 days left on your Voice balance"]
    assert "At your pace of 10.00 USD a day" in OutgoingEmail.objects.get().text

    DailyUse.objects.update(amount=5)
    refresh_alert_mark(account_id=voice_of(customer).pk, now=NOON)
    sweep()
    assert RaisedAlert.objects.get().cleared_at == NOON


def test_a_pace_that_quickens_is_told_without_a_debit(customer):
    used_a_day(customer, "1")
    warn(customer, days=3)
    sweep()
    DailyUse.objects.update(amount=60)
    refresh_alert_mark(account_id=voice_of(customer).pk, now=NOON)
    sweep()
    assert subjects() == ["About 1 day left on your Voice balance"]


def test_a_runway_without_a_known_pace_warns_of_nothing(customer):
    warn(customer, days=30)
    spend(customer, "104")
    sweep()
    assert subjects() == []


def test_below_the_threshold_the_runway_is_not_told_as_well(customer):
    used_a_day(customer, "10")
    warn(customer, below="20", days=3)
    spend(customer, "90")
    sweep()
    assert subjects() == ["Your Voice balance is low: 10.00 USD"]


def test_a_sweep_finds_nothing_when_all_is_told(customer, django_assert_num_queries):
    warn(customer, below="20")
    spend(customer, "90")
    sweep()
    with django_assert_num_queries(1):
        assert alerts_to_check(now=NOON) == []


def test_one_balance_that_cannot_be_checked_keeps_no_other_waiting(customer, monkeypatch):
    broken = make_member(email="broken@example.com")
    open_balances(customer=broken, credit_limit=0)
    for member in (broken, customer):
        top_up(member, "5")
        warn(member, below="200")
    check = check_balance_alert

    def break_off(*, account_id: int, now: datetime) -> None:
        if account_id == voice_of(broken).pk:
            raise ArithmeticError("of its own")
        check(account_id=account_id, now=now)

    monkeypatch.setattr("billing.tasks.check_balance_alert", break_off)
    sweep_balance_alerts()
    assert subjects() == ["Your Voice balance is low: 105.00 USD"]


@pytest.mark.parametrize(
    "choice",
    [
        {"threshold": usd("0")},
        {"threshold": usd("20000.01")},
        {"threshold": Money(usd("5").amount, "EUR")},
        {"runway_days": 0},
        {"runway_days": 31},
    ],
)
def test_a_warning_that_makes_no_sense_is_refused(customer, choice):
    with pytest.raises(InvalidInput):
        set_balance_alert(
            customer=customer,
            purse=Purse.VOICE,
            is_daily=False,
            now=NOON,
            **{"threshold": None, "runway_days": None, **choice},
        )


def test_a_balance_has_one_open_alert_also_in_sql(customer):
    account = voice_of(customer)
    for kind in ("threshold", "runway"):
        alert = RaisedAlert(balance_id=account.pk, kind=kind, told_at=NOON)
        if kind == "threshold":
            alert.save()
            continue
        with pytest.raises(IntegrityError) as refusal, transaction.atomic():
            alert.save()
        name = refusal.value.__cause__.diag.constraint_name
        assert name == "balance_has_one_open_alert"


@pytest.mark.django_db(transaction=True)
def test_ten_sweeps_at_once_send_one_mail(customer):
    warn(customer, below="20")
    spend(customer, "90")
    barrier = Barrier(10)

    def run(_number: int) -> None:
        try:
            connection.ensure_connection()
            barrier.wait(timeout=30)
            check_balance_alert(account_id=voice_of(customer).pk, now=NOON)
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        list(pool.map(run, range(10)))
    assert len(subjects()) == 1
    assert RaisedAlert.objects.count() == 1


@pytest.mark.parametrize("name", ["sweep_balance_alerts", "add_up_use_task"])
def test_the_schedule_names_tasks_that_exist(settings, name):
    scheduled = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    app.loader.import_default_modules()
    assert f"billing.tasks.{name}" in scheduled & set(app.tasks)
