"""A bank's statement of 1,000 wires, more than 1,000 open top-ups and 100,000 customers."""

from functools import cache

from payments.matching.base import KnownCustomer, Wire
from payments.matching.look_ups import look_ups_for
from payments.matching.matcher import Matcher
from payments.tests.matching.labelled_set import judge, labelled_set
from payments.tests.matching.labelled_world import World

WIRES = 1_000
CROWD = 2_000  # every third of them waits for a wire
CUSTOMERS = 100_000


def match_statement() -> int:
    """As an import does it: look up, load those, build the index, rank every wire."""
    world, wires, by_number = _statement()
    wanted = look_ups_for(wires).account_numbers | {each.account_number for each in world.top_ups}
    known = [by_number[number] for number in wanted if number in by_number]
    matcher = Matcher(world.top_ups, known, world.payers)
    for wire in wires:
        matcher.candidates(wire)
    return len(wires)


def report() -> str:
    """The table of the labelled set: right candidates first, ticks, wrong ticks."""
    world, lines = labelled_set()
    return str(judge(Matcher(world.top_ups, world.customers, world.payers), lines))


@cache
def _statement() -> tuple[World, list[Wire], dict[str, KnownCustomer]]:
    world, lines = labelled_set(crowd=CROWD)
    while len(world.customers) < CUSTOMERS:
        world.customer()
    wires = [line.wire for line in lines]
    return (
        world,
        (wires * 2)[:WIRES],
        {customer.account_number: customer for customer in world.customers},
    )
