"""What the database holds for promo codes, tried in raw SQL."""

from decimal import Decimal

import pytest

from billing.errors import OverCreditLimit
from billing.models import PromoCode
from billing.services.post_entry import Line, post_entry
from billing.tests.builders import NOON, clearing, make_customer, usd
from billing.tests.promo_builders import make_promo, reserve, top_up_with_promo
from billing.tests.test_guards import refusal_of, refused, run

pytestmark = pytest.mark.django_db


@pytest.fixture
def customer():
    """Has used the code TEN, which may be used twice in all."""
    make_promo(uses_max=2, uses_per_customer_max=2)
    customer = make_customer()
    top_up_with_promo(customer)
    return customer


USE = """
    INSERT INTO billing_promoredemption (promo_id, customer_id, purse, source, amount, currency,
                                         state, slot, "left", reserved_at)
    SELECT promo_id, customer_id, purse, %s, amount, currency, 'reserved', %s, 0, now()
    FROM billing_promoredemption LIMIT 1
"""


def test_a_code_is_used_at_most_so_often(customer):
    run(USE, ["T-2", 2])
    run("UPDATE billing_promocode SET uses_per_customer_max = 3")
    assert refused(USE, ["T-3", 3]) == "promo_code_is_used_at_most_so_often"


def test_a_code_is_used_at_most_so_often_by_a_customer(customer):
    run("UPDATE billing_promocode SET uses_max = NULL")
    assert refused(USE, ["T-2", 3]) == "promo_code_is_used_at_most_so_often_by_a_customer"
    assert refused(USE, ["T-2", 1]) == "promo_slot_is_held_once"


def test_the_limit_cannot_be_set_below_what_is_used(customer):
    run(USE, ["T-2", 2])
    statement = "UPDATE billing_promocode SET uses_max = 1"
    assert refused(statement) == "promo_code_is_used_at_most_so_often"


def test_uses_are_counted_by_the_database_alone(customer):
    assert refused("UPDATE billing_promocode SET uses_count = 0") == "promo_uses_are_counted"


@pytest.mark.parametrize(
    "change",
    [
        *("code = 'ELEVEN'", "percent = 90", "percent = NULL, fixed = 5", "bonus_max = 1"),
        *("currency = 'EUR'", "top_up_min = 1", "purse = 'sms'", "bonus_valid_days = 1"),
        *("first_top_up_only = true", "starts_at = now()"),
    ],
)
def test_used_codes_keep_their_terms(customer, change):
    assert refused(f"UPDATE billing_promocode SET {change}") == "used_promo_codes_keep_their_terms"


def test_a_used_code_may_be_ended_switched_off_and_offered_more_often(customer):
    run("UPDATE billing_promocode SET ends_at = now(), is_active = false, uses_max = 9")
    assert PromoCode.objects.get().uses_max == 9


def test_an_unused_code_may_be_changed():
    make_promo()
    run("UPDATE billing_promocode SET percent = 20, top_up_min = 5")
    promo = PromoCode.objects.get()
    assert (promo.percent, promo.top_up_min) == (20, 5)


@pytest.mark.parametrize(
    ("terms", "broken"),
    [
        ({"code": "small"}, "promo_code_is_in_capitals"),
        ({"code": "A"}, "promo_code_is_in_capitals"),
        ({"currency": "usd"}, "promo_code_currency_is_three_capitals"),
        ({"percent": None}, "promo_bonus_is_percent_or_fixed"),
        ({"percent": Decimal(1), "fixed": Decimal(1)}, "promo_bonus_is_percent_or_fixed"),
        ({"percent": Decimal(0)}, "promo_bonus_is_percent_or_fixed"),
        ({"bonus_max": Decimal(0)}, "promo_bonus_cap_is_positive"),
        ({"top_up_min": Decimal(-1)}, "promo_top_up_minimum_is_not_negative"),
        ({"ends_at": NOON}, "promo_code_ends_after_it_starts"),
    ],
)
def test_a_code_makes_sense(terms, broken):
    assert refusal_of(lambda: make_promo(**terms)) == broken


def test_a_code_of_one_name_is_made_once():
    make_promo()
    assert refusal_of(make_promo) == "promo_code_is_unique"


@pytest.mark.parametrize(
    ("statement", "broken"),
    [
        ("UPDATE billing_promoredemption SET amount = 99", "promo_uses_keep_their_promise"),
        ("UPDATE billing_promoredemption SET source = 'T-9'", "promo_uses_keep_their_promise"),
        ("UPDATE billing_promoredemption SET state = 'released'", "promo_uses_move_by_the_table"),
        ('UPDATE billing_promoredemption SET "left" = 10.01', "promo_bonus_left_is_part_of_it"),
        ('UPDATE billing_promoredemption SET "left" = -1', "promo_bonus_left_is_part_of_it"),
        (
            "UPDATE billing_promoredemption SET redeemed_at = NULL",
            "promo_bonus_was_given_when_it_says_so",
        ),
        ("DELETE FROM billing_promoredemption", "promo_uses_are_never_deleted"),
        ("UPDATE billing_promoentry SET bonus = 1", "promo_entries_are_never_changed"),
        ("DELETE FROM billing_promoentry", "promo_entries_are_never_changed"),
    ],
)
def test_what_was_promised_and_given_stays(customer, statement, broken):
    assert refused(statement) == broken


def test_a_code_that_was_used_is_not_deleted(customer):
    assert "_promo_id_" in refused("DELETE FROM billing_promocode")  # its foreign key


def test_a_top_up_has_one_promo(customer):
    assert refused(USE, ["T-1", 2]) == "top_up_has_one_promo"


def test_a_bonus_is_positive_and_its_slot_counts_from_one(customer):
    assert refused(USE, ["T-2", 0]) == "promo_slots_start_at_one"
    nothing = USE.replace("amount, currency, 'res", "0, currency, 'res")
    assert refused(nothing, ["T-2", 2]) == "promo_bonus_is_positive"


@pytest.mark.parametrize("forced", [False, True])
def test_promo_credit_is_never_negative(customer, forced):
    """Not even by an entry that may pass the credit limit."""
    run("UPDATE billing_balance SET credit_limit = 100")
    account = customer.ledger_accounts.get(code__startswith="promo", purse="voice")
    lines = [Line(account.pk, usd("-10.000001")), Line(clearing(), usd("10.000001"))]
    with pytest.raises(OverCreditLimit, match="would be left at -0") as refused_debit:
        post_entry(
            source="raw:1", kind="usage", lines=lines, occurred_at=NOON, actor="raw", forced=forced
        )
    assert refused_debit.value.user_text == "The promo credit has been spent."


def test_a_use_is_counted_and_uncounted_with_its_state():
    promo = make_promo(uses_max=1)
    reserve(make_customer())
    run("UPDATE billing_promoredemption SET state = 'released'")
    promo.refresh_from_db()
    assert promo.uses_count == 0
    run("UPDATE billing_promoredemption SET state = 'reserved'")
    promo.refresh_from_db()
    assert promo.uses_count == 1
