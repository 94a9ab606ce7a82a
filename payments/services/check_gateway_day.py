"""Compares what moved through a gateway on one day with our books."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from django.db import transaction

from commpeak.lib.money import Money
from payments.day_totals import DayTotals, Difference, Movement, day_totals
from payments.gateways.registry import gateway_for
from payments.models import GatewayDay, GatewayDifference, Payment, PaymentFact
from payments.services.file_payments import file_payments
from payments.states import FactKind

Problem = GatewayDifference.Problem


def check_gateway_day(*, gateway: str, day: date, now: datetime) -> list[GatewayDay]:
    """The day's row in each currency, written anew: a later check takes away what has mended.

    What is missing here is filed in the inbox, so that a worker fetches the payment and books
    it; the next check then finds it. Posts nothing itself. Asks the gateway outside any
    transaction. Raises GatewayError, and then keeps the rows of the last check.
    """
    since = datetime.combine(day, time.min, UTC)
    until = since + timedelta(days=1)
    there = [
        Movement(fact.kind, fact.object_id, fact.money, fact.gateway_id)
        for fact in gateway_for(gateway).movements(since, until)
    ]
    totals = day_totals(there=there, here=_ours(gateway, since, until))
    _heal(gateway, totals.values(), since, now)
    return _write(gateway, day, totals, now)


def _ours(gateway: str, since: datetime, until: datetime) -> list[Movement]:
    facts = PaymentFact.objects.filter(
        gateway=gateway, occurred_at__gte=since, occurred_at__lt=until
    )
    return [Movement(FactKind(fact.kind), fact.object_id, fact.money) for fact in facts]


def _heal(gateway: str, totals: Iterable[DayTotals], since: datetime, now: datetime) -> None:
    """A list that does not tell whose a movement is leaves us all that changed since that day."""
    missing = [one for day in totals for one in day.differences if one.here is None]
    ids = {one.gateway_id for one in missing}
    if "" in ids:
        ids = (ids - {""}) | set(gateway_for(gateway).remote_updates(since))
    file_payments(gateway=gateway, gateway_ids=ids, why="daily-totals", now=now)


@transaction.atomic(durable=True)
def _write(
    gateway: str, day: date, totals: dict[str, DayTotals], now: datetime
) -> list[GatewayDay]:
    GatewayDay.objects.filter(gateway=gateway, day=day).exclude(currency__in=totals).delete()
    rows = []
    for currency, found in totals.items():
        row, _is_new = GatewayDay.objects.update_or_create(
            gateway=gateway,
            day=day,
            currency=currency,
            defaults={
                "sum_there": found.there.amount,
                "sum_here": found.here.amount,
                "count_there": found.count_there,
                "difference_count": len(found.differences),
                "checked_at": now,
            },
        )
        row.differences.all().delete()
        for one in found.differences:
            _keep(row, one)
        rows.append(row)
    return rows


def _keep(row: GatewayDay, one: Difference) -> None:
    GatewayDifference.objects.create(
        gateway_day=row,
        problem=_problem(one),
        kind=one.kind,
        object_id=one.object_id,
        amount_there=_amount(one.there),
        amount_here=_amount(one.here),
        payment=_payment(row.gateway, one),
    )


def _problem(one: Difference) -> GatewayDifference.Problem:
    if one.here is None:
        return Problem.MISSING_HERE
    return Problem.MISSING_THERE if one.there is None else Problem.OTHER_AMOUNT


def _amount(money: Money | None) -> Decimal | None:
    return None if money is None else money.amount


def _payment(gateway: str, one: Difference) -> Payment | None:
    """By what we recorded, else by the gateway's id of the payment."""
    fact = PaymentFact.objects.filter(gateway=gateway, object_id=one.object_id)
    if found := fact.select_related("payment").first():
        return found.payment
    if not one.gateway_id:
        return None
    return Payment.objects.filter(gateway=gateway, gateway_id=one.gateway_id).first()
