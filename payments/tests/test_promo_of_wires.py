"""The bonus of a wire goes with its credit: undone, it is gone; credited anew, it is back."""

from datetime import timedelta
from uuid import uuid4

import pytest

from accounts.tests.builders import make_user
from billing.models import PromoRedemption, Purse
from billing.selectors.customer_balances import customer_balances
from billing.selectors.verify import verify_ledger
from billing.tests.promo_builders import make_promo, use
from commpeak.lib.clock import utc_now
from payments.gateways.wire.profile import PROFILE
from payments.models import Payment
from payments.services.settle_promos import settle_promos
from payments.services.start_top_up import start_top_up
from payments.services.undo_allocation import undo_allocation
from payments.tests.builders import make_customer, sync, usd
from payments.tests.receipt_builders import credit, make_receipt
from payments.tests.wire_builders import make_bank_account
from tests.books import assert_books_prove

pytestmark = pytest.mark.django_db


@pytest.fixture
def payment() -> Payment:
    """100.00 by wire with a code for 10 % more."""
    make_promo()
    make_bank_account()
    _top_up, payment = start_top_up(
        customer=make_customer(),
        purse=Purse.VOICE,
        money=usd("100.00"),
        method="wire",
        request_key=uuid4(),
        ip_address=None,
        now=utc_now(),
        promo_code="TEN",
    )
    sync(payment)
    return payment


def undo(allocation) -> None:
    clerk = make_user(is_staff=True)
    undo_allocation(allocation_id=allocation.pk, actor=clerk, reason="another Ada's", now=utc_now())


def held(payment: Payment) -> tuple[str, str, str]:
    """Paid money and bonus on Voice, and what became of the code's use."""
    voice = customer_balances(payment.top_up.customer)[0]
    redemption = PromoRedemption.objects.get(source=payment.top_up.reference)
    return f"{voice.money.amount:.2f}", f"{voice.promo.amount:.2f}", redemption.state


def test_what_a_wrong_credit_brought_goes_with_it_and_comes_again_with_the_right_one(payment):
    undo(credit(make_receipt(usd("100.00")), payment.top_up))
    assert held(payment) == ("0.00", "0.00", "taken_back")
    assert_books_prove()
    credit(make_receipt(usd("100.00")), payment.top_up)
    assert held(payment) == ("100.00", "10.00", "redeemed")
    assert_books_prove()


def test_without_one_of_its_two_parts_a_top_up_has_no_bonus(payment):
    credit(make_receipt(usd("60.00")), payment.top_up)
    assert held(payment) == ("60.00", "0.00", "reserved")
    second = credit(make_receipt(usd("40.00")), payment.top_up)
    assert held(payment) == ("100.00", "10.00", "redeemed")
    undo(second)
    assert held(payment) == ("60.00", "0.00", "taken_back")
    assert_books_prove()


def test_the_rest_of_a_wire_that_never_comes_gives_the_bonus_up_in_the_end(payment):
    credit(make_receipt(usd("60.00")), payment.top_up)
    settle_promos(now=utc_now() + PROFILE.unpaid_expires_after + timedelta(days=1))
    assert held(payment) == ("60.00", "0.00", "released")


def test_m13_a_bonus_that_is_spent_already_is_owed(payment):
    wrong = credit(make_receipt(usd("100.00")), payment.top_up)
    use(payment.top_up.customer, "8.00", "call-1")
    undo(wrong)
    assert held(payment) == ("-8.00", "0.00", "taken_back")
    assert_books_prove()


def test_a_bonus_that_stays_after_its_credit_was_undone_is_named(payment):
    undo(credit(make_receipt(usd("100.00")), payment.top_up))
    PromoRedemption.objects.update(state="redeemed")
    [finding] = [finding for finding in verify_ledger() if finding.faults]
    assert finding.faults[0].endswith("is redeemed with 0.000000 of 100.000000 captured")
