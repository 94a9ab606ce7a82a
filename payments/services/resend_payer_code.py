"""Another code, since the first one did not arrive."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from commpeak.lib.errors import Refused
from payments.models import Payment
from payments.models.payer import PayerCheck
from payments.selectors.payer_checks import payer_check_of
from payments.services.send_payer_code import send_payer_code

PAUSE = timedelta(minutes=1)  # mail takes its time; a second code makes the first one wrong
CODES_MAX = 4  # nobody's mailbox is flooded from here


@transaction.atomic(durable=True)
def resend_payer_code(*, payment_id: int, now: datetime) -> PayerCheck:
    """Raises Refused, with nothing sent, less than a minute after the last code, after four
    codes, and when there is nothing to confirm (any more). Tries and validity stay as they are."""
    payment = (
        Payment.objects.select_for_update(of=("self",))
        .select_related("top_up__customer")
        .get(pk=payment_id)
    )
    check = payer_check_of(payment)
    if check is None or not payment.is_open or check.confirmed_at or check.is_over(now):
        raise Refused(_("There is nothing to confirm any more."))
    if check.codes_sent >= CODES_MAX:
        raise Refused(_("We have sent enough codes for this payment. Please use the last one."))
    if check.sent_at and now < check.sent_at + PAUSE:
        raise Refused(_("We have just sent a code. Please wait a minute before the next one."))
    send_payer_code(check=check, now=now)
    return check
