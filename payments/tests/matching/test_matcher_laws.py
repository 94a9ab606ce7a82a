"""What holds for any text: it is read, and it makes nobody sure who is not named."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from commpeak.lib.money import Money
from payments.gateways.wire.reference import make_reference
from payments.matching.base import Announcement, ExpectedTopUp, KnownCustomer, KnownPayer, Wire
from payments.matching.look_ups import look_ups_for
from payments.matching.matcher import CANDIDATES_MAX, Matcher

MONEY = Money(Decimal("100.00"), "EUR")
TODAY = date(2026, 5, 4)
NUMBERS = ["57202613", "66180339", "12345671"]
TOP_UPS = [
    ExpectedTopUp(
        at, f"T-{at}", number, "voice", at, MONEY, True, Announcement("Ann", MONEY, TODAY)
    )
    for at, number in enumerate(NUMBERS, start=1)
]
CUSTOMERS = [
    KnownCustomer(number, (f"Customer {number}", "Ann Other"), (("voice", "EUR"), ("sms", "EUR")))
    for number in NUMBERS
]
MATCHER = Matcher(TOP_UPS, CUSTOMERS, [KnownPayer("DE1", NUMBERS[1], "sms", TODAY)])
REFERENCE = make_reference(account_number=NUMBERS[0], purse="voice", number=1)

# near what statements hold: digits in groups, letters that count, separators, any script
ALPHABET = st.one_of(st.sampled_from("0123456789 \r\n-./+RFVSOIL:T"), st.characters())
TEXTS = st.text(ALPHABET, max_size=120)
NUMBERS_IN_PIECES = ["5720", "2613", "57202613", "6618", "0339", "+49", "20260503", "100.00"]
WORDS_IN_PIECES = ["RF", "RF47", "RF18", "V3", "S", "invoice", "customer", "voice", "Ann", "T-"]
PIECES = st.sampled_from([*NUMBERS_IN_PIECES, *WORDS_IN_PIECES, REFERENCE, "DE89", " ", "-", "\n"])
WORDS = st.lists(st.one_of(PIECES, TEXTS), max_size=12).map(" ".join)
WIRES = st.builds(
    Wire,
    money=st.sampled_from([MONEY, Money(Decimal("0.01"), "USD")]),
    booked_on=st.just(TODAY),
    payer_name=st.one_of(TEXTS, st.sampled_from(["Ann", "ANN OTHER LTD"])),
    payer_account=st.one_of(TEXTS, st.just("DE1")),
    reference=WORDS,
    end_to_end_id=WORDS,
    text=WORDS,
)


@given(WIRES)
def test_any_text_is_read(wire):
    """S16"""
    found = MATCHER.candidates(wire)
    assert len(found) <= CANDIDATES_MAX
    assert [each.score for each in found] == sorted((each.score for each in found), reverse=True)
    assert not any(each.is_sure for each in found[1:])
    look_ups_for([wire])


@given(WIRES)
def test_the_same_wire_is_judged_the_same(wire):
    again = Matcher(TOP_UPS[::-1], CUSTOMERS[::-1], [KnownPayer("DE1", NUMBERS[1], "sms", TODAY)])
    assert again.candidates(wire) == MATCHER.candidates(wire)


@given(TEXTS, TEXTS, st.sampled_from(["", "Ann", "Customer 66180339"]))
def test_noise_around_a_reference_makes_nobody_else_sure(before, after, payer):
    wire = Wire(MONEY, TODAY, payer_name=payer, text=f"{before} {REFERENCE} {after}")
    sure = [each for each in MATCHER.candidates(wire) if each.is_sure]
    assert {each.payment_id for each in sure} <= {1}


@given(WIRES)
def test_only_who_is_named_can_be_sure(wire):
    """By name, amount or payer's account nobody is."""
    nameless = replace(wire, reference="", text="", end_to_end_id="")
    assert not any(each.is_sure for each in MATCHER.candidates(nameless))


@given(WIRES)
def test_a_tick_is_only_ever_in_the_balances_own_currency(wire):
    for each in MATCHER.candidates(wire):
        assert not each.is_sure or wire.money.currency == "EUR"


@given(st.integers(0, 7), st.sampled_from("0123456789"), st.booleans())
def test_a_mistyped_number_is_never_sure(at, digit, is_reference):
    right = NUMBERS[0]
    wrong = right[:at] + digit + right[at + 1 :]
    if wrong == right or wrong in NUMBERS:
        return
    text = REFERENCE.replace(right, wrong) if is_reference else f"customer {wrong}"
    wire = Wire(MONEY, TODAY, payer_name="Customer 57202613", text=text)
    assert not any(each.is_sure for each in MATCHER.candidates(wire))
