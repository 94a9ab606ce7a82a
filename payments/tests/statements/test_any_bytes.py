"""S13: whatever the bytes, a file is read or refused in words; nothing else comes out."""

import random

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from payments.statements.base import LineKind, StatementError
from payments.statements.delimited_mapping import ColumnMapping
from payments.statements.detect import DelimitedSettings, read_statement_file
from payments.statements.row_keys import row_keys
from payments.tests.statements.builders import ACCOUNT, eur, make_camt
from payments.tests.statements.test_delimited_guess import ENGLISH, GERMAN
from payments.tests.statements.test_mt940 import mt940

MAPPING = ColumnMapping(
    encoding="latin-1",
    decimal_mark=",",
    thousands_mark=".",
    day_form="%d.%m.%y",
    booked_on=1,
    amount=7,
    text=(3, 4),
)
SETTINGS = DelimitedSettings(account=ACCOUNT, currency="EUR", mapping=MAPPING)
SEEDS = {
    "camt": make_camt([(eur("50.00"), {"payer": "Ada"}), (eur("1"), {"parts": [(eur("1"), {})]})]),
    "mt940": mt940(":61:2605040504CR50,NTRFNONREF//B\n:86:166?20SVWZ+a?32b", ":61:1").encode(),
    "german": GERMAN.encode(),
    "english": ENGLISH.encode("utf-16"),
}
BITS = [b"\0", b'"', b"'", b";", b":61:", b"<", b"&", b"\xff", b"-", b"9" * 30, b",", b"\n", b"?2"]


def is_read_or_refused(content: bytes) -> None:
    for settings in (None, SETTINGS):
        try:
            files = read_statement_file("x", content, delimited=settings)
        except StatementError:
            continue
        for statement in (found for file in files for found in file.statements):
            for line in statement.booked:
                assert line.money.amount > 0
                assert line.money.currency == statement.currency
                assert line.booked_on
            broken = [x for x in statement.lines if x.kind is LineKind.UNREADABLE]
            assert all(line.problem for line in broken)
            assert len(set(row_keys(statement))) == len(statement.lines)
            assert (statement.difference is None) == bool(statement.no_difference_because)


@pytest.mark.parametrize("seed", SEEDS)
def test_damage_anywhere(seed):
    """120 files a format with one to three places broken, the same ones in each run."""
    dice = random.Random(seed)
    for _ in range(120):
        content = SEEDS[seed]
        for _ in range(dice.randint(1, 3)):
            place = dice.randrange(len(content))
            cut = dice.choice([0, 0, 1, 5, 40])
            content = content[:place] + dice.choice([b"", *BITS]) + content[place + cut :]
        is_read_or_refused(content)


@given(st.binary(max_size=300))
@example(b"PK\x03\x04")
@example(b"<a xmlns='x'/>")
@example(b":20:\n:25:\n:60F:")
def test_any_bytes(content):
    is_read_or_refused(content)
