"""How good matching is: 712 wires, each written down from what its payer meant.

`pytest -s` prints the table; docs/decisions/0016 says what is sure and what is not.
"""

import pytest

from payments.matching.look_ups import look_ups_for
from payments.matching.matcher import Matcher
from payments.tests.matching.labelled_set import Report, judge, labelled_set


@pytest.fixture(scope="module")
def report() -> Report:
    world, lines = labelled_set()
    found = judge(Matcher(world.top_ups, world.customers, world.payers), lines)
    print(f"\n{found}")  # noqa: T201  the report that the set is made for
    return found


def test_no_tick_is_wrong(report):
    assert report.all.lines >= 300
    assert report.all.wrong_ticks == 0


def test_95_in_100_payable_wires_have_the_right_candidate_first(report):
    assert report.all.payable >= 300
    assert report.all.recall >= 95


def test_no_category_is_left_behind(report):
    weak = {name: tally.recall for name, tally in report.tallies.items() if tally.recall < 90}
    assert weak == {}


def test_references_that_check_are_ticked_for_the_staff(report):
    """Else nobody would be faster than by hand."""
    for category in ["exact", "in the text", "spaces, line breaks", "lower case", "over", "under"]:
        tally = report.tallies[category]
        assert (category, tally.ticks) == (category, tally.lines)


@pytest.mark.parametrize("seed", [1, 2])
def test_other_draws_of_the_set_fare_alike(seed):
    """Nothing is tuned to one draw."""
    world, lines = labelled_set(seed, crowd=500)
    found = judge(Matcher(world.top_ups, world.customers, world.payers), lines)
    assert found.all.wrong_ticks == 0
    assert found.all.recall >= 95


def test_what_is_looked_up_for_the_wires_is_enough():
    """Customers beyond the look-ups change no candidate of a wire that names somebody."""
    world, lines = labelled_set(crowd=300)
    wires = [line.wire for line in lines]
    looked_up = look_ups_for(wires)
    waiting = {top_up.account_number for top_up in world.top_ups if top_up.is_open}
    paid_for = {payer.account_number for payer in world.payers}
    wanted = looked_up.account_numbers | waiting | paid_for
    few = [customer for customer in world.customers if customer.account_number in wanted]
    small = judge(Matcher(world.top_ups, few, world.payers), lines)
    assert len(few) < len(world.customers)
    assert (small.all.wrong_ticks, small.all.recall >= 95) == (0, True)
