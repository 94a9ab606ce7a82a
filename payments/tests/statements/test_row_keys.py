"""S12: a movement is taken once, whatever file it comes in; two that look the same are two."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from commpeak.lib.money import Money
from payments.statements.base import LineKind, ParsedLine, ParsedStatement
from payments.statements.camt053 import read_camt053
from payments.statements.row_keys import row_keys
from payments.tests.statements.builders import eur, make_camt

MAY_4 = date(2026, 5, 4)


def line(**fields) -> ParsedLine:
    told = {"money": eur("50.00"), "booked_on": MAY_4, "payer_name": "Ada", **fields}
    defaults = {"ordinal": 0, "kind": LineKind.CREDIT, "is_credit": True, "value_on": None}
    return ParsedLine(**{**defaults, **told})


def statement(lines, account="DE89") -> ParsedStatement:
    numbered = [replace(x, ordinal=n, file_line=7 * n) for n, x in enumerate(lines, start=1)]
    return ParsedStatement(account, "EUR", "S-1", None, None, None, None, tuple(numbered))


def keys(*lines, account="DE89") -> list[str]:
    return row_keys(statement(lines, account))


def test_two_identical_wires_of_a_day_keep_two_keys():
    assert len(set(keys(line(), line()))) == 2
    assert len(set(keys(line(bank_id="B"), line(bank_id="B")))) == 2


def test_the_longer_file_has_the_keys_of_the_shorter_one():
    assert keys(line(), line(), line())[:2] == keys(line(), line())


def test_another_account_has_other_keys():
    assert keys(line()) != keys(line(), account="DE90")


def test_with_an_id_of_the_bank_its_words_do_not_matter():
    assert keys(line(bank_id="B", text="one")) == keys(line(bank_id="B", text="ONE", payer_name=""))


def test_one_id_for_two_movements_is_no_reason_to_lose_one():
    """A bank may give a charge, a reversal or the next day's wire an id it has used before."""
    first = line(bank_id="B")
    others = [
        line(bank_id="B", money=eur("49.99")),
        line(bank_id="B", booked_on=MAY_4 + timedelta(days=1)),
        line(bank_id="B", kind=LineKind.DEBIT, is_credit=False),
        line(bank_id="B", kind=LineKind.REVERSAL, is_credit=False),
        line(bank_id="B", money=Money(Decimal(50), "USD")),
    ]
    for other in others:
        assert set(keys(first)).isdisjoint(keys(other))


def test_what_was_announced_or_unreadable_is_new_when_it_is_booked():
    booked = keys(line(bank_id="B"))
    for kind in (LineKind.NOT_BOOKED, LineKind.UNREADABLE):
        assert keys(line(bank_id="B", kind=kind)) != booked
        assert keys(line(bank_id="B", kind=kind), line(bank_id="B"))[1:] == booked


def test_zeros_at_the_end_of_an_amount_do_not_matter():
    assert keys(line(money=eur("50"))) == keys(line(money=eur("50.00")))


def test_fields_do_not_run_into_each_other():
    assert keys(line(payer_name="AB", text="C")) != keys(line(payer_name="A", text="BC"))


def test_the_keys_of_a_file_never_change():
    """They are kept in the database for ever: change them only together with what is there."""
    [read] = read_camt053(make_camt([(eur("50.00"), {"payer": "Ada", "bank_id": "B"})]))
    assert row_keys(read) == ["5f3e1aea8af07a0ce9e0f2036433e47fc2ff5b0675284cb3cee275e1576d10d6"]


days = st.sampled_from([MAY_4 + timedelta(days=n) for n in range(3)])
movements = st.builds(
    line,
    booked_on=days,
    money=st.sampled_from([eur("1.00"), eur("2.00")]),
    payer_name=st.sampled_from(["Ada", "Bob"]),
    bank_id=st.sampled_from(["", "", "B-1"]),
    kind=st.sampled_from([LineKind.CREDIT, LineKind.NOT_BOOKED]),
)


def by_day(lines: list[ParsedLine]) -> list[ParsedLine]:
    return sorted(lines, key=lambda x: x.booked_on)


@given(st.lists(movements, max_size=12))
def test_every_line_has_a_key_of_its_own_and_the_same_each_time(lines):
    assert len(set(keys(*lines))) == len(lines)
    assert keys(*lines) == keys(*lines)


@given(st.lists(movements, max_size=12), st.lists(movements, max_size=12))
def test_a_longer_statement_knows_all_lines_of_the_shorter(lines, more):
    """More lines later, also of the same day: those there before have their keys."""
    assert keys(*lines, *more)[: len(lines)] == keys(*lines)


@given(st.lists(movements, max_size=20), st.integers(0, 2), st.integers(0, 2))
def test_overlapping_statements_share_exactly_the_lines_of_the_days_they_share(lines, first, last):
    whole = by_day(lines)
    window = [x for x in whole if first <= (x.booked_on - MAY_4).days <= last]
    in_whole = [k for k, x in zip(keys(*whole), whole, strict=True) if x in window]
    assert keys(*window) == in_whole


@given(st.lists(movements, max_size=12), st.randoms())
def test_the_order_within_a_file_does_not_matter(lines, random):
    shuffled = random.sample(lines, len(lines))
    assert set(keys(*shuffled)) == set(keys(*lines))
