"""How often something was tried lately."""

from datetime import datetime

from accounts.models import CountedTry
from commpeak.lib.client_address import neighbours


def tries_of(*, what: str, customer_id: int, since: datetime) -> int:
    tries = CountedTry.objects.filter(what=what, created_at__gt=since)
    return tries.filter(customer=customer_id).count()


def tries_near(*, what: str, ip_address: str | None, since: datetime) -> int:
    """By whomever from this address; 0 when it is not known."""
    near = neighbours(ip_address)
    if near is None:
        return 0
    tries = CountedTry.objects.filter(what=what, created_at__gt=since)
    return tries.filter(ip_address__range=near).count()
