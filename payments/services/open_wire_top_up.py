"""Opens the top-up that a customer did not, for a wire that came all the same."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Customer
from billing.models import Purse
from commpeak.lib.errors import Refused
from commpeak.lib.money import Money
from payments.gateways.wire.gateway import WireGateway
from payments.models import TopUp
from payments.selectors.top_up_currency import top_up_currency
from payments.services.open_payment import open_payment


@transaction.atomic
def open_wire_top_up(
    *, customer: Customer, purse: Purse, money: Money, request_key: UUID, now: datetime
) -> TopUp:
    """A top-up of `money` by wire and its payment; joins the caller's transaction.

    No limit is asked: the money is there. A second call with `request_key` returns the first
    one. Raises Refused while the balance has no currency, or has another one.
    """
    Customer.objects.select_for_update(no_key=True).get(pk=customer.pk)
    if earlier := TopUp.objects.filter(customer=customer, request_key=request_key).first():
        return earlier
    currency = top_up_currency(customer, purse)
    if currency is None:
        raise Refused(_("The customer has not chosen the currency of this balance yet."))
    if currency != money.currency:
        raise Refused(_("This balance is kept in %(currency)s.") % {"currency": currency})
    top_up = TopUp.objects.create(
        customer=customer,
        number=customer.top_ups.count() + 1,
        request_key=request_key,
        purse=purse,
        amount=money.amount,
        currency=money.currency,
        method=WireGateway.code,
        ip_address=None,
        created_at=now,
    )
    open_payment(top_up=top_up, now=now)
    return top_up
