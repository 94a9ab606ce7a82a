"""The guess of a mapping: right where it can be, open where it cannot."""

from dataclasses import replace

import pytest

from payments.statements.base import StatementError
from payments.statements.delimited import read_delimited
from payments.statements.delimited_guess import guess_mapping
from payments.statements.delimited_preview import preview_delimited
from payments.tests.statements.builders import ACCOUNT

GERMAN = (
    "Auftragskonto;Buchungstag;Valutadatum;Buchungstext;Verwendungszweck;"
    "Begünstigter/Zahlungspflichtiger;Kontonummer/IBAN;Betrag;Währung\n"
    "DE89370400440532013000;04.05.26;05.05.26;GUTSCHRIFT;12345674 V;Müller;GB33BUKB20;"
    "1.050,00;EUR\n"
    "DE89370400440532013000;03.05.26;03.05.26;LASTSCHRIFT;Miete;Bob;DE12;-8,50;EUR\n"
)
ENGLISH = (
    "Date,Description,Money out,Money in,Balance\n"
    '13/05/2026,"Ada, 12345674 V",,"1,050.00","2,000.00"\n'
    "04/05/2026,Rent,8.50,,950.00\n"
)
WISE = (
    "Transaction ID\tStatus\tDate\tAmount\tCurrency\tSender\tPayment Reference\n"
    "T-1\tCOMPLETED\t2026-05-04 10:11:12\t50.00\tEUR\tAda\tRF18\n"
    "T-2\tPENDING\t2026-05-04\t60.00\tEUR\tBob\t\n"
)
DUTCH = (
    '"Datum","Naam / Omschrijving","Rekening","Tegenrekening","Af Bij","Bedrag (EUR)",'
    '"Mededelingen"\n'
    '"20260504","Ada","DE89370400440532013000","NL91ABNA0417164300","Bij","50,00","12345674"\n'
)


def guess(text: str, encoding: str = "utf-8"):
    return guess_mapping(text.encode(encoding))


def read_as_guessed(text: str, encoding: str = "utf-8"):
    content = text.encode(encoding)
    found = guess_mapping(content)
    assert found.doubts == ()
    return read_delimited(content, mapping=found.mapping, account=ACCOUNT, currency="EUR")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_german_file(encoding):
    statement = read_as_guessed(GERMAN, encoding)
    assert [
        (str(x.money), x.is_credit, str(x.booked_on), str(x.value_on), x.text)
        for x in statement.lines
    ] == [
        ("1050.00 EUR", True, "2026-05-04", "2026-05-05", "GUTSCHRIFT 12345674 V"),
        ("8.50 EUR", False, "2026-05-03", "2026-05-03", "LASTSCHRIFT Miete"),
    ]
    assert statement.lines[0].payer_name == "Müller"
    assert statement.lines[0].payer_account == "GB33BUKB20"
    assert guess(GERMAN, encoding).mapping.encoding == encoding


def test_an_english_file_with_two_columns_of_amounts():
    statement = read_as_guessed(ENGLISH)
    assert [(str(x.money), x.is_credit, x.text, str(x.booked_on)) for x in statement.lines] == [
        ("1050.00 EUR", True, "Ada, 12345674 V", "2026-05-13"),
        ("8.50 EUR", False, "Rent", "2026-05-04"),
    ]


def test_a_file_with_ids_and_a_status():
    statement = read_as_guessed(WISE)
    assert [(x.bank_id, x.kind.value, x.reference) for x in statement.lines] == [
        ("T-1", "credit", "RF18"),
        ("T-2", "not_booked", ""),
    ]


def test_a_dutch_file_with_the_direction_in_a_column():
    [line] = read_as_guessed(DUTCH).lines
    assert (str(line.money), line.is_credit, str(line.booked_on)) == (
        "50.00 EUR",
        True,
        "2026-05-04",
    )
    assert (line.payer_account, line.text) == ("NL91ABNA0417164300", "12345674")


def test_lines_before_the_header_are_counted():
    found = guess(f"Umsatzanzeige;Kunde: 4711\n\nZeitraum;alle\n{GERMAN}")
    assert found.mapping.header_lines == 4
    assert found.header[1] == "Buchungstag"
    assert found.rows[0][7] == "1.050,00"


def test_the_preview_follows_the_mapping():
    content = f"Konto;4711\n{GERMAN}".encode()
    found = guess_mapping(content)
    assert preview_delimited(content, mapping=found.mapping) == (found.header, list(found.rows))
    no_header = replace(found.mapping, header_lines=0, separator="|")
    header, rows = preview_delimited(content, mapping=no_header)
    assert (header, rows[0]) == ((), ("Konto;4711",))


def test_without_names_the_first_days_and_amounts_are_taken():
    found = guess("2026-05-04;x;50,00\n2026-05-05;y;60,00\n")
    assert found.header == ()
    assert (found.mapping.header_lines, found.mapping.booked_on, found.mapping.amount) == (0, 0, 2)
    assert found.mapping.problems() == []


@pytest.mark.parametrize(
    ("days", "form"),
    [
        (["03/04/2026", "04/13/2026"], "%m/%d/%Y"),
        (["03/04/2026", "13/04/2026"], "%d/%m/%Y"),
        (["03.04.2026"], "%d.%m.%Y"),
        (["2026/05/04"], "%Y/%m/%d"),
        (["20260504"], "%Y%m%d"),
        (["03-13-2026"], "%m-%d-%Y"),
        (["03/04/2026", "12/12/2026"], ""),
        (["03/04/26"], ""),
        (["03-04-2026"], ""),
    ],
)
def test_day_and_month_are_never_guessed_where_both_orders_fit(days, form):
    found = guess("Date;Amount\n" + "".join(f"{day};5,50\n" for day in days))
    assert found.mapping.day_form == form
    ambiguous = (
        "Day and month cannot be told apart in this file.",
        "Choose how days are written.",
    )
    assert found.doubts == (() if form else ambiguous)


@pytest.mark.parametrize(
    ("amounts", "marks"),
    [
        (["1.000,00", "5,00"], (",", ".")),
        (["1,000.00"], (".", ",")),
        (["1 000,5"], (",", " ")),
        (["1'000.50"], (".", "'")),
        (["1,234,567.89"], (".", ",")),
        (["1.234,567"], (",", ".")),
        (["12"], (".", "")),
        (["1,234"], ("", ",")),
        (["1.234", "12"], ("", ".")),
        (["1,50", "1.50"], ("", "")),
    ],
)
def test_decimals_and_thousands_are_never_guessed_where_both_fit(amounts, marks):
    found = guess("Date;Amount\n" + "".join(f"2026-05-04;{amount}\n" for amount in amounts))
    assert (found.mapping.decimal_mark, found.mapping.thousands_mark) == marks
    ambiguous = (
        "Decimals and thousands cannot be told apart in this file.",
        "Choose whether amounts have a decimal point or a comma.",
    )
    assert found.doubts == (() if marks[0] else ambiguous)


def test_what_is_not_found_is_named():
    found = guess("Foo;Bar\na;b\nc;d\n")
    assert "Choose the column with the booking date." in found.doubts
    assert "Choose the column with the amount." in found.doubts


def test_a_status_that_nobody_knows_is_named():
    found = guess("Date;Amount;Status\n2026-05-04;5,00;XY\n")
    assert found.doubts == ("Look at the column with the status: which rows are booked?",)


@pytest.mark.parametrize("content", [b"", b"hello\nworld\n", b"\x00\x01\x02\x03", b"\xff\xfe\x00"])
def test_what_is_no_table_is_refused(content):
    with pytest.raises(StatementError):
        guess_mapping(content)
