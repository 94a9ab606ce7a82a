"""The files of many banks that the project mt-940 publishes in its source package, figure by
figure. `scripts/fetch-mt940-samples` gets them; without them these tests are skipped."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings

from payments.statements.base import LineKind, StatementError
from payments.statements.mt940 import read_mt940

SAMPLES = Path(settings.BASE_DIR) / ".run" / "mt940-samples"

pytestmark = pytest.mark.skipif(
    not SAMPLES.is_dir(), reason="no samples here: scripts/fetch-mt940-samples gets them"
)

SNIPPET = [("360093.91", "1500.00", "0"), ("1070651.81", "3572569.11", "300.08")]
# account, opening, closing, number of lines, sum of credits, sum of debits, difference. Where
# there is a difference the publisher has left lines out or changed amounts; the sums are ours.
FIGURES = {
    "cmxl/mt940.sta": [
        ("45050050/76198810", "84349.74 DEM", "84437.04 DEM", 11, "49396.74", "49309.44", "0"),
        ("10020030/1234567", "2187.95 EUR", "4387.95 EUR", 2, "3000", "800", "0"),
        ("BPHKPLPK/320000546101", "40000.00 PLN", "50040.00 PLN", 3, "20040", "10000", "0"),
    ],
    "jejik/abnamro.sta": [
        ("517852257", "3236.28 EUR", "876.84 EUR", 8, "0", "321.44", "-2038.00"),
        ("517852257", "2876.84 EUR", "1849.75 EUR", 2, "0", "24.49", "-1002.60"),
    ],
    "jejik/generic.sta": [
        ("11111111", "100.00 EUR", "90.00 EUR", 1, "0", "10", "0"),
        ("11111111", "90.00 EUR", "80.00 EUR", 1, "0", "10", "0"),
    ],
    "jejik/ing.sta": [
        ("0001234567", "0.00 EUR", "3.47 EUR", 7, "4.68", "50.27", "49.06"),
    ],
    "jejik/knab.sta": [
        ("123456789", "0.00 EUR", "500.00 EUR", 1, "500", "0", "0"),
        ("123456789", "3058.98 EUR", "798.98 EUR", 2, "500", "7260", "4500"),
    ],
    "jejik/postfinance.sta": [  # two pages
        ("123456789", "0.00 CHF", "159.60 CHF", 4, "239.3", "79.9", "0.2"),
    ],
    "jejik/rabobank-iban.sta": [
        ("NL71RABO0123456789", "1000.00 EUR", "965.00 EUR", 2, "0", "35", "0"),
        ("NL71RABO0123456789", "965.00 EUR", "930.00 EUR", 2, "0", "35", "0"),
    ],
    "jejik/sns.sta": [
        ("0123456789", "1234.56 EUR", "1209.56 EUR", 2, "0", "25", "0"),
        ("0123456789", "1209.56 EUR", "1209.56 EUR", 0, "0", "0", "0"),
    ],
    "jejik/triodos.sta": [
        ("TRIODOSBANK/0390123456", "4975.09 EUR", "4370.79 EUR", 2, "0", "715.70", "111.40"),
    ],
    "mBank/mt940.sta": [
        ("PL29114010810000267002001002", "0.40 PLN", "0.43 PLN", 3, "0.03", "0", "0"),
    ],
    "sberbank/171011_01234945.sta": [
        ("1966315302010001", "627311.30 HUF", "617874.30 HUF", 3, "0", "9437", "0"),
    ],
    "betterplace/with_binary_character.sta": [
        ("51230800/0000007055", "380115.77 EUR", "199929.02 EUR", 3, "13095.3", "193282.05", "0"),
        ("51230800/0000007304", "130073.19 EUR", "131193.19 EUR", 1, "1120", "0", "0"),
    ],
    "betterplace/sepa_snippet.sta": [
        ("50880050/0194787400888", "766656.49 EUR", "1125250.40 EUR", 4, *SNIPPET[0]),
        ("50880050/0194791600888", "-1970431.87 EUR", "-4472049.09 EUR", 7, *SNIPPET[1]),
    ],
    "self-provided/february_30.sta": [
        ("12345678/1020304050", "1200.00 EUR", "1194.00 EUR", 1, "0", "6", "0"),
    ],
    "self-provided/raphaelm.sta": [  # two pages, and another account
        ("1222333444", "0.00 DEM", "145000.00 DEM", 8, "145000", "0", "0"),
        ("3346780111", "145000.00 DEM", "95000.00 DEM", 1, "0", "50000", "0"),
    ],
}


def read_sample(name: str):
    return read_mt940((SAMPLES / name).read_bytes())


def figures(statement) -> tuple:
    sums = {LineKind.CREDIT: Decimal(0), LineKind.DEBIT: Decimal(0)}
    for line in statement.lines:
        sums[line.kind] += line.money.amount
    return (
        statement.account,
        str(statement.opening),
        str(statement.closing),
        len(statement.lines),
        sums[LineKind.CREDIT],
        sums[LineKind.DEBIT],
        statement.difference.amount,
    )


@pytest.mark.parametrize("name", FIGURES)
def test_figures(name):
    expected = [(*told[:4], *map(Decimal, told[4:])) for told in FIGURES[name]]
    assert [figures(statement) for statement in read_sample(name)] == expected


def test_twenty_accounts_of_a_test_system_add_up_to_the_cent():
    statements = read_sample("betterplace/sepa_mt9401.sta")
    assert len(statements) == 20
    assert sum(len(statement.lines) for statement in statements) == 97
    assert {statement.difference.amount for statement in statements} == {Decimal(0)}
    assert sum(line.kind is LineKind.REVERSAL for s in statements for line in s.lines) == 2


def test_who_paid_and_what_for():
    line = read_sample("betterplace/sepa_snippet.sta")[0].lines[0]
    assert (line.payer_name, line.payer_account) == ("KARL KAUFMANN", "DE14508800500194785000")
    assert (line.end_to_end_id, line.bank_id) == (
        "EndToEndId TFNR 22 004 00001",
        "0724710333343453",
    )
    assert line.text == "Verw CTSc-01 BC-PPP TFNr 22 004"
    assert (line.booked_on, line.value_on) == (date(2007, 9, 4), date(2007, 9, 7))


@pytest.mark.parametrize(
    "name", ["mBank/mt942.sta", "self-provided/mt942.sta", "self-provided/invalid_statement.sta"]
)
def test_what_is_no_mt940_is_refused(name):
    with pytest.raises(StatementError):
        read_sample(name)


def test_every_sample_is_read_or_refused_in_words():
    for path in sorted(SAMPLES.rglob("*.sta")):
        try:
            statements = read_mt940(path.read_bytes())
        except StatementError:
            continue
        assert [line for s in statements for line in s.lines if line.problem] == []
