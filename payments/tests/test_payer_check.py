"""Money from a payer whose address nobody knows is taken only with the code mailed there."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import QuerySet

from accounts.models import OutgoingEmail
from accounts.services.create_login import create_login
from commpeak.lib.clock import utc_now
from commpeak.lib.errors import Refused
from payments.models import Payment
from payments.models.payer import CODE_IS_VALID_FOR, ConfirmedPayer, PayerCheck
from payments.payer_code import hash_of, is_code, new_code
from payments.selectors.payer_checks import open_payer_checks
from payments.selectors.staff_queue import staff_queue
from payments.services.confirm_payer import confirm_payer
from payments.services.open_payer_check import open_payer_check
from payments.services.resend_payer_code import CODES_MAX, resend_payer_code
from payments.services.sync_payment import sync_payment
from payments.states import State
from payments.tests.builders import POLL, balance_of, make_customer, make_payment, sync, usd
from payments.tests.paypal import (
    STRANGER,
    agree,
    code_in_mail,
    make_held_payment,
    wrong_code,
)
from sandbox.faults import FaultKind

pytestmark = pytest.mark.django_db


def enter(payment: Payment, code: str, now=None) -> PayerCheck:
    return confirm_payer(payment_id=payment.pk, code=code, now=now or utc_now())


def codes_mailed() -> QuerySet[OutgoingEmail]:
    """What becomes of a payment is mailed as well (test_tell_customer)."""
    return OutgoingEmail.objects.filter(key__startswith="payer-code:")


def captures_of(paypal, payment: Payment) -> list[str]:
    return paypal.paypal_order(payment.gateway_id)["capture_statuses"]


def sync_at(payment: Payment, now) -> None:
    sync_payment(payment_id=payment.pk, source=POLL, now=now)
    payment.refresh_from_db()


def test_an_unknown_payer_is_asked_and_nothing_is_captured(paypal):
    payment = make_held_payment(paypal)
    sync(payment)
    assert payment.state == State.PROCESSING
    assert captures_of(paypal, payment) == []
    assert [mail.to for mail in OutgoingEmail.objects.all()] == [STRANGER]
    assert list(open_payer_checks(payment.top_up.customer)) == [payment.payer_check]


def test_the_mail_tells_what_it_is_about_and_the_code_is_kept_nowhere_else(paypal):
    payment = make_held_payment(paypal)
    mail, code = OutgoingEmail.objects.get(), code_in_mail()
    assert mail.subject == "Code for a payment of 50.00 USD by PayPal"
    number = payment.top_up.customer.account_number
    assert "Somebody wants to pay 50.00 USD with your PayPal account" in mail.text
    assert f"into account number {number} at CommPeak" in mail.text
    assert "If you know nothing of it, do nothing" in mail.text
    events = payment.events.values_list("detail", flat=True)
    assert code not in [*PayerCheck.objects.values_list().get(), *events, mail.subject]


def test_the_right_code_lets_the_money_be_taken_once(paypal):
    payment = make_held_payment(paypal)
    assert enter(payment, code_in_mail()).confirmed_at is not None
    sync(payment)
    sync(payment)
    assert payment.state == State.SUCCEEDED
    assert balance_of(payment.top_up.customer) == usd("50.00")
    assert captures_of(paypal, payment) == ["COMPLETED"]
    assert list(open_payer_checks(payment.top_up.customer)) == []


def test_a_confirmed_payer_is_not_asked_again_by_the_same_customer_only(paypal):
    first = make_held_payment(paypal)
    enter(first, code_in_mail())
    sync(first)
    again = make_held_payment(paypal, STRANGER.upper(), customer=first.top_up.customer)
    assert again.state == State.SUCCEEDED
    of_another = make_held_payment(paypal)
    assert of_another.state == State.PROCESSING
    assert OutgoingEmail.objects.filter(to=STRANGER).count() == 2


def test_a_member_pays_unasked_whatever_capitals_paypal_has(paypal):
    customer = make_customer(email="ada@example.com")
    colleague = create_login(email="bob@example.com", password="correct horse battery")
    customer.memberships.create(user=colleague)
    for email in ("Ada@Example.com", "BOB@example.com"):
        payment = make_held_payment(paypal, email, customer=customer, money=usd("20.00"))
        assert payment.state == State.SUCCEEDED
    assert not codes_mailed().exists()


def test_a_member_of_another_customer_is_a_stranger(paypal):
    make_customer(email="eve@example.com")
    assert make_held_payment(paypal, "eve@example.com").state == State.PROCESSING


def test_a_wrong_code_leaves_four_tries_and_the_right_one_still_counts(paypal):
    payment = make_held_payment(paypal)
    assert enter(payment, wrong_code()).tries_left == 4
    enter(payment, code_in_mail())
    sync(payment)
    assert payment.state == State.SUCCEEDED


def test_five_wrong_codes_end_the_payment_and_nothing_was_charged(paypal):
    payment = make_held_payment(paypal)
    for _guess in range(5):
        enter(payment, wrong_code())
    assert enter(payment, code_in_mail()).confirmed_at is None
    sync(payment)
    assert payment.state == State.EXPIRED
    assert captures_of(paypal, payment) == []
    assert not ConfirmedPayer.objects.exists()


def test_a_code_that_was_not_entered_in_time_ends_the_payment(paypal):
    payment = make_held_payment(paypal)
    expires_at = payment.payer_check.expires_at
    assert enter(payment, code_in_mail(), now=expires_at).confirmed_at is None
    sync_at(payment, expires_at)
    assert payment.state == State.EXPIRED
    assert captures_of(paypal, payment) == []


def test_a_held_payment_is_looked_at_when_its_code_expires(paypal):
    payment = make_held_payment(paypal)
    Payment.objects.filter(pk=payment.pk).update(poll_count=100)
    almost = payment.payer_check.expires_at - timedelta(minutes=5)
    sync_at(payment, almost)
    assert payment.next_poll_at == payment.payer_check.expires_at


def test_an_order_that_paypal_dropped_meanwhile_is_expired(paypal):
    payment = make_held_payment(paypal)
    paypal.paypal_act(payment.gateway_id, "forget")
    enter(payment, code_in_mail())
    with pytest.raises(Exception, match="404"):
        sync(payment)
    payment.refresh_from_db()
    assert payment.state == State.EXPIRED


def test_a_payer_without_an_address_cannot_be_asked_so_nothing_is_taken(paypal):
    payment = make_held_payment(paypal)
    payment.payer_email = ""
    open_payer_check(payment=payment, now=utc_now())
    sync(payment)
    assert payment.state == State.EXPIRED
    assert codes_mailed().count() == 1  # the one before
    assert captures_of(paypal, payment) == []


def test_a_new_code_replaces_the_old_one_and_keeps_the_tries(paypal):
    payment = make_held_payment(paypal)
    old, expires_at = code_in_mail(), payment.payer_check.expires_at
    enter(payment, wrong_code())
    later = utc_now() + timedelta(minutes=2)
    resend_payer_code(payment_id=payment.pk, now=later)
    check = PayerCheck.objects.get()
    assert (check.codes_sent, check.tries, check.expires_at) == (2, 1, expires_at)
    assert not is_code(old, check.code_hash, payment_key=payment.idempotency_key, email=STRANGER)
    assert enter(payment, code_in_mail(), now=later).confirmed_at == later


def test_nobodys_mailbox_is_flooded(paypal):
    payment = make_held_payment(paypal)
    now = utc_now()
    with pytest.raises(Refused, match="wait a minute"):
        resend_payer_code(payment_id=payment.pk, now=now)
    for minute in range(1, CODES_MAX):
        resend_payer_code(payment_id=payment.pk, now=now + timedelta(minutes=2 * minute))
    with pytest.raises(Refused, match="enough codes"):
        resend_payer_code(payment_id=payment.pk, now=now + timedelta(hours=2))
    assert OutgoingEmail.objects.count() == CODES_MAX


def test_no_code_is_sent_for_what_is_paid_over_or_not_held(paypal):
    later = utc_now() + timedelta(minutes=2)
    paid = make_held_payment(paypal)
    enter(paid, code_in_mail())
    over = make_held_payment(paypal, "other@example.org")
    not_held = make_payment(method="paypal")
    for payment, when in ((paid, later), (over, later + CODE_IS_VALID_FOR), (not_held, later)):
        with pytest.raises(Refused, match="nothing to confirm"):
            resend_payer_code(payment_id=payment.pk, now=when)


def test_one_code_releases_every_payment_of_the_same_payer(paypal):
    customer = make_customer()
    first = make_held_payment(paypal, customer=customer, money=usd("20.00"))
    code = code_in_mail()
    second = make_held_payment(paypal, customer=customer, money=usd("30.00"))
    enter(first, code)
    assert list(open_payer_checks(customer)) == []
    sync(first)
    sync_at(second, second.payer_check.expires_at + timedelta(minutes=1))
    assert balance_of(customer) == usd("50.00")


def test_the_code_of_one_payment_is_none_for_another(paypal):
    customer = make_customer()
    first = make_held_payment(paypal, customer=customer, money=usd("20.00"))
    code = code_in_mail()
    second = make_held_payment(paypal, "other@example.org", customer=customer, money=usd("30.00"))
    assert enter(second, code).confirmed_at is None
    assert first.payer_check.confirmed_at is None


def test_another_payer_after_refused_means_is_asked_as_well(paypal):
    payment = make_held_payment(paypal)
    enter(payment, wrong_code())
    enter(payment, code_in_mail())
    paypal.set_fault(FaultKind.DECLINED, match=payment.gateway_id)
    sync(payment)
    agree(paypal, payment, "second@example.org")
    sync_payment(payment_id=payment.pk, source=POLL, now=utc_now(), agreed_at=utc_now())
    assert captures_of(paypal, payment) == []
    sync(payment)
    check = PayerCheck.objects.get()
    assert (check.email, check.confirmed_at, check.tries) == ("second@example.org", None, 1)
    enter(payment, code_in_mail("second@example.org"))
    sync(payment)
    assert payment.state == State.SUCCEEDED


def test_staff_are_not_told_that_a_held_payment_is_stuck(paypal):
    payment = make_held_payment(paypal)
    late = utc_now() + timedelta(hours=1)
    assert stuck_count(late) == 0
    enter(payment, code_in_mail())
    assert stuck_count(late) == 1


def stuck_count(now) -> int:
    queues = staff_queue(now=now)
    return next(queue.count for queue in queues if str(queue.title).startswith("Payments stuck"))


@pytest.mark.parametrize("code", ["", "000000", "999999"])
def test_codes_are_six_digits_and_bound_to_payment_and_address(code):
    made = new_code()
    kept = hash_of(made, payment_key="T-1-1", email=STRANGER)
    assert (len(made), made.isdecimal()) == (6, True)
    assert is_code(made, kept, payment_key="T-1-1", email=STRANGER)
    assert not is_code(made, kept, payment_key="T-2-1", email=STRANGER)
    assert not is_code(made, kept, payment_key="T-1-1", email="other@example.org")
    assert is_code(code, kept, payment_key="T-1-1", email=STRANGER) == (code == made)


def test_the_database_holds_a_check_to_five_tries(paypal):
    payment = make_held_payment(paypal)
    with pytest.raises(IntegrityError, match="ends_after_five_wrong_codes"), transaction.atomic():
        PayerCheck.objects.filter(payment=payment).update(tries=6)


@pytest.mark.django_db(transaction=True)
def test_twenty_guesses_at_once_are_five_tries(paypal):
    payment = make_held_payment(paypal)
    guess = wrong_code()

    def try_it(_number: int) -> None:
        try:
            enter(payment, guess)
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        list(pool.map(try_it, range(20)))
    assert PayerCheck.objects.get().tries == 5
    assert enter(payment, code_in_mail()).confirmed_at is None
