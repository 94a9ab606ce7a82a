"""What becomes of a bonus: given once, spent first, expired, taken back."""

from datetime import timedelta
from decimal import Decimal

import pytest

from billing.errors import OverCreditLimit, SourceReused
from billing.models import JournalEntry, PromoCode, PromoRedemption
from billing.selectors.promo_of_top_up import promo_of_top_up
from billing.selectors.verify import verify_ledger
from billing.services.expire_promos import expire_promos
from billing.services.redeem_promo import redeem_promo
from billing.services.release_promo import release_promo
from billing.services.renew_promo import renew_promo
from billing.services.reverse_entry import reverse_entry
from billing.tests.builders import NOON, make_customer, top_up, usd
from billing.tests.promo_builders import (
    held,
    keep,
    make_promo,
    reserve,
    top_up_with_promo,
    use,
)
from commpeak.lib.errors import Refused

pytestmark = pytest.mark.django_db

State = PromoRedemption.State


@pytest.fixture
def ada():
    return make_customer()


@pytest.fixture(autouse=True)
def _books_prove():
    yield
    assert [finding for finding in verify_ledger() if finding.faults] == []


def state_of(source="T-1"):
    return PromoRedemption.objects.get(source=source).state


def in_days(days):
    return NOON + timedelta(days=days)


def test_a_bonus_is_given_once_as_an_entry_of_its_own(ada):
    make_promo()
    top_up_with_promo(ada)
    assert redeem_promo(source="T-1", now=in_days(1))
    assert held(ada) == ("100", "10")
    entry = JournalEntry.objects.get(kind="promo")
    assert (entry.source, entry.memo) == ("promo:T-1:1", "T-1 TEN")


def test_what_was_reserved_is_given_whatever_became_of_the_code(ada):
    promo = make_promo(uses_max=1)
    reserve(ada)
    PromoCode.objects.filter(pk=promo.pk).update(is_active=False, ends_at=in_days(1))
    assert redeem_promo(source="T-1", now=in_days(2))
    assert held(ada) == ("0", "10")


def test_a_top_up_without_a_code_gets_no_bonus(ada):
    assert not redeem_promo(source="T-1", now=NOON)
    release_promo(source="T-1")
    keep("0")
    assert held(ada) == ("0", "0")


def test_a_released_use_is_free_for_others(ada):
    promo = make_promo(uses_max=1)
    reserve(ada)
    release_promo(source="T-1")
    reserve(make_customer(), "T-2")
    promo.refresh_from_db()
    assert promo.uses_count == 1


def test_money_that_comes_late_still_brings_the_bonus(ada):
    """Also after the code has ended: the customer asked in time."""
    make_promo(uses_max=1, ends_at=in_days(1))
    reserve(ada)
    release_promo(source="T-1")
    assert redeem_promo(source="T-1", now=in_days(9))
    assert held(ada) == ("0", "10")


@pytest.mark.parametrize("what", ["used up", "switched off", "used by the same customer"])
def test_money_that_comes_late_brings_no_bonus_that_others_got(ada, what):
    promo = make_promo(uses_max=2, uses_per_customer_max=1)
    reserve(ada)
    release_promo(source="T-1")
    if what == "used up":
        reserve(make_customer(), "T-2")
        reserve(make_customer(), "T-3")
    elif what == "switched off":
        PromoCode.objects.filter(pk=promo.pk).update(is_active=False)
    else:
        reserve(ada, "T-2")
    assert not renew_promo(source="T-1")
    assert not redeem_promo(source="T-1", now=NOON)
    assert held(ada) == ("0", "0")
    assert state_of() == State.RELEASED


def test_another_try_keeps_the_reservation(ada):
    make_promo(uses_per_customer_max=1)
    reserve(ada)
    assert renew_promo(source="T-1")
    release_promo(source="T-1")
    assert renew_promo(source="T-1")
    assert state_of() == State.RESERVED


def test_one_code_for_the_first_top_up_is_renewed_not_two(ada):
    make_promo("FIRST", first_top_up_only=True)
    make_promo("HELLO", first_top_up_only=True)
    reserve(ada, "T-1", code="FIRST")
    release_promo(source="T-1")
    reserve(ada, "T-2", code="HELLO")
    assert not renew_promo(source="T-1")


# --- spending -------------------------------------------------------------------------------


def test_the_bonus_is_spent_first_in_one_entry(ada):
    make_promo()
    top_up_with_promo(ada)
    entry = use(ada, "12.50", "call:1")
    lines = JournalEntry.objects.get(pk=entry.entry_id).postings.order_by("line")
    assert sorted((line.account.code.split(":")[0], str(line.amount)) for line in lines) == [
        ("customer", "-2.500000"),
        ("promo", "-10.000000"),
        ("revenue", "12.500000"),
    ]


def test_the_credit_limit_holds_for_what_the_bonus_does_not_cover():
    customer = make_customer(credit_limit="5")
    make_promo()
    top_up_with_promo(customer)
    with pytest.raises(OverCreditLimit):
        use(customer, "115.000001", "call:1")


def test_a_call_that_was_made_is_charged_over_the_limit_and_never_to_the_bonus_twice(ada):
    make_promo()
    top_up_with_promo(ada)
    use(ada, "120", "call:1", forced=True)
    assert held(ada) == ("-10", "0")


def test_the_same_call_told_again_after_the_bonus_is_gone_is_the_first_entry(ada):
    make_promo()
    top_up_with_promo(ada)
    first = use(ada, "10", "call:1")
    again = use(ada, "10", "call:1")
    assert (again.entry_id, again.is_replay) == (first.entry_id, True)
    assert held(ada) == ("100", "0")


@pytest.mark.parametrize("amount", ["9", "11"])
def test_the_same_call_told_with_another_cost_is_refused(ada, amount):
    make_promo()
    top_up_with_promo(ada)
    use(ada, "10", "call:1")
    with pytest.raises(SourceReused):
        use(ada, amount, "call:1")


# --- expiry ---------------------------------------------------------------------------------


def test_what_is_left_of_a_bonus_expires_by_an_entry(ada):
    make_promo(bonus_valid_days=30)
    top_up_with_promo(ada)
    use(ada, "4", "call:1")
    assert expire_promos(now=in_days(29)) == 0
    assert expire_promos(now=in_days(30)) == 1
    assert expire_promos(now=in_days(31)) == 0
    assert held(ada) == ("100", "0")
    moves = promo_of_top_up("T-1").moves
    assert [(move.kind, move.money) for move in moves] == [("promo_expired", usd("6"))]


def test_a_bonus_that_was_spent_expires_without_an_entry(ada):
    make_promo(bonus_valid_days=30)
    top_up_with_promo(ada)
    use(ada, "10", "call:1")
    assert expire_promos(now=in_days(30)) == 1
    assert not JournalEntry.objects.filter(kind="promo_expired").exists()


def test_the_bonus_that_expires_first_is_spent_first_and_expires_alone(ada):
    """The older one lasts longer: 6 of 10 are spent before the short one comes, 5 after."""
    make_promo("LONG", fixed=Decimal(10), bonus_valid_days=60)
    make_promo("SHORT", fixed=Decimal(8), bonus_valid_days=7)
    make_promo("EVER", fixed=Decimal(3))
    top_up_with_promo(ada, "T-1", code="LONG")
    use(ada, "6", "call:1")
    top_up_with_promo(ada, "T-2", code="SHORT")
    top_up_with_promo(ada, "T-3", code="EVER")
    use(ada, "5", "call:2")
    assert held(ada) == ("300", "10")
    expire_promos(now=in_days(7))
    assert held(ada) == ("300", "7")  # 3 of SHORT
    expire_promos(now=in_days(60))
    assert held(ada) == ("300", "3")  # 4 of LONG; EVER stays


# --- taken back -----------------------------------------------------------------------------


def test_a_refund_takes_its_part_of_the_bonus_from_what_is_left(ada):
    make_promo()
    top_up_with_promo(ada)
    keep("60")
    assert held(ada) == ("100", "6")
    assert state_of() == State.REDEEMED


def test_a_bonus_that_was_spent_is_taken_from_the_balance(ada):
    """M13: it may go negative by this path."""
    make_promo()
    top_up_with_promo(ada)
    use(ada, "110", "call:1")
    keep("0")
    assert held(ada) == ("-10", "0")
    assert state_of() == State.TAKEN_BACK


def test_a_bonus_that_is_spent_in_part_is_taken_from_both(ada):
    make_promo()
    top_up_with_promo(ada)
    use(ada, "7", "call:1")
    keep("0")
    assert held(ada) == ("93", "0")


def test_the_same_refund_told_twice_takes_once(ada):
    make_promo()
    top_up_with_promo(ada)
    keep("60")
    keep("60")
    assert held(ada) == ("100", "6")


def test_many_small_refunds_take_what_one_large_one_would(ada):
    """Rounded down over all of them together: 3 × 33.33 of 99.99 with a bonus of 9.99."""
    make_promo()
    top_up_with_promo(ada, amount="99.99")
    for kept, promo in [("66.66", "6.66"), ("33.33", "3.33"), ("0", "0")]:
        keep(kept, asked="99.99")
        assert held(ada)[1] == promo


def test_money_paid_beyond_what_was_asked_is_given_back_without_touching_the_bonus(ada):
    make_promo()
    top_up_with_promo(ada)
    keep("120")
    keep("100")
    assert held(ada) == ("100", "10")


def test_a_dispute_won_gives_the_bonus_again(ada):
    """M7"""
    make_promo()
    top_up_with_promo(ada)
    use(ada, "7", "call:1")
    keep("0")
    keep("100")
    assert held(ada) == ("100", "3")
    assert state_of() == State.REDEEMED


def test_what_expired_counts_as_taken_back(ada):
    make_promo(bonus_valid_days=30)
    top_up_with_promo(ada)
    use(ada, "6", "call:1")
    expire_promos(now=in_days(30))
    keep("60", now=in_days(31))
    assert held(ada) == ("100", "0")  # 4 of 10 are due and have expired
    keep("0", now=in_days(32))
    assert held(ada) == ("94", "0")  # the 6 that were spent
    assert state_of() == State.EXPIRED


def test_promo_credit_does_not_come_back_after_its_time(ada):
    make_promo(bonus_valid_days=30)
    top_up_with_promo(ada)
    use(ada, "7", "call:1")
    keep("0", now=in_days(1))
    assert held(ada) == ("93", "0")
    keep("100", now=in_days(31))
    assert held(ada) == ("100", "0")  # what was taken from the balance is back


def test_the_bonus_of_one_top_up_is_not_taken_for_another(ada):
    make_promo("SHORT", bonus_valid_days=7)
    make_promo("LONG")
    top_up_with_promo(ada, "T-1", code="SHORT")
    top_up_with_promo(ada, "T-2", code="LONG")
    use(ada, "10", "call:1")  # all of SHORT
    keep("0", "T-1")
    assert held(ada) == ("190", "10")


def test_a_reversed_call_brings_its_bonus_back_and_nothing_breaks(ada):
    make_promo(bonus_valid_days=30)
    top_up_with_promo(ada)
    call = use(ada, "10", "call:1")
    keep("100")
    reverse_entry(entry_id=call.entry_id, actor="ann@example.com", reason="Test", now=NOON)
    assert held(ada) == ("100", "10")
    expire_promos(now=in_days(30))
    keep("0", now=in_days(31))
    use(ada, "1", "call:2", forced=True)
    assert held(ada)[1] == "9"


def test_an_entry_of_a_bonus_cannot_be_reversed_apart_from_its_top_up(ada):
    make_promo()
    top_up_with_promo(ada)
    entry = JournalEntry.objects.get(kind="promo")
    with pytest.raises(Refused, match="A bonus follows its top-up"):
        reverse_entry(entry_id=entry.pk, actor="ann@example.com", reason="Test", now=NOON)


def test_the_pages_are_told_the_story_of_a_bonus(ada):
    make_promo(bonus_valid_days=30)
    reserve(ada)
    assert promo_of_top_up("T-1").is_promised
    top_up(ada, "100.00")
    redeem_promo(source="T-1", now=NOON)
    keep("60")
    keep("100")
    told = promo_of_top_up("T-1")
    assert (told.code, told.bonus, told.given_at, told.expires_at) == (
        "TEN",
        usd("10.00"),
        NOON,
        in_days(30),
    )
    assert [(move.kind, move.money) for move in told.moves] == [
        ("promo_taken_back", usd("4")),
        ("promo_given_back", usd("4")),
    ]
    assert promo_of_top_up("T-2") is None
