"""What every page says of an automatic refill that has stopped by itself (mission, section 3)."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from payments.selectors.stopped_refills import StoppedRefill
from payments.selectors.stopped_refills import stopped_refills as stopped_refills_of


def stopped_refills(request: HttpRequest) -> dict[str, Any]:
    """`stopped_refills`; empty for strangers, for staff without a customer, and in the answer to a
    form, which has something of its own to say.

    Read when a template first asks: one query on a whole page, none for a fragment.
    """
    return {"stopped_refills": SimpleLazyObject(lambda: _stopped(request))}


def _stopped(request: HttpRequest) -> list[StoppedRefill]:
    customer = getattr(request, "customer", None)  # missing on errors before its middleware
    return stopped_refills_of(customer) if customer and request.method == "GET" else []
