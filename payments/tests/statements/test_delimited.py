"""CSV and TSV, in what banks and spreadsheets make of them."""

import json
from dataclasses import replace
from datetime import date

import pytest

from payments.statements.base import LineKind, ParsedLine, StatementError
from payments.statements.delimited import read_delimited
from payments.statements.delimited_mapping import ColumnMapping
from payments.tests.statements.builders import ACCOUNT, eur

MAPPING = ColumnMapping(
    decimal_mark=",",
    thousands_mark=".",
    day_form="%d.%m.%Y",
    booked_on="Tag",
    amount="Betrag",
    payer_name="Name",
    text=("Zweck", "Mehr"),
)
HEADER = "Tag;Betrag;Name;Zweck;Mehr\n"


def read(text: str, mapping: ColumnMapping = MAPPING, encoding: str = "utf-8"):
    return read_delimited(text.encode(encoding), mapping=mapping, account=ACCOUNT, currency="EUR")


def only_line(row: str, mapping: ColumnMapping = MAPPING, header: str = HEADER) -> ParsedLine:
    [line] = read(header + row, mapping).lines
    return line


def amount_line(amount: str, **forms) -> ParsedLine:
    mapping = replace(MAPPING, separator="\t", text=(), payer_name=None, **forms)
    return only_line(f"04.05.2026\t{amount}\n", mapping, "Tag\tBetrag\n")


def test_a_file_is_one_statement_without_balances():
    statement = read(f"{HEADER}04.05.2026;1.050,00;Ada;Top-up;12345674\n01.05.2026;-8,5;Bob;Fee;\n")
    assert (statement.account, statement.currency) == (ACCOUNT, "EUR")
    assert (statement.opening, statement.closing, statement.difference) == (None, None, None)
    assert (statement.first_day, statement.last_day) == (date(2026, 5, 1), date(2026, 5, 4))
    assert statement.lines == (
        ParsedLine(
            ordinal=1,
            kind=LineKind.CREDIT,
            money=eur("1050.00"),
            is_credit=True,
            booked_on=date(2026, 5, 4),
            value_on=None,
            file_line=2,
            payer_name="Ada",
            text="Top-up 12345674",
        ),
        ParsedLine(
            ordinal=2,
            kind=LineKind.DEBIT,
            money=eur("8.5"),
            is_credit=False,
            booked_on=date(2026, 5, 1),
            value_on=None,
            file_line=3,
            text="Fee",
        ),
    )


@pytest.mark.parametrize(
    ("written", "decimal_mark", "thousands_mark", "read_as"),
    [
        ("1.000,00", ",", ".", "1000.00"),
        ("1,000.00", ".", ",", "1000.00"),
        ("1 000,00", ",", "", "1000.00"),
        ("1\u00a0000,00", ",", ".", "1000.00"),
        ("1\u202f000,00", ",", " ", "1000.00"),
        ("1'000.00", ".", "", "1000.00"),
        ("1’000.00", ".", "'", "1000.00"),
        ("1.234.567,8", ",", ".", "1234567.8"),
        ("12", ",", ".", "12"),
        ("12,", ",", ".", "12"),
        ("+12,00", ",", ".", "12.00"),
        ("12,00 CR", ",", ".", "12.00"),
        ("€ 12,00", ",", ".", "12.00"),
        ("12,00 EUR", ",", ".", "12.00"),
        ("12,000", ",", ".", "12.00"),
        ("(12,00)", ",", ".", "-12.00"),
        ("12,00-", ",", ".", "-12.00"),
        ("-12,00", ",", ".", "-12.00"),
        ("− 12,00", ",", ".", "-12.00"),
        ("-€12,00", ",", ".", "-12.00"),
        ("12,00 DR", ",", ".", "-12.00"),
    ],
)
def test_amounts(written, decimal_mark, thousands_mark, read_as):
    line = amount_line(written, decimal_mark=decimal_mark, thousands_mark=thousands_mark)
    assert line.problem == ""
    assert (line.money if line.is_credit else -line.money) == eur(read_as)


@pytest.mark.parametrize(
    "written",
    [
        *("12,345", "12,34567", "0,00", "0", "=1+1", "\"=cmd|'/c calc'!A1\"", "+-5", "--5", "-5-"),
        *("(5", "1.00,00", "10.00", "1,2,3", "1e3", "NaN", "inf", "٥", "5 x", "@5", "5%", ",5"),
        *("1.000.00", "1 00", "5 USD", "123456789012345,00", "-", "()", "''"),
    ],
)
def test_what_is_no_amount_is_unreadable_and_never_zero(written):
    """S7, M9"""
    line = amount_line(written)
    assert (line.kind, line.money) == (LineKind.UNREADABLE, None)
    assert line.problem
    assert line.file_line == 2


@pytest.mark.parametrize("text", ["=cmd|'/c calc'!A1", "+1+1", "-1", "@SUM(A1)", "\\t=1"])
def test_a_formula_in_a_text_is_text(text):
    """S7"""
    assert only_line(f"04.05.2026;5,00;{text};{text};\n").payer_name == text


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("04.05.2026;5,00;", (LineKind.CREDIT, "5.00")),
        ("04.05.2026;5,00;0,00", (LineKind.CREDIT, "5.00")),
        ("04.05.2026;;5,00", (LineKind.DEBIT, "5.00")),
        ("04.05.2026;0,00;-5,00", (LineKind.DEBIT, "5.00")),
        ("04.05.2026;5,00;5,00", "It has an amount both as a credit and as a debit."),
        ("04.05.2026;-5,00;", "It has a negative amount as a credit."),
        ("04.05.2026;;", "There is no amount."),
        ("04.05.2026;0,00;0,00", "The amount is 0."),
        ("04.05.2026;;=1+1", "“=1+1” is not an amount."),
    ],
)
def test_credit_and_debit_in_two_columns(row, expected):
    mapping = replace(MAPPING, amount=None, credit="In", debit="Out", payer_name=None, text=())
    line = only_line(f"{row}\n", mapping, "Tag;In;Out\n")
    found = (line.kind, str(line.money.amount)) if line.money else line.problem
    assert found == expected


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        *[(word, LineKind.CREDIT) for word in ("C", "CRDT", "Haben", "H", "+", "Bij")],
        *[(word, LineKind.DEBIT) for word in ("D", "dbit", "SOLL", "S", "-", "Af")],
        *[(word, LineKind.UNREADABLE) for word in ("", "?", "RC")],
    ],
)
def test_the_direction_in_a_column_of_its_own(word, kind):
    mapping = replace(MAPPING, direction="D/C", payer_name=None, text=())
    assert only_line(f"04.05.2026;5,00;{word}\n", mapping, "Tag;Betrag;D/C\n").kind is kind


def test_a_row_in_another_currency_is_unreadable():
    mapping = replace(MAPPING, currency="Cur", payer_name=None, text=())
    line = only_line("04.05.2026;5,00;USD\n", mapping, "Tag;Betrag;Cur\n")
    assert (line.kind, str(line.money)) == (LineKind.UNREADABLE, "5.00 USD")


@pytest.mark.parametrize(
    ("status", "kind"), [("Booked", LineKind.CREDIT), ("Pending", LineKind.NOT_BOOKED)]
)
def test_only_rows_that_say_so_are_booked(status, kind):
    mapping = replace(MAPPING, status="St", booked_words=("booked",), payer_name=None, text=())
    assert only_line(f"04.05.2026;5,00;{status}\n", mapping, "Tag;Betrag;St\n").kind is kind


def test_a_file_of_another_account_is_refused():
    mapping = replace(MAPPING, own_account="Konto", payer_name=None, text=())
    spaced = "DE89 3704 0044 0532 0130 00"
    assert only_line(f"04.05.2026;5,00;{spaced}\n", mapping, "Tag;Betrag;Konto\n").money
    with pytest.raises(StatementError, match="Line 2 is of the account DE00, not of DE8937"):
        read("Tag;Betrag;Konto\n04.05.2026;5,00;DE00\n", mapping)


@pytest.mark.parametrize(
    ("bad", "problem"),
    [
        ("04.05.2026;5,00;Ada;x", "The line has 4 columns, 5 are expected."),
        ("04.05.2026;5,00;Ada;x;y;z", "The line has 6 columns, 5 are expected."),
        ("Summe;5,00", "The line has 2 columns, 5 are expected."),
        ('04.05.2026;5,00;"Ada;x;y', "The line has a quotation mark that is not closed."),
        ('04.05.2026;5,00;"Ada"x;x;y', "The line has a quotation mark that is not closed."),
        ("04.05.2026;5,00;A\0da;x;y", "The line has a character that no text has."),
        ("2026-05-04;5,00;Ada;x;y", "“2026-05-04” is not a date."),
        ("31.02.2026;5,00;Ada;x;y", "“31.02.2026” is not a date."),
        (";5,00;Ada;x;y", "“” is not a date."),
    ],
)
def test_a_row_that_cannot_be_read_stops_no_other(bad, problem):
    good = "04.05.2026;5,00;Ada;x;y\n"
    statement = read(f"{HEADER}{good}{bad}\n{good}{good}")
    assert [(line.kind, line.problem) for line in statement.lines] == [
        (LineKind.CREDIT, ""),
        (LineKind.UNREADABLE, problem),
        (LineKind.CREDIT, ""),
        (LineKind.CREDIT, ""),
    ]
    assert [line.file_line for line in statement.lines] == [2, 3, 4, 5]


def test_two_open_quotes_do_not_swallow_the_rows_between():
    rows = ['04.05.2026;5,00;"Ada;x;y', "04.05.2026;6,00;Bob;x;y", '04.05.2026;7,00;Eve";x;y']
    statement = read(HEADER + "\n".join(rows))
    assert [line.kind for line in statement.lines] == [
        LineKind.UNREADABLE,
        LineKind.CREDIT,
        LineKind.CREDIT,
    ]


def test_quoted_texts_may_hold_separators_quotes_and_line_breaks():
    row = '04.05.2026;5,00;"Ada; ""the"" first";"one\n two";three\n05.05.2026;6,00;Bob;x;y\n'
    first, second = read(HEADER + row).lines
    assert (first.payer_name, first.text) == ('Ada; "the" first', "one two three")
    assert second.file_line == 4


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_empty_lines_and_separators_at_the_end_do_not_matter(end):
    text = f"{HEADER}\n04.05.2026;5,00;Ada;x;y;;\n;;;;\n   \n".replace("\n", end)
    assert [line.file_line for line in read(text).lines] == [3]


def test_lines_before_and_after_the_rows_are_left_out():
    mapping = replace(MAPPING, header_lines=3, footer_lines=1)
    text = f"Umsätze;;\n\n{HEADER}04.05.2026;5,00;Ada;x;y\nSumme;5,00\n"
    assert [line.kind for line in read(text, mapping).lines] == [LineKind.CREDIT]


def test_columns_may_be_numbered_where_they_have_no_names():
    mapping = replace(MAPPING, header_lines=0, booked_on=0, amount=1, payer_name=2, text=(3,))
    line = only_line("04.05.2026;5,00;Ada;x\n", mapping, header="")
    assert (line.money, line.payer_name, line.text) == (eur("5.00"), "Ada", "x")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_encodings(encoding):
    mapping = replace(MAPPING, encoding=encoding)
    statement = read(f"{HEADER}04.05.2026;5,00;Müller;x;y\n", mapping, encoding)
    assert statement.lines[0].payer_name == "Müller"


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"encoding": "ascii"}, "The file is not in the encoding ascii."),
        ({"encoding": "zip"}, "The encoding is unknown."),
        ({"separator": "x"}, "Choose what separates the columns."),
        ({"decimal_mark": ""}, "Choose whether amounts have a decimal point or a comma."),
        ({"thousands_mark": ","}, "Thousands cannot be marked as decimals are."),
        ({"day_form": ""}, "Choose how days are written."),
        ({"booked_on": None}, "Choose the column with the booking date."),
        ({"amount": None}, "Choose the column with the amount."),
        ({"status": "Name"}, "Say which status means that a row is booked."),
        ({"amount": "Summe"}, "The file has no column “Summe”. It has: Tag, Betrag, Name,"),
        ({"header_lines": 9}, "There are no rows in this file."),
        ({"header_lines": 2}, "The file has no column “Tag”"),
    ],
)
def test_a_mapping_that_does_not_fit_is_refused_in_words(changes, problem):
    with pytest.raises(StatementError) as caught:
        read(f"{HEADER}04.05.2026;5,00;Müller;x;y\n", replace(MAPPING, **changes))
    assert str(caught.value.user_text).startswith(problem)


@pytest.mark.parametrize("text", [HEADER, "", "\n\n", "\0\0\0"])
def test_a_file_without_rows_is_an_error_and_not_zero_lines(text):
    with pytest.raises(StatementError, match="There are no rows in this file"):
        read(text)


def test_too_many_lines_are_refused(monkeypatch):
    """S13"""
    monkeypatch.setattr("payments.statements.delimited.LINES_MAX", 2)
    with pytest.raises(StatementError, match="too large"):
        read(HEADER + "04.05.2026;5,00;Ada;x;y\n" * 2)


def test_a_mapping_is_kept_as_json_and_comes_back_as_it_was():
    mapping = replace(MAPPING, header_lines=0, amount=1, status=2, booked_words=("a", "b"))
    kept = json.loads(json.dumps({**mapping.as_dict(), "of a later version": 1}))
    assert ColumnMapping.from_dict(kept) == mapping
