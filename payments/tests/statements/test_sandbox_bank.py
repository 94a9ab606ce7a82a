"""What the stand-in for a bank writes is read as it was meant."""

from datetime import date
from decimal import Decimal

from payments.statements.base import LineKind, ParsedLine
from payments.statements.detect import read_statement_file
from payments.tests.statements.builders import ACCOUNT, eur
from sandbox.bank import BankMovement, write_statement

MAY_4, MAY_5 = date(2026, 5, 4), date(2026, 5, 5)


def read(*movements: BankMovement, opening: str = "100.00"):
    content = write_statement(
        movements,
        account=ACCOUNT,
        currency="EUR",
        opening=Decimal(opening),
        statement_id="2026-05-05",
        days=(MAY_4, MAY_5),
    )
    [file] = read_statement_file("bank.xml", content)
    [statement] = file.statements
    return statement


def test_a_wire_with_all_that_may_be_said_of_it():
    statement = read(
        BankMovement(
            amount=Decimal("50.00"),
            booked_on=MAY_4,
            payer_name="Zoë & Söhne <GmbH>",
            payer_account="GB33BUKB20201555555555",
            reference="RF18539007547034",
            text="Top-up 12345674 V",
            end_to_end_id="E2E-1",
            bank_id="B-1",
        )
    )
    assert (statement.opening, statement.closing) == (eur("100.00"), eur("150.00"))
    assert (statement.first_day, statement.last_day) == (MAY_4, MAY_5)
    assert (statement.account, statement.statement_id) == (ACCOUNT, "2026-05-05")
    assert statement.difference == eur("0")
    [line] = statement.lines
    assert line == ParsedLine(
        ordinal=1,
        kind=LineKind.CREDIT,
        money=eur("50.00"),
        is_credit=True,
        booked_on=MAY_4,
        value_on=MAY_4,
        file_line=line.file_line,
        bank_id="B-1",
        payer_name="Zoë & Söhne <GmbH>",
        payer_account="GB33BUKB20201555555555",
        reference="RF18539007547034",
        end_to_end_id="E2E-1",
        text="Top-up 12345674 V",
    )


def test_a_debit_a_reversal_and_what_is_not_booked():
    statement = read(
        BankMovement(Decimal("8.00"), MAY_4, is_credit=False),
        BankMovement(Decimal("2.00"), MAY_4, is_credit=False, is_reversal=True),
        BankMovement(Decimal("7.00"), MAY_5, status="PDNG"),
        opening="5.00",
    )
    assert [line.kind for line in statement.lines] == [
        LineKind.DEBIT,
        LineKind.REVERSAL,
        LineKind.NOT_BOOKED,
    ]
    assert (statement.closing, statement.difference) == (eur("-5.00"), eur("0"))
    assert {line.bank_id for line in statement.lines} == {""}
