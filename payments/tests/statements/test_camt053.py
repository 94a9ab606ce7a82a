"""camt.053 in all its versions: what moved the account, by whom and what for."""

from datetime import date

import pytest

from commpeak.lib.money import Money
from payments.statements.base import LineKind, ParsedLine, ParsedStatement
from payments.statements.camt053 import read_camt053
from payments.statements.row_keys import row_keys
from payments.tests.statements.builders import (
    ACCOUNT,
    camt_document,
    camt_statement,
    eur,
    make_camt,
)

WIRE = {
    "payer": "Ada & Co",
    "payer_account": "GB33BUKB20201555555555",
    "text": ["Top-up", "12345674 V"],
    "reference": "RF18539007547034",
    "end_to_end_id": "E2E-1",
    "bank_id": "B-1",
    "value_day": "2026-05-05",
}


def read_one(content: bytes) -> ParsedStatement:
    [statement] = read_camt053(content)
    return statement


def only_line(*lines, **statement) -> ParsedLine:
    [line] = read_one(make_camt(lines, **statement)).lines
    return line


@pytest.mark.parametrize("version", [*range(2, 14), 27])
def test_every_version_reads_the_same(version):
    statement = read_one(make_camt([(eur("50.00"), WIRE)], version=version, opening="100.00"))
    assert statement.account == ACCOUNT
    assert (statement.opening, statement.closing) == (eur("100.00"), eur("150.00"))
    assert statement.difference == eur("0.00")
    assert statement.lines == (
        ParsedLine(
            ordinal=1,
            kind=LineKind.CREDIT,
            money=eur("50.00"),
            is_credit=True,
            booked_on=date(2026, 5, 4),
            value_on=date(2026, 5, 5),
            file_line=7,
            bank_id="B-1",
            payer_name="Ada & Co",
            payer_account="GB33BUKB20201555555555",
            reference="RF18539007547034",
            end_to_end_id="E2E-1",
            text="Top-up 12345674 V",
        ),
    )


def test_a_prefix_before_every_element_changes_nothing():
    plain = make_camt([(eur("50.00"), WIRE)])
    prefixed = plain.replace(b"</", b"</b:").replace(b"<", b"<b:")
    prefixed = prefixed.replace(b"<b:/b:", b"</b:").replace(b"<b:?", b"<?")
    assert read_camt053(prefixed.replace(b"xmlns=", b"xmlns:b=")) == read_camt053(plain)


def test_an_envelope_around_the_document_changes_nothing():
    plain = make_camt([(eur("50.00"), WIRE)])
    head, _, body = plain.partition(b"\n")
    wrapped = head + b'\n<Xchg xmlns="urn:x">' + body + b"</Xchg>"
    assert read_camt053(wrapped) == read_camt053(plain)


def test_a_debit_moves_the_balance_the_other_way():
    statement = read_one(make_camt([(eur("8.00"), {"credit": False})], opening="5.00"))
    assert statement.lines[0].kind is LineKind.DEBIT
    assert (statement.closing, statement.difference) == (eur("-3.00"), eur("0"))


def test_a_reversal_is_one_whichever_way_it_goes_and_moves_the_balance():
    lines = [
        (eur("8.00"), {"credit": False, "reversal": True}),
        (eur("2.00"), {"reversal": True}),
    ]
    statement = read_one(make_camt(lines, opening="10.00"))
    assert [line.kind for line in statement.lines] == [LineKind.REVERSAL, LineKind.REVERSAL]
    assert (statement.closing, statement.difference) == (eur("4.00"), eur("0"))


@pytest.mark.parametrize("version", [2, 8])
@pytest.mark.parametrize("status", ["PDNG", "INFO", "FUTR"])
def test_what_is_not_booked_does_not_count(status, version):
    lines = [(eur("8.00"), {"status": status})]
    statement = read_one(make_camt(lines, opening="10.00", version=version))
    assert statement.lines[0].kind is LineKind.NOT_BOOKED
    assert statement.difference == eur("0")


@pytest.mark.parametrize("status", ["", "OLD"])
def test_without_a_known_status_nobody_knows_whether_money_came(status):
    line = only_line((eur("8.00"), {"status": status}), version=2)
    assert (line.kind, line.money) == (LineKind.UNREADABLE, eur("8.00"))
    assert line.problem == "It does not say that it is booked."


def test_a_bank_that_tells_the_value_day_alone_has_booked_on_it():
    line = only_line((eur("8.00"), {"day": "", "value_day": "2026-05-06"}))
    assert line.booked_on == date(2026, 5, 6)


@pytest.mark.parametrize("version", [2, 4, 8])
def test_a_batch_whose_parts_add_up_is_its_parts(version):
    """A batch plus its split: never both."""
    parts = [
        (eur("30.00"), {"payer": "Ada", "bank_id": "P-1"}),
        (eur("20.00"), {"payer": "Bob"}),
    ]
    lines = [(eur("50.00"), {"bank_id": "B-1", "extra_text": "2 items", "parts": parts})]
    statement = read_one(make_camt(lines, version=version))
    assert [(x.money, x.payer_name, x.bank_id) for x in statement.lines] == [
        (eur("30.00"), "Ada", "P-1"),
        (eur("20.00"), "Bob", "B-1/2"),
    ]
    assert [(x.ordinal, x.file_line) for x in statement.lines] == [(1, 8), (2, 10)]
    assert statement.difference == eur("0")


def test_a_batch_may_have_parts_that_go_the_other_way():
    parts = [(eur("52.00"), {"credit": True}), (eur("2.00"), {"credit": False})]
    statement = read_one(make_camt([(eur("50.00"), {"parts": parts})]))
    assert [(x.kind, x.money) for x in statement.lines] == [
        (LineKind.CREDIT, eur("52.00")),
        (LineKind.DEBIT, eur("2.00")),
    ]
    assert statement.difference == eur("0")


@pytest.mark.parametrize(
    "other",
    [eur("19.99"), None, ("0", "EUR"), ("20.00", "SEK"), ("20.001", "EUR"), ("x", "EUR")],
    ids=["another sum", "no amount", "nothing", "another currency", "too exact", "no number"],
)
def test_a_batch_whose_parts_do_not_add_up_is_one_line(other):
    parts = [(eur("30.00"), {"payer": "Ada"}), (other, {"payer": "Bob"})]
    line = only_line((eur("50.00"), {"bank_id": "B-1", "parts": parts, "extra_text": "Batch"}))
    assert (line.kind, line.money, line.bank_id) == (LineKind.CREDIT, eur("50.00"), "B-1")
    assert (line.payer_name, line.text) == ("", "Batch")


def test_parts_in_another_currency_may_say_theirs_in_the_account_s_too():
    parts = [(("33.00", "USD"), {"payer": "Ada"}), (eur("20.00"), {"payer": "Bob"})]
    content = make_camt([(eur("50.00"), {"parts": parts})]).replace(
        b'<Amt Ccy="USD">33.00</Amt>',
        b'<Amt Ccy="USD">33.00</Amt>'
        b'<AmtDtls><CntrValAmt><Amt Ccy="EUR">30.00</Amt></CntrValAmt></AmtDtls>',
    )
    lines = read_one(content).lines
    assert [(line.money, line.payer_name) for line in lines] == [
        (eur("30.00"), "Ada"),
        (eur("20.00"), "Bob"),
    ]


@pytest.mark.parametrize("amount", [None, eur("51.50"), ("0", "SEK")])
def test_one_detail_describes_the_entry_whatever_amount_it_has(amount):
    """What moved the account is the entry: a charge may be taken off before."""
    line = only_line((eur("50.00"), {"bank_id": "B-1", "parts": [(amount, {"payer": "Ada"})]}))
    assert (line.money, line.payer_name, line.bank_id) == (eur("50.00"), "Ada", "B-1")


def test_several_statements_stay_apart():
    content = camt_document(
        camt_statement([(eur("1.00"), {})], statement_id="S-1"),
        camt_statement([], statement_id="S-2", opening="1.00"),
        camt_statement([(("5", "JPY"), {})], currency="JPY", opening="0", account="X1"),
    )
    statements = read_camt053(content)
    assert [(s.account, s.statement_id, len(s.lines)) for s in statements] == [
        (ACCOUNT, "S-1", 1),
        (ACCOUNT, "S-2", 0),
        ("X1", "S-1", 1),
    ]
    assert statements[2].closing == Money.from_minor_units(5, "JPY")


@pytest.mark.parametrize("told", ["NOTPROVIDED", "notprovided", "NONREF"])
def test_no_id_is_no_id(told):
    line = only_line((eur("8.00"), {"end_to_end_id": told, "bank_id": told}))
    assert (line.end_to_end_id, line.bank_id) == ("", "")


def test_several_references_and_texts_are_joined():
    fields = {"reference": ["RF18 1", "RF18 2"], "text": ["a  b", "c\nd"], "extra_text": "CREDIT"}
    line = only_line((eur("8.00"), fields))
    assert (line.reference, line.text) == ("RF18 1 RF18 2", "a b c d CREDIT")


@pytest.mark.parametrize(
    ("balances", "opening", "closing"),
    [
        ([("OPBD", "1", "EUR"), ("ITBD", "2", "EUR")], "1", "2"),
        ([("ITBD", "2", "EUR"), ("ITBD", "3", "EUR")], "2", "3"),
        ([("ITBD", "3", "EUR"), ("CLBD", "4", "EUR")], "3", "4"),
        ([("PRCD", "1", "EUR"), ("CLBD", "4", "EUR")], "1", "4"),
        ([("CLBD", "9", "SEK"), ("OPBD", "1", "EUR"), ("CLBD", "4", "EUR")], "1", "4"),
        ([("OPBD", "-1.50", "EUR"), ("CLBD", "0", "EUR")], "-1.50", "0"),
    ],
    ids=["first page", "middle page", "last page", "previous", "two currencies", "overdrawn"],
)
def test_opening_and_closing_balance(balances, opening, closing):
    statement = read_one(make_camt(balances=balances))
    assert (statement.opening, statement.closing) == (eur(opening), eur(closing))


def test_pages_are_one_statement():
    """Two identical wires on two pages are two."""
    between = ("ITBD", "50", "EUR")
    pages = camt_document(
        camt_statement([(eur("50"), {})], balances=[("OPBD", "0", "EUR"), between]),
        camt_statement([(eur("50"), {})], balances=[between, ("CLBD", "100", "EUR")]),
    )
    statement = read_one(pages)
    assert [line.ordinal for line in statement.lines] == [1, 2]
    assert statement.difference == eur("0")
    assert len(set(row_keys(statement))) == 2


def test_a_single_balance_between_pages_is_neither_opening_nor_closing():
    statement = read_one(make_camt(balances=[("ITBD", "2", "EUR")]))
    assert (statement.opening, statement.closing) == (None, None)
    assert statement.no_difference_because == "The statement has no opening balance."


def test_the_difference_is_named_to_the_cent():
    statement = read_one(make_camt([(eur("50.00"), {})], opening="100.00", closing="149.99"))
    assert statement.difference == eur("-0.01")


def test_a_closing_balance_in_another_currency_stays_as_it_is():
    balances = [("OPBD", "1", "EUR"), ("CLBD", "-27.00", "SEK")]
    statement = read_one(make_camt(balances=balances))
    assert str(statement.closing) == "-27.00 SEK"
    assert statement.difference is None
    assert "not in the account's EUR" in statement.no_difference_because


@pytest.mark.parametrize("balances", [[("OPBD", "1", "EUR")], [("CLAV", "1", "USD")], []])
def test_an_account_without_currency_has_that_of_its_booked_money(balances):
    lines = [(eur("8.00"), {})]
    statement = read_one(make_camt(lines, account_currency=False, balances=balances))
    assert (statement.currency, statement.lines[0].kind) == ("EUR", LineKind.CREDIT)
