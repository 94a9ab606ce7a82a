"""MT940 in the dialects of banks: structured, in codewords, plain; pages; lines that are wrong."""

from datetime import date

import pytest

from payments.statements import limits
from payments.statements.base import LineKind, ParsedLine, StatementError
from payments.statements.mt940 import read_mt940
from payments.tests.statements.builders import eur


def mt940(*movements: str, opening="C260503EUR100,", closing="C260504EUR150,", **fields) -> str:
    """One statement; a movement is its :61: and :86: as they stand in the file."""
    told = {"20": "STARTUMS", "25": "37040044/0532013000", "28C": "7/1", **fields}
    head = "\n".join(f":{tag}:{value}" for tag, value in told.items() if value is not None)
    body = "".join(f"{movement}\n" for movement in movements)
    return f"{head}\n:60F:{opening}\n{body}:62F:{closing}\n-\n"


def read(text: str, encoding: str = "utf-8"):
    return read_mt940(text.encode(encoding))


def only_line(movement: str) -> ParsedLine:
    [statement] = read(mt940(movement))
    [line] = statement.lines
    return line


def test_a_statement_with_one_credit():
    movement = (
        ":61:2605050504CR50,NTRFNONREF//B-1\n"
        ":86:166?00GUTSCHRIFT?100399?20EREF+E2E-1?21SVWZ+Top-up RF18539007?22547034 Voice"
        "?30BUKBGB22?31GB33BUKB20201555555555?32Ada Lovelace?33& Co"
    )
    [statement] = read(mt940(movement))
    assert (statement.account, statement.currency) == ("37040044/0532013000", "EUR")
    assert (statement.statement_id, statement.sequence) == ("STARTUMS", "7/1")
    assert (statement.opening, statement.closing) == (eur("100"), eur("150"))
    assert (statement.first_day, statement.last_day) == (date(2026, 5, 3), date(2026, 5, 4))
    assert statement.difference == eur("0")
    assert statement.lines == (
        ParsedLine(
            ordinal=1,
            kind=LineKind.CREDIT,
            money=eur("50"),
            is_credit=True,
            booked_on=date(2026, 5, 4),
            value_on=date(2026, 5, 5),
            file_line=5,
            bank_id="B-1",
            payer_name="Ada Lovelace & Co",
            payer_account="GB33BUKB20201555555555",
            end_to_end_id="E2E-1",
            text="Top-up RF18539007 547034 Voice",
        ),
    )


@pytest.mark.parametrize(
    ("mark", "kind", "is_credit"),
    [
        ("C", LineKind.CREDIT, True),
        ("CR", LineKind.CREDIT, True),  # R is the third letter of EUR
        ("D", LineKind.DEBIT, False),
        ("DR", LineKind.DEBIT, False),
        ("RC", LineKind.REVERSAL, False),
        ("RD", LineKind.REVERSAL, True),
        ("RCR", LineKind.REVERSAL, False),
    ],
)
def test_debit_credit_and_their_reversals(mark, kind, is_credit):
    line = only_line(f":61:260504{mark}50,00NTRFNONREF\n:86:text")
    assert (line.kind, line.is_credit, line.money) == (kind, is_credit, eur("50.00"))


def test_the_other_side_of_a_debit_is_no_payer():
    line = only_line(":61:260504D50,NTRFNONREF\n:86:/NAME/Ada/REMI/rent/IBAN/GB33BUKB2020155")
    assert (line.payer_name, line.payer_account, line.text) == ("", "", "rent")


@pytest.mark.parametrize(
    ("dates", "booked_on", "value_on"),
    [
        ("260504", date(2026, 5, 4), date(2026, 5, 4)),
        ("260504    ", date(2026, 5, 4), date(2026, 5, 4)),
        ("2601010101", date(2026, 1, 1), date(2026, 1, 1)),
        ("2601021231", date(2025, 12, 31), date(2026, 1, 2)),
        ("2512310102", date(2026, 1, 2), date(2025, 12, 31)),
        ("2602300301", date(2026, 3, 1), date(2026, 2, 28)),
        ("2402300229", date(2024, 2, 29), date(2024, 2, 29)),
    ],
    ids=["value only", "blanks", "same", "old year", "new year", "30 February", "leap year"],
)
def test_the_booked_day_is_the_one_nearest_to_the_value_day(dates, booked_on, value_on):
    line = only_line(f":61:{dates}C50,NTRFNONREF")
    assert (line.booked_on, line.value_on) == (booked_on, value_on)


@pytest.mark.parametrize(
    ("details", "expected"),
    [
        (
            "/EREF/E-1/ORDP//NAME/Ada Lovelace/REMI/RF18539007547034/ISDT/2026-05-04",
            ("Ada Lovelace", "", "", "E-1", "RF18539007547034"),
        ),
        (
            "/TRTP/SEPA OVERBOEKING/IBAN/GB33BUKB20201555555555/BIC/BUKBGB22/NAME/Ada"
            "/REMI/12345674 V/EREF/NOTPROVIDED",
            ("Ada", "GB33BUKB20201555555555", "", "", "12345674 V"),
        ),
        (
            "/EREF/E-1//CNTP/GB33BUKB20201555555555/BUKBGB22/Ada///REMI/USTD//12345674/",
            ("Ada", "GB33BUKB20201555555555", "", "E-1", "12345674"),
        ),
        (
            "/EREF/E-1//REMI/STRD/CUR/RF18539007547034/",
            ("", "", "RF18539007547034", "E-1", ""),
        ),
        (
            "/EREF/E-1/NAME/Ada Lovelace and her comp\nany/RE\nMI/1234\n5674",
            ("Ada Lovelace and her company", "", "", "E-1", "12345674"),
        ),
        (
            "020>00Wplata>2012345674>21Voice>32ADA>38GB33BUKB20201555555555",
            ("ADA", "GB33BUKB20201555555555", "", "", "12345674 Voice"),
        ),
        ("166?\n00CREDIT?20a?2\n1b?\n32Ada", ("Ada", "", "", "", "a b")),
        (
            "GIRO CREDIT ADA\n12345674 voice",
            ("", "", "", "", "GIRO CREDIT ADA 12345674 voice"),
        ),
        ("x" * 62 + "123\n45674 voice", ("", "", "", "", "x" * 62 + "12345674 voice")),
        ("paid at\n:12:30 and 24/7", ("", "", "", "", "paid at :12:30 and 24/7")),
    ],
    ids=[
        *["Rabobank", "ABN AMRO", "ING", "structured reference", "wrapped codewords"],
        *["Polish", "wrapped pieces", "plain", "plain, full line", "a time at the begin of a line"],
    ],
)
def test_details(details, expected):
    line = only_line(f":61:260504C50,NTRFNONREF\n:86:{details}")
    assert expected == (
        line.payer_name,
        line.payer_account,
        line.reference,
        line.end_to_end_id,
        line.text,
    )


def test_pieces_of_full_length_were_cut_in_the_middle_of_a_word():
    line = only_line(
        ":61:260504C50,NTRFNONREF\n"
        ":86:166?20SVWZ+Invoice and RF18539007?21547034 thanks"
        "?32A very long name of twenty-se?33ven"
    )
    assert line.text == "Invoice and RF18539007547034 thanks"
    assert line.payer_name == "A very long name of twenty-seven"


def test_the_reference_for_us_and_supplementary_details_are_kept():
    line = only_line(":61:260504C50,NTRFRF18539007547//B-1\nORDER 4711\n:86:paid")
    assert (line.reference, line.bank_id, line.text) == ("RF18539007547", "B-1", "paid ORDER 4711")


@pytest.mark.parametrize("id_told", ["", "//NONREF", "//"])
def test_no_id_is_no_id(id_told):
    assert only_line(f":61:260504C50,NTRFNONREF{id_told}").bank_id == ""


def test_what_the_closing_balance_says_belongs_to_no_movement():
    [statement] = read(mt940(":61:260504C50,NTRFNONREF\n:86:paid") + ":64:C260504EUR1,\n:86:SUM")
    assert statement.lines[0].text == "paid"


def test_pages_are_one_statement():
    """Two identical wires on two pages are two."""
    wire = ":61:260504C50,NTRFNONREF\n:86:paid"
    pages = mt940(wire, closing="C260504EUR150,").replace(":62F:", ":62M:") + mt940(
        wire, opening="C260504EUR150,", closing="C260504EUR200,"
    ).replace(":60F:", ":60M:")
    [statement] = read(pages)
    assert (statement.opening, statement.closing) == (eur("100"), eur("200"))
    assert [line.ordinal for line in statement.lines] == [1, 2]
    assert statement.difference == eur("0")


def test_pages_between_which_money_is_missing_stay_apart():
    pages = mt940().replace(":62F:", ":62M:") + mt940(opening="C260504EUR151,").replace(
        ":60F:", ":60M:"
    )
    assert len(read(pages)) == 2


def test_several_statements_stay_apart():
    statements = read(mt940() + mt940(**{"25": "GB33BUKB20201555555555EUR"}))
    assert [s.account for s in statements] == ["37040044/0532013000", "GB33BUKB20201555555555"]


def test_balances_below_zero_and_others_than_the_booked_ones():
    text = mt940(opening="D260503EUR1,5", closing="D260504EUR0,00") + ":64:C260504EUR7,\n"
    [statement] = read(text)
    assert (statement.opening, statement.closing) == (eur("-1.5"), eur("0"))
    assert [(b.code, b.money) for b in statement.balances] == [
        ("OPBD", eur("-1.5")),
        ("CLBD", eur("0")),
        ("CLAV", eur("7")),
    ]


def test_the_frame_of_the_network_and_other_line_ends_change_nothing():
    plain = mt940(":61:260504C50,NTRFNONREF\n:86:paid")
    framed = "{1:F01X}{2:O940}{4:\n" + plain.removesuffix("-\n") + "-}"
    [expected], [found] = read(plain), read(framed.replace("\n", "\r\n"))
    assert [line.text for line in found.lines] == [line.text for line in expected.lines]
    assert found.closing == expected.closing


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_the_encoding_is_found(encoding):
    text = mt940(":61:260504C50,NTRFNONREF\n:86:Müller & Söhne zahlt für Größeres")
    [statement] = read(text, encoding)
    assert statement.lines[0].text == "Müller & Söhne zahlt für Größeres"


@pytest.mark.parametrize(
    ("movement", "problem"),
    [
        (":61:260504C50,123NTRFX", "The amount 50.123 has more decimals than EUR has (2)."),
        (":61:260504C50,12345NTRFX", "The amount 50.12345 has more decimals than EUR has (2)."),
        (":61:260504C0,NTRFX", "The amount is 0."),
        (":61:260504C1,000,50NTRFX", "“1,000,50” is not an amount."),
        (":61:260504C1.000NTRFX", "“1.000” is not an amount."),
        (":61:269904C50,NTRFX", "“269904” is not a date."),
        (":61:2605049999C50,NTRFX", "“9999” is not a date."),
        (":61:260504X50,NTRFX", "The movement (:61:) is not written as the standard says."),
        (":61:260504C-50,NTRFX", "The movement (:61:) is not written as the standard says."),
        (":61:", "The movement (:61:) is not written as the standard says."),
    ],
)
def test_a_movement_that_cannot_be_read_stops_no_other(movement, problem):
    good = ":61:260504C50,NTRFNONREF\n:86:paid"
    [statement] = read(mt940(good, movement + "\n:86:who knows", good))
    assert [line.kind for line in statement.lines] == [
        LineKind.CREDIT,
        LineKind.UNREADABLE,
        LineKind.CREDIT,
    ]
    line = statement.lines[1]
    assert (line.money, line.problem, line.file_line) == (None, problem, 7)
    assert line.text == "who knows"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("hello", "There is no statement in this file"),
        (mt940(**{"25": None}), "has no account or no opening balance"),
        (":20:X\n:25:1\n:34F:EUR0,\n:61:260504C50,NTRFX\n", "may be an MT942"),
        (mt940(opening="C260503EUR1.000,00"), "The balance :60F: in line 4 cannot be read"),
        (mt940(closing="C260503EUR1,001"), "The balance :62F: in line 5 cannot be read"),
        (mt940(closing="C269903EUR1,00"), "The balance :62F: in line 5 cannot be read"),
    ],
    ids=["no statement", "no account", "MT942", "opening", "closing", "day"],
)
def test_a_file_that_is_no_statement_is_refused(text, problem):
    with pytest.raises(StatementError, match=problem):
        read(text)


@pytest.mark.parametrize(
    "text",
    [
        mt940(":61:260504C1,NX\n" * 4),
        mt940() * 4,
        mt940(":61:260504C1,NX\n:86:" + "x" * limits.LINE_CHARS_MAX),
        mt940() + "\n" * (limits.TEXT_LINES_MAX * 2),
    ],
    ids=["movements", "statements", "a long line", "empty lines"],
)
def test_what_piles_up_is_refused(text, monkeypatch):
    """S13"""
    monkeypatch.setattr("payments.statements.mt940.LINES_MAX", 3)
    monkeypatch.setattr("payments.statements.mt940.STATEMENTS_MAX", 3)
    with pytest.raises(StatementError, match="too large"):
        read(text)


def test_details_without_end_are_cut():
    movement = ":61:260504C50,NTRFNONREF\n:86:" + "a word\n" * 10_000
    [statement] = read(mt940(movement))
    assert statement.lines[0].text == " ".join(["a word"] * limits.FIELD_LINES_MAX)
    assert statement.difference == eur("0")
