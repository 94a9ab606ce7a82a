"""The money that moved at Stripe, from its own lists, read as `fetch` reads it."""

from collections.abc import Iterator
from datetime import datetime

import stripe

from payments.gateways.base import ObservedFact
from payments.gateways.card.client import stripe_client
from payments.gateways.card.snapshot import captures_in, disputes_in, refunds_in

PER_PAGE = 100


def movements(since: datetime, until: datetime) -> Iterator[ObservedFact]:
    """Of the objects made in [since, until). A refund that failed and a dispute that was won are
    dated by the making of the refund and the dispute, as in a snapshot. Raises StripeError."""
    made: stripe.params.ChargeListParamsCreated = {
        "gte": int(since.timestamp()),
        "lt": int(until.timestamp()),
    }
    stripe_v1 = stripe_client().v1
    for charge in stripe_v1.charges.list({"created": made, "limit": PER_PAGE}).auto_paging_iter():
        yield from captures_in(charge.to_dict())
    for refund in stripe_v1.refunds.list({"created": made, "limit": PER_PAGE}).auto_paging_iter():
        yield from refunds_in([refund.to_dict()])
    for dispute in stripe_v1.disputes.list({"created": made, "limit": PER_PAGE}).auto_paging_iter():
        yield from disputes_in([dispute.to_dict()])
