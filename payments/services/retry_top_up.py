"""Another try at a top-up whose payment can no longer succeed; the amount is kept."""

from datetime import datetime

from django.db import transaction

from accounts.models import Customer
from billing.services.renew_promo import renew_promo
from payments.models import Payment, TopUp
from payments.selectors.deciding_payment import deciding_payment
from payments.services.check_top_up_limits import check_top_up_limits
from payments.services.check_top_up_throttle import check_top_up_throttle
from payments.services.open_payment import open_payment


@transaction.atomic(durable=True)
def retry_top_up(*, top_up_id: int, ip_address: str | None, now: datetime) -> Payment:
    """The payment to pay with now: a new one, or the one there is while that is open or paid.

    A second click returns the payment that the first one opened. Raises Refused as
    start_top_up does: limits are checked again, since time has passed. The bonus of a promo
    code is promised again if that can be kept; the page says whether it is.
    """
    Customer.objects.select_for_update(no_key=True).get(top_ups=top_up_id)  # limits are theirs
    top_up = TopUp.objects.select_for_update().select_related("customer").get(pk=top_up_id)
    payment = deciding_payment(top_up)
    if not payment.is_dead:
        return payment
    check_top_up_throttle(customer=top_up.customer, ip_address=ip_address, now=now)
    check_top_up_limits(
        customer=top_up.customer, purse=top_up.purse_choice, money=top_up.money, now=now
    )
    renew_promo(source=top_up.reference)
    return open_payment(top_up=top_up, now=now)
