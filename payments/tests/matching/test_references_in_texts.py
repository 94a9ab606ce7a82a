"""Our references in what people and banks make of them."""

import pytest

from payments.gateways.wire.reference import WireReference, make_reference
from payments.matching.plain import plain
from payments.matching.references import find_references

MEANT = WireReference("57202613", "voice", 12)
REFERENCE = make_reference(account_number="57202613", purse="voice", number=12)


def read(text: str) -> list[WireReference]:
    return [name for found in find_references(plain(text)) for name in found.names]


def test_the_reference_of_these_tests():
    assert REFERENCE == "RF4757202613V12"


@pytest.mark.parametrize(
    "text",
    [
        "RF4757202613V12",
        "RF47 5720 2613 V12",
        "rf47-5720-2613-v12",
        "R F 4 7 5 7 2 0 2 6 1 3 V 1 2",
        "RF47 5720\r\n2613 V12",
        "RF47 57 \r\n 202613V1\n2",
        "REF:RF4757202613V12",
        "REFRF4757202613V12",
        "SVWZ+RF4757202613V12 EREF+NOTPROVIDED",
        "(RF4757202613V12)",
        "RF4757202613V12EUR",
        "RF47 5720 26l3 Vl2",
        "RF47572O26I3V12",
        "RF47 5720 2613 V12 2026-05-03",
        "pay RF47 5720 2613 V12 invoice 4711",
        "ＲＦ４７ ５７２０ ２６１３ Ｖ１２",
        "РФ47 5720 2613 В12",
        "RF47\u200b5720\u00a02613\u202fV12",
        "?20RF4757202613V12?21THANKS",
    ],
)
def test_written_by_people_and_cut_by_banks_it_is_read(text):
    assert read(text) == [MEANT]


@pytest.mark.parametrize(
    "text",
    [
        "RF4757202613V13",
        "RF7457202613V12",
        "RF47 5720 2163 V12",
        "RF18 5390 0754 7034",
        "RF47572026130V12",
        "4757202613",
        "",
        "RF",
        "\x00RF\x00",
    ],
)
def test_what_does_not_check_names_nobody(text):
    assert read(text) == []


def test_a_mistyped_one_is_told_as_written():
    found = next(find_references("RF4757202163V12"))
    assert (found.account_digits, found.purse, found.numbers) == ("57202163", "voice", (12,))
    assert found.has_rf


def test_without_rf_it_is_read_where_it_checks_but_told_apart():
    found = next(find_references("REF 47 5720 2613 V12"))
    assert (found.names, found.has_rf) == ((MEANT,), False)
    assert list(find_references("REF 74 5720 2613 V12")) == []


def test_two_references_are_both_read():
    other = make_reference(account_number="57202613", purse="sms", number=1)
    assert read(f"{REFERENCE} + {other}") == [MEANT, WireReference("57202613", "sms", 1)]


def test_the_check_digits_tell_where_the_number_ends():
    (found,) = find_references("RF47 5720 2613 V12 7 8")
    assert (found.numbers, found.names) == ((12, 127, 1278), (MEANT,))
