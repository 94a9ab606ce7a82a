"""The sample files of genkgo/camt, figure by figure. They are not part of this repository:
where they do not lie beside it, in shared/samples/camt053, these tests are skipped."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings

from commpeak.lib.money import Money
from payments.statements.base import LineKind, ParsedBalance, ParsedLine, StatementError
from payments.statements.camt053 import read_camt053
from payments.tests.statements.builders import eur

SAMPLES = Path(settings.BASE_DIR).parent / "shared" / "samples" / "camt053"

pytestmark = pytest.mark.skipif(
    not SAMPLES.is_dir(), reason="the sample files are not beside this repository"
)


def read_sample(name: str):
    [statement] = read_camt053((SAMPLES / name).read_bytes())
    return statement


def balance(code: str, amount: str, currency: str, day: str) -> ParsedBalance:
    return ParsedBalance(code, Money(Decimal(amount), currency), date.fromisoformat(day))


def credit(**fields) -> ParsedLine:
    """What the one line of every sample has in common."""
    defaults = {"value_on": date(2015, 1, 2), **fields}
    return ParsedLine(1, LineKind.CREDIT, eur("8.85"), True, date(2014, 12, 31), **defaults)


def odd_balances(closing_day: str) -> tuple[ParsedBalance, ...]:
    return (
        balance("OPBD", "18.15", "EUR", "2014-12-30"),
        balance("CLBD", "-27.00", "SEK", closing_day),
        balance("OPAV", "35.00", "CHF", "2014-12-30"),
        balance("CLAV", "-2700", "JPY", "2014-12-31"),
    )


def test_all_balance_types():
    statement = read_sample("camt053.v2.all-balance-types.xml")
    assert (statement.account, statement.currency) == ("CH2801234000123456789", "EUR")
    assert (statement.statement_id, statement.sequence) == ("CAMT0532015012200001", "315")
    assert (statement.opening, statement.closing) == (eur("1.01"), eur("4.04"))
    assert (statement.first_day, statement.last_day) == (date(2015, 1, 21), date(2015, 1, 22))
    assert not statement.is_copy
    assert statement.balances == (
        balance("OPBD", "1.01", "EUR", "2015-01-21"),
        balance("PRCD", "2.02", "EUR", "2015-01-21"),
        balance("OPAV", "3.03", "EUR", "2015-01-22"),
        balance("CLBD", "4.04", "EUR", "2015-01-22"),
        balance("CLAV", "5.05", "EUR", "2015-01-23"),
        balance("FWAV", "6.06", "EUR", "2015-01-26"),
        balance("INFO", "7.07", "EUR", "2015-01-27"),
        balance("ITAV", "8.08", "EUR", "2015-01-28"),
        balance("ITBD", "9.09", "EUR", "2015-01-21"),
        balance("XPCD", "10.10", "EUR", "2015-01-21"),
    )
    assert statement.lines == (
        credit(file_line=152, end_to_end_id="000000001", text="Transaction Description"),
    )
    assert statement.difference == eur("-5.82")


@pytest.mark.parametrize(
    ("name", "closing_day", "line"),
    [
        (
            "camt053.v2.minimal.xml",
            "2014-12-31",
            {"payer_name": "NAME NAME", "payer_account": "NL56AGDH9619008421", "file_line": 90},
        ),
        (
            "camt053.v2.minimal.ultimate.xml",
            "2014-12-31",
            {"payer_name": "DEBTOR NAME NM", "file_line": 90},
        ),
        (
            "camt053.v4.xml",
            "2014-12-30",
            {
                "payer_name": "NAME NAME",
                "payer_account": "NL56AGDH9619008421",
                "bank_id": "AAAASESS-FP-CN_98765/01",
                "file_line": 110,
            },
        ),
    ],
)
def test_balances_in_four_currencies_stand_as_they_are(name, closing_day, line):
    statement = read_sample(name)
    assert (statement.account, statement.currency) == ("NL26VAYB8060476890", "EUR")
    assert (statement.statement_id, statement.sequence) == ("253EURNL26VAYB8060476890", "12312")
    assert (statement.first_day, statement.last_day) == (date(2007, 10, 18), date(2007, 10, 18))
    assert (str(statement.opening), str(statement.closing)) == ("18.15 EUR", "-27.00 SEK")
    assert statement.balances == odd_balances(closing_day)
    assert statement.is_copy
    assert statement.lines == (credit(reference="4654654654654654", **line),)
    assert statement.difference is None
    assert statement.no_difference_because == (
        "The balance -27.00 SEK is not in the account's EUR."
    )


def test_with_account_name():
    statement = read_sample("camt053.v2.with-account-name.xml")
    assert (statement.account, statement.currency) == ("CH2801234000123456789", "EUR")
    assert statement.statement_id == "253EURCH2801234000123456789"
    assert (statement.opening, statement.closing) == (None, None)
    assert (statement.first_day, statement.last_day) == (None, None)
    assert statement.balances == (balance("CLAV", "-2700", "JPY", "2014-12-31"),)
    assert statement.lines == (credit(value_on=None, file_line=29),)
    assert statement.difference is None


def test_wrong_is_an_error_and_not_zero_lines():
    with pytest.raises(StatementError, match="There is no statement in this camt"):
        read_sample("camt053.v2.wrong.xml")
