"""Account numbers among all the other numbers of a text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import damm

from payments.matching.near import Slip, near_numbers
from payments.matching.numbers import find_numbers
from payments.matching.plain import plain
from payments.matching.words import Label, named_purses

ACCOUNTS = st.from_regex(r"[1-9][0-9]{6}", fullmatch=True).map(
    lambda body: body + damm.calc_check_digit(body)
)


def whole(text: str) -> list[str]:
    return [found.digits for found in find_numbers(plain(text)) if found.is_whole]


@pytest.mark.parametrize(
    "text",
    [
        "57202613",
        "customer 57202613, thanks",
        "5720 2613",
        "57-202-613",
        "5720\r\n2613",
        "KD57202613",
        "57202613V",
        "57202613 03.05.2026 100.00 EUR",
        "SVWZ+57202613 EREF+X",
        "572O2613",
        "Konto 57202613 tel +44 20 7946 0018",
    ],
)
def test_eight_digits_as_a_whole_are_read(text):
    assert whole(text) == ["57202613"]


@pytest.mark.parametrize(
    "text",
    [
        "9572026133",
        "A1B57202613",
        "57202613X9",
        "DE12572026130000000000",
        "GB33 BUKB 2020 1557 2026 11",
        "+49 57202613",
        "0049 57202613",
        "20-00-00 57202613",
        "5720 2613 5720 2613",
        "5720.26",
        "03.05.2026 12:30",
        "1.572.026,13",
    ],
)
def test_digits_of_something_longer_or_else_are_not(text):
    assert whole(text) == []


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("Invoice 57202613", Label.DOCUMENT),
        ("INV57202613", Label.DOCUMENT),
        ("Rechnung Nr. 57202613", Label.DOCUMENT),
        ("57202613 invoice", Label.DOCUMENT),
        ("Customer no. 57202613", Label.CUSTOMER),
        ("invoice 7, account 57202613", Label.CUSTOMER),
        ("top up 57202613", Label.NONE),
        ("20260503", Label.DAY),
    ],
)
def test_the_words_beside_a_number_say_what_it_is(text, label):
    assert [found.label for found in find_numbers(plain(text))] == [label]


@pytest.mark.parametrize(
    ("text", "purse", "number"),
    [
        ("57202613V", "voice", None),
        ("57202613 S", "sms", None),
        ("57202613-S vom 3.5.", "sms", None),
        ("57202613V12", "voice", 12),
        ("57202613 V 12 top up", "voice", 12),
        ("V57202613", "voice", None),
        ("57202613 S MILLER", "", None),
        ("57202613 V. PETROV", "", None),
        ("57202613", "", None),
    ],
)
def test_a_letter_right_behind_tells_the_balance_and_an_initial_does_not(text, purse, number):
    (found,) = find_numbers(plain(text))
    assert (found.purse, found.number) == (purse, number)


def test_balances_are_named_in_words():
    assert named_purses("FOR VOICE CALLS") == {"voice"}
    assert named_purses("VOICE AND SMS") == {"voice", "sms"}
    assert named_purses("INVOICE SMSC") == frozenset()


@given(ACCOUNTS, st.data())
def test_every_slip_of_one_digit_leads_back(account, data):
    at = data.draw(st.integers(0, 7))
    digit = data.draw(st.sampled_from("0123456789"))
    wrong = account[:at] + digit + account[at + 1 :]
    missing = account[:at] + account[at + 1 :]
    added = account[:at] + digit + account[at:]
    for written in {wrong, missing, added} - {account}:
        assert account in [near.meant for near in near_numbers(written)]


@given(ACCOUNTS, st.integers(0, 6))
def test_two_neighbours_changed_over_lead_back(account, at):
    written = account[:at] + account[at + 1] + account[at] + account[at + 2 :]
    found = {near.meant: near.slip for near in near_numbers(written)}
    assert written == account or found[account] is Slip.SWAPPED


@given(st.from_regex(r"[0-9]{7,9}", fullmatch=True))
def test_few_numbers_are_near_whatever_is_written(written):
    assert len(near_numbers(written)) <= 20


@given(ACCOUNTS)
def test_a_right_number_is_near_to_nothing(account):
    assert near_numbers(account) == []
