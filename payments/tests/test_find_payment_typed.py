"""What somebody means who pastes something and asks "I paid, where is it?"."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commpeak.lib.ids import new_account_number, new_top_up_reference
from payments.find_payment.typed import CHARACTERS_MAX, Typed, read_typed
from payments.gateways.wire.reference import WireReference, grouped, make_reference

TODAY = date(2026, 6, 15)
HASH = "4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33b"
REFERENCE = make_reference(account_number="12345674", purse="voice", number=3)
ADA_S_THIRD = WireReference("12345674", "voice", 3)


def read(text: str) -> Typed:
    return read_typed(text, today=TODAY, currencies=["USD", "EUR", "GBP"])


@pytest.mark.parametrize(
    "text",
    [
        "pi_3QabcdeFGH12",
        "ch_3QabcdeFGH12",
        "5O190127TN364715T",
        "3C679366HH908993F",
        "Xk3yH9qLmZp2wRtUvB7dNc",
        HASH,
    ],
)
def test_an_id_of_a_gateway_is_read_as_it_is(text):
    assert read(f" {text}\n").ids == (text,)
    assert read(text).amount is None
    assert read(f"Order {text}, paid 49.90").amount.amount == Decimal("49.90")


@pytest.mark.parametrize("text", [f"0x{HASH}", HASH.upper(), f"https://mempool.space/tx/{HASH}"])
def test_a_hash_is_read_from_what_wallets_show(text):
    assert HASH in read(text).ids


@pytest.mark.parametrize("written", ["{}", "{} ", "top-up {}!", "{}-1", "{}-12"])
def test_a_reference_is_read_whatever_stands_around_it(written):
    reference = new_top_up_reference()
    assert read(written.format(reference)).references == (reference,)
    assert read(written.format(reference.lower())).references == (reference,)
    assert read(written.format(reference)).amount is None


def test_a_reference_without_its_hyphen_is_read():
    reference = new_top_up_reference()
    while reference[2:].isalpha():
        reference = new_top_up_reference()
    assert read(reference.replace("-", "")).references == (reference,)
    assert read(reference.replace("-", " ")).references == (reference,)


@pytest.mark.parametrize("word", ["transaction", "TRANSACTION", "redirection"])
def test_a_word_is_no_reference(word):
    assert read(word).references == ()


def test_a_slip_in_a_reference_is_mended():
    right = new_top_up_reference()
    swapped = right[:4] + right[5] + right[4] + right[6:]
    another = right[:6] + ("3" if right[6] != "3" else "4") + right[7:]
    assert right in read(swapped).references
    assert right in read(another).references
    assert len(read(another).references) < 30


@pytest.mark.parametrize(
    "text",
    [
        REFERENCE,
        REFERENCE.lower(),
        grouped(REFERENCE),
        f"wire {grouped(REFERENCE)} 5 May",
        f"{REFERENCE[:9]}-{REFERENCE[9:]}",
        REFERENCE.replace("1", "I", 1) if "1" in REFERENCE[:4] else REFERENCE,
    ],
)
def test_a_wire_s_reference_is_read(text):
    assert read(text).wire_references == (ADA_S_THIRD,)


@pytest.mark.parametrize("at", range(2, 12))
def test_a_slip_in_a_wire_s_reference_is_mended(at):
    wrong = "0" if REFERENCE[at] != "0" else "9"
    slipped = REFERENCE[:at] + wrong + REFERENCE[at + 1 :]
    assert ADA_S_THIRD in read(slipped).wire_references
    swapped = REFERENCE[:at] + REFERENCE[at + 1] + REFERENCE[at] + REFERENCE[at + 2 :]
    assert ADA_S_THIRD in read(swapped).wire_references or at == 11  # V is not swapped


@given(
    number=st.builds(new_account_number), at=st.integers(0, 6), digit=st.sampled_from("0123456789")
)
def test_an_account_number_with_one_slip_is_among_those_that_are_meant(number, at, digit):
    slipped = number[:at] + digit + number[at + 1 :]
    swapped = number[:at] + number[at + 1] + number[at] + number[at + 2 :]
    assert number in read(slipped).account_numbers
    assert number in read(swapped).account_numbers
    assert read(number).account_numbers == (number,)
    assert read(f"{number[:4]} {number[4:]}").account_numbers == (number,)


@pytest.mark.parametrize(
    ("text", "amount", "currency"),
    [
        ("49.90", "49.90", ""),
        ("49,90", "49.90", ""),
        ("100 EUR", "100", "EUR"),
        ("€100", "100", "EUR"),
        ("$1,234.50", "1234.50", "USD"),
        ("1.234,50 eur", "1234.50", "EUR"),
        ("1 234,50", "1234.50", ""),
        ("1,000", "1000", ""),
        ("paid 20 for calls", "20", ""),
        ("0.00074490", None, ""),
    ],
)
def test_an_amount_is_read_as_people_write_it(text, amount, currency):
    found = read(text).amount
    if amount is None:
        assert found is None
    else:
        assert (found.amount, found.currency) == (Decimal(amount), currency)


@pytest.mark.parametrize("text", ["0", "-", "١٢٣ x", "1e400", "NaN", "9" * 15, "1.2.3.4"])
def test_what_is_no_amount_is_none(text):
    found = read(text).amount
    assert found is None or found.amount < 10**14


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("49.90 3 May", ["2026-05-03"]),
        ("49.90 May 3rd", ["2026-05-03"]),
        ("100 EUR 2026-05-03", ["2026-05-03"]),
        ("100 on 3 May 2025", ["2025-05-03"]),
        ("100 May 3, 2025", ["2025-05-03"]),
        ("100 3.5.2026", ["2026-05-03", "2026-03-05"]),
        ("100 13/05/2026", ["2026-05-13"]),
        ("100 5/13/2026", ["2026-05-13"]),
        ("100 3/5", ["2026-05-03", "2026-03-05"]),
        ("100 20 December", ["2025-12-20"]),  # not come yet this year
        ("100 30 February", []),
        ("100", []),
    ],
)
def test_a_day_beside_an_amount_is_read(text, days):
    typed = read(text)
    assert [str(day) for day in typed.days] == days
    assert typed.amount.amount in {Decimal("49.90"), Decimal(100)}


def test_an_address_is_read_in_small_letters():
    assert read("Ada <Ada.1990@Example.com>").emails == ("ada.1990@example.com",)
    assert read("Ada <Ada.1990@Example.com>").amount is None


@given(st.text(max_size=300))
def test_whatever_is_pasted_is_read(text):
    """S16: controls, lone surrogates, overrides, emoji."""
    typed = read(text)
    assert len(typed.text) <= CHARACTERS_MAX
    typed.text.encode()
    assert "\x00" not in typed.text


@pytest.mark.parametrize("text", ["", " ", "\x00", "💸", "'; drop table payments --", "x" * 10_000])
def test_what_means_nothing_means_nothing(text):
    assert not read(text).means_something


def test_ten_thousand_characters_are_read_at_once():
    """W9: what is behind the first 200 is not looked at."""
    assert read("RF18 " * 2_000).text == ("RF18 " * 40).strip()
    assert read("1 " * 5_000).amount.amount == 1
