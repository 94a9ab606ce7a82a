"""References that survive people: check digits, spaces, small letters (ISO 11649)."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from payments.gateways.wire.reference import (
    WireReference,
    grouped,
    make_reference,
    parse_reference,
)

ACCOUNTS = st.from_regex(r"[1-9][0-9]{7}", fullmatch=True)
PURSES = st.sampled_from(["voice", "sms"])
NUMBERS = st.integers(1, 10**12 - 1)


def made(account: str = "12345674", purse: str = "voice", number: int = 3) -> str:
    return make_reference(account_number=account, purse=purse, number=number)


def test_a_reference_names_the_account_the_balance_and_the_top_up():
    assert grouped(made()) == "RF26 1234 5674 V3"
    assert parse_reference("RF26 1234 5674 V3") == WireReference("12345674", "voice", 3)
    assert grouped(made(purse="sms", number=12)) == "RF80 1234 5674 S12"


@given(ACCOUNTS, PURSES, NUMBERS)
def test_what_is_made_is_read_again_and_fits_the_standard(account, purse, number):
    reference = made(account, purse, number)
    assert parse_reference(reference) == WireReference(account, purse, number)
    assert len(reference) <= 25


@given(ACCOUNTS, PURSES, NUMBERS)
def test_the_check_digits_are_those_of_the_formula(account, purse, number):
    reference = made(account, purse, number)
    in_digits = "".join(str(int(char, 36)) for char in reference[4:] + "RF00")
    assert int(reference[2:4]) == 98 - int(in_digits) % 97


@given(ACCOUNTS, PURSES, NUMBERS, st.sampled_from([" ", "-", "."]))
def test_how_people_and_banks_write_it_does_not_matter(account, purse, number, separator):
    reference = made(account, purse, number)
    written = separator.join(reference[i : i + 4] for i in range(0, len(reference), 4)).lower()
    assert parse_reference(f"  {written} ") == WireReference(account, purse, number)


@given(ACCOUNTS, PURSES, NUMBERS, st.data())
def test_one_wrong_digit_is_noticed(account, purse, number, data):
    reference = made(account, purse, number)
    digits = [at for at in range(2, len(reference)) if reference[at].isdigit()]
    at = data.draw(st.sampled_from(digits))
    other = data.draw(st.sampled_from([d for d in "0123456789" if d != reference[at]]))
    with pytest.raises(ValueError, match="no creditor reference"):
        parse_reference(reference[:at] + other + reference[at + 1 :])


@given(ACCOUNTS, PURSES, NUMBERS, st.data())
def test_two_neighbours_changed_over_are_noticed(account, purse, number, data):
    reference = made(account, purse, number)
    at = data.draw(st.integers(4, len(reference) - 2))
    assume(reference[at] != reference[at + 1])
    swapped = reference[:at] + reference[at + 1] + reference[at] + reference[at + 2 :]
    with pytest.raises(ValueError, match="no creditor reference"):
        parse_reference(swapped)


@given(st.text(max_size=60))
def test_any_other_text_is_refused_and_crashes_nothing(text):
    """S16"""
    with pytest.raises(ValueError, match=r"no (creditor )?reference"):
        parse_reference(text)


@pytest.mark.parametrize("text", ["RF18 5390 0754 7034", "RF712348231", "", "RF", "\x00", "١٢٣"])
def test_a_valid_reference_of_somebody_else_is_not_ours(text):
    with pytest.raises(ValueError, match=r"no (creditor )?reference"):
        parse_reference(text)


@pytest.mark.parametrize(
    ("account", "purse", "number"),
    [
        ("1234567", "voice", 1),
        ("02345674", "voice", 1),
        ("١٢٣٤٥٦٧٤", "voice", 1),
        ("12345674", "gold", 1),
        ("12345674", "sms", 0),
        ("12345674", "sms", -1),
        ("12345674", "sms", 10**12),
    ],
)
def test_no_reference_is_made_that_could_not_be_read(account, purse, number):
    with pytest.raises(ValueError, match="no reference can be made"):
        made(account, purse, number)
