"""From which amount on staff need a second pair of eyes."""

from decimal import Decimal

from django.conf import settings

from commpeak.lib.money import Money


def needs_second_person(money: Money) -> bool:
    """Whether `money`, in either direction, is above SECOND_PERSON_ABOVE of its currency.

    A currency without a limit there always needs one.
    """
    limit = settings.SECOND_PERSON_ABOVE.get(money.currency)
    return limit is None or abs(money.amount) > Decimal(limit)
