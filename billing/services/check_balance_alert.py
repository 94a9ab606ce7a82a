"""Warns that a balance runs low, once per crossing."""

from datetime import datetime

from django.db import transaction
from django.urls import reverse

from accounts.models import Category, Customer
from accounts.services.notify_customer import notify_customer
from billing.models import AlertKind, BalanceAlert, Purse, RaisedAlert
from billing.selectors.alerts_to_check import REPEATED_AFTER
from billing.selectors.balance_paces import BalancePace, balance_paces
from billing.selectors.customer_balances import customer_balances
from commpeak.lib.money import Money


@transaction.atomic
def check_balance_alert(*, account_id: int, now: datetime) -> None:
    """Compares the balance as it is with what was told, and tells what is new.

    Low and not told: an alert is raised and told. Told and not low: it is over, and the next
    crossing is told again. Told and still low: told again after a day, when the customer wants
    that. Below the threshold says more than a short runway, so one of the two is told at a time.

    The alert's row is locked, the balance's is not: debits never wait here. A second call, and
    one at the same time, tells nothing more; a crash undoes the alert and its messages together.
    """
    alerts = BalanceAlert.objects.select_for_update(of=("self",))
    alert = alerts.select_related("balance__account__customer").filter(pk=account_id).first()
    if alert is None:
        return
    pace = _pace(alert, now)
    due = _due(alert, pace)
    raised = RaisedAlert.objects.filter(balance_id=account_id, cleared_at__isnull=True).first()
    if raised and raised.kind != due:
        raised.cleared_at = now
        raised.save(update_fields=["cleared_at"])
        raised = None
    if raised is None and due:
        _raise_alert(alert, due, pace, now)
    elif raised and alert.is_daily and raised.told_at <= now - REPEATED_AFTER:
        _repeat(alert, raised, pace, now)


def _raise_alert(alert: BalanceAlert, kind: AlertKind, pace: BalancePace, now: datetime) -> None:
    raised = RaisedAlert.objects.create(balance_id=alert.pk, kind=kind, raised_at=now, told_at=now)
    _tell(alert, raised, pace, now)


def _repeat(alert: BalanceAlert, raised: RaisedAlert, pace: BalancePace, now: datetime) -> None:
    raised.told_at, raised.told_count = now, raised.told_count + 1
    raised.save(update_fields=["told_at", "told_count"])
    _tell(alert, raised, pace, now)


def _pace(alert: BalanceAlert, now: datetime) -> BalancePace:
    balances = customer_balances(_customer(alert))
    [ours] = [balance for balance in balances if balance.account_id == alert.pk]
    return balance_paces(balances=[ours], now=now)[0]


def _due(alert: BalanceAlert, pace: BalancePace) -> AlertKind | None:
    """The same comparison as in alerts_to_check."""
    if alert.threshold is not None and pace.balance.total.amount < alert.threshold:
        return AlertKind.THRESHOLD
    if alert.runway_mark is not None and pace.balance.available.amount < alert.runway_mark:
        return AlertKind.RUNWAY
    return None


def _tell(alert: BalanceAlert, raised: RaisedAlert, pace: BalancePace, now: datetime) -> None:
    balance = pace.balance
    notify_customer(
        customer=_customer(alert),
        category=Category.LOW_BALANCE,
        key=f"balance-alert:{raised.pk}:{raised.told_count}",
        template=f"balance_{raised.kind}",
        context={
            "purse": Purse(balance.purse).label,
            "balance": balance.total,
            "available": balance.available,
            "has_credit_limit": bool(balance.credit_limit),
            "threshold": Money(alert.threshold, balance.money.currency)
            if alert.threshold
            else None,
            "average": pace.average,
            "days_left": pace.days_left,
            "is_repeated": raised.told_count > 1,
            "path": reverse("topup", query={"purse": balance.purse.value}),
        },
        now=now,
    )


def _customer(alert: BalanceAlert) -> Customer:
    """Balances with alerts are customers'; internal accounts have no balance at all."""
    customer = alert.balance.account.customer
    if customer is None:
        raise AssertionError(f"balance {alert.pk} belongs to nobody")
    return customer
