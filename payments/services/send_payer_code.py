"""Makes a code and mails it to whom a gateway account belongs."""

from datetime import datetime

from accounts.services.queue_email import queue_email
from payments.gateways.registry import gateway_for
from payments.models.payer import PayerCheck
from payments.payer_code import hash_of, new_code


def send_payer_code(*, check: PayerCheck, now: datetime) -> None:
    """A new code in place of the one before; how long it is valid does not change.

    Must run under the payment's row lock. Every call sends a message, so callers have the
    brakes. The message goes to somebody who may never have heard of us: nothing in it was
    typed by the customer.
    """
    payment, code = check.payment, new_code()
    check.code_hash = hash_of(code, payment_key=payment.idempotency_key, email=check.email)
    check.codes_sent += 1
    check.sent_at = now
    check.save()
    queue_email(
        key=f"payer-code:{payment.idempotency_key}:{check.codes_sent}",
        to=check.email,
        template="payer_code",
        context={
            "code": code,
            "money": payment.money,
            "gateway": gateway_for(payment.gateway).profile.words.name,
            "account_number": payment.top_up.customer.account_number,
            "expires_at": check.expires_at,
        },
        now=now,
        customer=payment.top_up.customer,
    )
