"""Facts decide the state, in whatever order they come."""

from decimal import Decimal
from itertools import permutations

import pytest

from payments.states import DEAD, OPEN, PAID, Fact, FactKind, State, may_move, state_of_facts

CAPTURE = Fact(FactKind.CAPTURE, "ch_1", Decimal(100))
REFUND_OF_30 = Fact(FactKind.REFUND, "re_1", Decimal(30))
REFUND_OF_70 = Fact(FactKind.REFUND, "re_2", Decimal(70))
FAILED_OF_30 = Fact(FactKind.REFUND_FAILED, "re_1", Decimal(30))
DISPUTE = Fact(FactKind.DISPUTE, "dp_1", Decimal(100))
WON = Fact(FactKind.DISPUTE_WON, "dp_1", Decimal(100))
LOST = Fact(FactKind.DISPUTE_LOST, "dp_1", Decimal(100))
PARKED = Fact(FactKind.PARKED, "ch_2", Decimal(1))


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        ([], None),
        ([PARKED], None),
        ([CAPTURE], State.SUCCEEDED),
        ([CAPTURE, REFUND_OF_30], State.PARTIALLY_REFUNDED),
        ([CAPTURE, REFUND_OF_30, REFUND_OF_70], State.REFUNDED),
        ([CAPTURE, REFUND_OF_30, FAILED_OF_30], State.SUCCEEDED),
        ([CAPTURE, REFUND_OF_30, FAILED_OF_30, REFUND_OF_70], State.PARTIALLY_REFUNDED),
        ([CAPTURE, DISPUTE], State.DISPUTED),
        ([CAPTURE, DISPUTE, LOST], State.CHARGED_BACK),
        ([CAPTURE, DISPUTE, WON], State.SUCCEEDED),
        ([CAPTURE, DISPUTE, LOST, WON], State.SUCCEEDED),
        ([CAPTURE, REFUND_OF_30, DISPUTE, WON], State.PARTIALLY_REFUNDED),
    ],
)
def test_state_is_what_the_facts_prove_in_every_order_with_a_repetition(facts, state):
    for order in permutations(facts):
        for repeated in (facts[:1], facts[-1:]):
            assert state_of_facts([*order, *repeated]) == state


def test_money_moves_even_a_dead_payment_to_paid():
    assert all(may_move(dead, paid) for dead in DEAD for paid in PAID)


def test_what_is_paid_never_dies_and_opens_only_when_staff_undo_its_credit():
    moves = {(paid, other) for paid in PAID for other in OPEN | DEAD if may_move(paid, other)}
    assert moves == {(State.SUCCEEDED, State.PROCESSING)}


def test_what_is_dead_never_opens_again():
    assert not any(may_move(dead, state) for dead in DEAD for state in OPEN | DEAD)
