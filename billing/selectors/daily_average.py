"""How much a balance loses on an average day."""

from collections.abc import Collection
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import Min, Q, Sum

from billing.models import DailyUse
from commpeak.lib.currencies import LEDGER_PLACES

WINDOW_DAYS = 14  # two whole weeks: weekends weigh what they weigh, and a new pace shows soon
_KNOWN_DAYS = 30  # whoever used nothing for so long starts anew
_SMALLEST = Decimal(1).scaleb(-LEDGER_PLACES)


def daily_average(*, account_ids: Collection[int], today: date) -> dict[int, Decimal]:
    """Average use per balance account over the last WINDOW_DAYS whole days (UTC), above zero.

    For a newcomer over the days since the first use. Balances without use before `today` are
    left out: no pace is known. In the balance's currency, rounded to the ledger's six places, but
    never down to nothing.
    One query.
    """
    since = today - timedelta(days=WINDOW_DAYS)
    known = DailyUse.objects.filter(
        balance__in=account_ids, day__lt=today, day__gte=today - timedelta(days=_KNOWN_DAYS)
    )
    sums = known.values("balance").annotate(
        first_day=Min("day"), used=Sum("amount", filter=Q(day__gte=since))
    )
    return {
        row["balance"]: _average(row["used"], (today - row["first_day"]).days)
        for row in sums
        if row["used"]
    }


def _average(used: Decimal, days_known: int) -> Decimal:
    days = min(days_known, WINDOW_DAYS)
    return max((used / days).quantize(_SMALLEST, rounding=ROUND_HALF_UP), _SMALLEST)
