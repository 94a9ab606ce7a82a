"""Every rule of a promo code that can say no, in the words the customer reads."""

from datetime import timedelta
from decimal import Decimal

import pytest

from billing.errors import PromoRefused, UnknownPromoCode
from billing.models import PromoCode, PromoGuess, PromoRedemption, Purse
from billing.services.check_promo_guesses import PER_ADDRESS_MAX, PER_CUSTOMER_MAX
from billing.services.preview_promo import preview_promo
from billing.services.redeem_promo import redeem_promo
from billing.services.release_promo import release_promo
from billing.tests.builders import NOON, make_customer, top_up, usd
from billing.tests.promo_builders import make_promo, reserve
from commpeak.lib.client_address import UNKNOWN_ADDRESS
from commpeak.lib.money import Money

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada():
    return make_customer()


def preview(customer, code="TEN", amount="100.00", *, purse=Purse.VOICE, now=NOON, ip=None):
    return preview_promo(
        code=code,
        customer=customer,
        purse=purse,
        currency="USD",
        money=amount and usd(amount),
        ip_address=ip,
        now=now,
    )


def refusal(customer, *args, **facts):
    with pytest.raises(PromoRefused) as refused:
        preview(customer, *args, **facts)
    return refused.value.user_text


UNKNOWN = "This code is not known. Check how it is written, or go on without it."


def test_the_preview_is_what_is_reserved(ada):
    make_promo()
    shown = preview(ada, amount="100.00")
    assert (shown.pay, shown.bonus, shown.get) == (usd("100"), usd("10"), usd("110"))
    assert not PromoRedemption.objects.exists()
    assert reserve(ada).bonus == shown.bonus


@pytest.mark.parametrize("typed", ["ten", " TEN ", "T E N", "Ten\n"])
def test_capitals_and_spaces_do_not_matter(ada, typed):
    make_promo()
    assert preview(ada, typed).bonus == usd("10")


@pytest.mark.parametrize(
    ("terms", "amount", "bonus"),
    [
        ({"percent": Decimal(10)}, "33.39", "3.33"),
        ({"percent": Decimal("12.5")}, "100.00", "12.50"),
        ({"percent": Decimal(10), "bonus_max": Decimal(5)}, "100.00", "5"),
        ({"percent": Decimal(10), "bonus_max": Decimal(5)}, "20.00", "2"),
        ({"fixed": Decimal("7.50")}, "20.00", "7.50"),
    ],
)
def test_a_bonus_is_a_share_rounded_down_or_a_fixed_sum(ada, terms, amount, bonus):
    make_promo(**terms)
    assert preview(ada, amount=amount).bonus == usd(bonus)


def test_a_currency_without_decimals_gets_whole_units():
    make_promo(currency="JPY")
    yen = preview_promo(
        code="TEN",
        customer=make_customer(currency="JPY"),
        purse=Purse.VOICE,
        currency="JPY",
        money=Money(Decimal(1999), "JPY"),
        ip_address=None,
        now=NOON,
    )
    assert yen.bonus == Money(Decimal(199), "JPY")


def test_without_an_amount_the_code_itself_is_judged(ada):
    make_promo(top_up_min=Decimal(50))
    assert preview(ada, amount=None).get is None


@pytest.mark.parametrize(
    ("terms", "reason"),
    [
        ({"starts_at": NOON + timedelta(days=1)}, "This code is valid from Mar 3, 2026."),
        (
            {"starts_at": NOON - timedelta(days=9), "ends_at": NOON},
            "This code ended on Mar 2, 2026.",
        ),
        ({"purse": Purse.SMS}, "This code is for the SMS balance."),
        (
            {"currency": "EUR"},
            "This code is for balances in EUR; this one is kept in USD.",
        ),
        (
            {"top_up_min": Decimal("100.01")},
            "This code needs a top-up of at least 100.01 USD.",
        ),
        ({"is_active": False}, UNKNOWN),
        ({"percent": Decimal("0.01")}, None),
    ],
)
def test_the_exact_reason_is_said(ada, terms, reason):
    make_promo(**terms)
    if reason is None:
        assert preview(ada).bonus == usd("0.01")
        reason, amount = "The amount is too small for a bonus by this code.", "99.99"
    else:
        amount = "100.00"
    assert refusal(ada, amount=amount) == reason


@pytest.mark.parametrize("typed", ["NOPE", "", "x" * 500, "TE\x00N", "' OR 1=1", "ТЕN", "٥٠"])
def test_what_is_no_code_is_not_known(ada, typed):
    make_promo()
    assert refusal(ada, typed) == UNKNOWN


def test_a_code_for_the_first_top_up_is_refused_after_one(ada):
    make_promo(first_top_up_only=True)
    assert preview(ada).bonus == usd("10")
    top_up(ada, "10", purse=Purse.SMS)
    assert refusal(ada) == "This code is for the first top-up only."


def test_two_codes_for_the_first_top_up_are_not_promised_at_once(ada):
    make_promo(first_top_up_only=True)
    make_promo("HELLO", first_top_up_only=True)
    reserve(ada, code="HELLO")
    assert refusal(ada) == "This code is for the first top-up only."


def test_a_code_that_others_used_up(ada):
    make_promo(uses_max=1)
    reserve(make_customer())
    assert refusal(ada) == "This code has been used up."


def test_a_code_that_this_customer_has_used(ada):
    make_promo(uses_per_customer_max=1)
    reserve(ada)
    redeem_promo(source="T-1", now=NOON)
    assert refusal(ada) == "You have used this code already."
    assert preview(make_customer()).bonus == usd("10")


def test_a_code_that_this_customer_has_used_as_often_as_possible(ada):
    make_promo(uses_per_customer_max=2)
    for source in ("T-1", "T-2"):
        reserve(ada, source)
        redeem_promo(source=source, now=NOON)
    assert refusal(ada) == "You have used this code 2 times, as often as it can be used."


def test_a_code_that_another_top_up_of_the_customer_holds(ada):
    make_promo(uses_per_customer_max=1)
    reserve(ada, "T-7")
    assert refusal(ada) == (
        "This code is kept for your top-up T-7, which is not paid yet. "
        "Pay that one, or cancel it first."
    )
    release_promo(source="T-7")
    assert preview(ada).bonus == usd("10")


def test_reserving_says_no_as_the_preview_does(ada):
    make_promo(top_up_min=Decimal(50))
    with pytest.raises(PromoRefused, match="at least"):
        reserve(ada, amount="49.99")
    with pytest.raises(UnknownPromoCode):
        reserve(ada, code="NOPE")
    assert not PromoRedemption.objects.exists()


def test_reserving_twice_for_one_top_up_is_one_use(ada):
    make_promo()
    assert reserve(ada) == reserve(ada)
    assert PromoCode.objects.get().uses_count == 1


# --- guessing -------------------------------------------------------------------------------


def test_guessing_is_slowed_down_for_a_customer_and_a_right_guess_is_not_told(ada):
    """S9"""
    make_promo()
    for number in range(PER_CUSTOMER_MAX):
        assert refusal(ada, f"GUESS{number}") == UNKNOWN
    assert refusal(ada, "TEN").startswith("Too many codes that are not known")
    assert preview(make_customer()).bonus == usd("10")
    assert preview(ada, now=NOON + timedelta(minutes=61)).bonus == usd("10")


def test_guessing_is_slowed_down_for_an_address(ada):
    """S9: a new customer for every guess."""
    make_promo()
    for _ in range(PER_ADDRESS_MAX):
        refusal(make_customer(), "NOPE", ip="192.0.2.7")
    assert refusal(ada, "TEN", ip="192.0.2.7").startswith("Too many")
    assert preview(ada, ip="192.0.2.8").bonus == usd("10")


def test_customers_whose_address_is_not_known_are_not_counted_as_one(ada):
    make_promo()
    for _ in range(PER_ADDRESS_MAX):
        refusal(make_customer(), "NOPE", ip=UNKNOWN_ADDRESS)
    assert preview(ada, ip=UNKNOWN_ADDRESS).bonus == usd("10")


def test_a_code_that_is_there_is_no_guess(ada):
    make_promo(purse=Purse.SMS)
    for _ in range(PER_CUSTOMER_MAX):
        refusal(ada)
    assert not PromoGuess.objects.exists()
