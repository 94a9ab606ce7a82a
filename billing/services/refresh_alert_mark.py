"""Brings a balance's mark in line with what the customer wants to be warned of."""

from datetime import datetime
from decimal import Decimal

from django.db import transaction

from billing.models import BalanceAlert, MarkReason
from billing.selectors.daily_average import daily_average
from billing.services.set_low_balance_mark import set_low_balance_mark
from commpeak.lib.money import Money


@transaction.atomic
def refresh_alert_mark(*, account_id: int, now: datetime) -> None:
    """Runs when the customer changes the alert, and after use was added up: the pace moves.

    The mark is the higher of the threshold and the days at the present pace. Promo credit and
    credit limit only add to what the alert looks at, so whatever it warns of is under the mark.
    A second call changes nothing. Raises BalanceAlert.DoesNotExist.
    """
    alerts = BalanceAlert.objects.select_for_update(of=("self",)).select_related("balance")
    alert = alerts.get(pk=account_id)
    alert.runway_mark = _days_at_pace(alert, now)
    alert.save(update_fields=["runway_mark"])
    marks = [mark for mark in (alert.threshold, alert.runway_mark) if mark is not None]
    mark = Money(max(marks), alert.balance.currency) if marks else None
    set_low_balance_mark(account_id=account_id, reason=MarkReason.ALERT, mark=mark)


def _days_at_pace(alert: BalanceAlert, now: datetime) -> Decimal | None:
    if alert.runway_days is None:
        return None
    average = daily_average(account_ids=[alert.pk], today=now.date()).get(alert.pk)
    return None if average is None else average * alert.runway_days
