"""Whether a credit or a return of a wire needs a second person: parts of one wire add up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal

from accounts.selectors.needs_second_person import needs_second_person
from commpeak.lib.money import Money
from payments.models import Allocation

Alone = defaultdict[str, Decimal]  # by currency: what one person by themselves has moved of a wire


def needs_second_for(*, money: Money, credited: Money | None, alone: Alone) -> bool:
    """Asked of `money` of the wire and of what the balance gets for it, None for a return.

    Each is held against its own currency's limit, together with `alone`: a wire in parts avoids
    nobody's eyes, nor does a rate.
    """
    return any(
        needs_second_person(one + Money(alone[one.currency], one.currency))
        for one in _moved(money, credited)
    )


def moved_alone(receipt_ids: Iterable[int]) -> dict[int, Alone]:
    """Of each wire, what is done without a second person; one query for any number."""
    of_each = {pk: defaultdict[str, Decimal](Decimal) for pk in receipt_ids}
    done = Allocation.objects.filter(
        receipt__in=of_each, needs_second=False, stage=Allocation.Stage.DONE
    )
    for allocation in done.select_related("receipt", "top_up"):
        add_to(of_each[allocation.receipt_id], allocation.money, allocation.credited)
    return of_each


def add_to(alone: Alone, money: Money, credited: Money | None) -> None:
    for one in _moved(money, credited):
        alone[one.currency] += one.amount


def _moved(money: Money, credited: Money | None) -> list[Money]:
    if credited is None or credited.currency == money.currency:
        return [money]
    return [money, credited]
