"""Credits a wire that is in suspense, or a part of it, to a top-up."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.models import User
from commpeak.lib.errors import Refused
from commpeak.lib.money import Money
from payments.gateways.registry import INTO_OUR_BANK
from payments.matching.exchange import at_rate
from payments.models import Allocation, Receipt, TopUp
from payments.services.open_allocation import open_allocation


def credit_receipt(
    *,
    receipt_id: int,
    top_up_id: int,
    money: Money,
    rate: Decimal | None,
    actor: User,
    reason: str,
    request_key: UUID,
    now: datetime,
) -> Allocation:
    """Credits `money`, in the currency of the wire, or has it wait for a second person.

    `rate` is the bank's, in units of the balance's currency per unit received; None where the
    currencies are the same. Posted at once (DONE) up to SECOND_PERSON_ABOVE, held as WAITING
    above it (wire_second_person). A second call with `request_key` returns the first allocation.

    Raises Refused for a top-up that is not by wire, a rate that is missing or not needed, and
    for more than is left in suspense.
    """
    receipt = Receipt.objects.get(pk=receipt_id)
    top_up = TopUp.objects.get(pk=top_up_id)
    if top_up.method not in INTO_OUR_BANK:
        raise Refused(_("This top-up is not by wire. Credit the balance itself instead."))
    allocation = Allocation(
        receipt=receipt,
        kind=Allocation.Kind.CREDIT,
        amount=money.amount,
        top_up=top_up,
        credited_amount=_credited(money, top_up.currency, rate).amount,
        rate=rate,
        proposed_by=actor,
        proposed_at=now,
        reason=reason,
        request_key=request_key,
    )
    return open_allocation(allocation=allocation, money=money, now=now)


def _credited(money: Money, currency: str, rate: Decimal | None) -> Money:
    if (money.currency == currency) != (rate is None):
        raise Refused(
            _("The balance is kept in %(currency)s: enter the bank's rate.")
            % {"currency": currency}
            if rate is None
            else _("No rate is needed: the balance is kept in the wire's currency.")
        )
    credited = money if rate is None else at_rate(money, rate, currency)
    if not credited:
        raise Refused(_("At this rate nothing would be credited."))
    return credited
