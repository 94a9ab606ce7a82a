"""Holds a payment whose payer nobody has vouched for."""

from datetime import datetime

from payments.models import Payment
from payments.models.payer import CODE_IS_VALID_FOR, PayerCheck
from payments.selectors.payer_checks import is_known_payer, payer_check_of
from payments.services.send_payer_code import send_payer_code


def open_payer_check(*, payment: Payment, now: datetime) -> None:
    """Mails a code to the payer's address at the gateway, unless the payer is known.

    Must run in the transaction, and under the row lock, in which the payer's agreement is
    recorded: the money cannot be taken before the check exists. A second call sends nothing
    more, unless another payer has agreed since: then that one is asked, and the tries that
    were used stay used. Without an address nobody can be asked, and the check is over at once.
    """
    email = payment.payer_email.lower()
    if is_known_payer(customer=payment.top_up.customer, email=email):
        return
    check = payer_check_of(payment) or PayerCheck(payment=payment)
    if check.pk and check.email == email:
        return
    check.email, check.confirmed_at = email, None
    check.expires_at = now + CODE_IS_VALID_FOR
    if check.is_over(now):
        check.save()
    else:
        send_payer_code(check=check, now=now)
