"""What to fetch from the database for some wires, so that not every customer is loaded."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from payments.gateways.wire.reference import WireReference
from payments.matching.base import Wire
from payments.matching.plain import normal_account
from payments.matching.reading import near_accounts, read_wire


@dataclass(frozen=True, slots=True)
class LookUps:
    """Everything that the wires may name, most of which exists nowhere.

    `account_numbers` include about ten per mistyped number, so 1,000 wires ask for some
    thousands with one `IN`. `references` and `top_up_names` find top-ups that are over;
    `payer_accounts` find who was paid for before, as `normal_account` writes them.
    """

    account_numbers: frozenset[str]
    references: frozenset[WireReference]
    top_up_names: frozenset[str]
    payer_accounts: frozenset[str]


def look_ups_for(wires: Iterable[Wire]) -> LookUps:
    """Customers with open top-ups are to be loaded besides: they are looked for by name."""
    accounts: set[str] = set()
    references: set[WireReference] = set()
    names: set[str] = set()
    payers: set[str] = set()
    for wire in wires:
        reading = read_wire(wire)
        references.update(reading.right_references)
        names.update(reading.top_up_names)
        accounts.update(number.digits for number, _source in reading.numbers)
        accounts.update(found.account_digits for found, _source in reading.references)
        accounts.update(near.meant for near in near_accounts(reading))
        payers.add(normal_account(wire.payer_account))
    return LookUps(
        account_numbers=frozenset(number for number in accounts if len(number) == 8),
        references=frozenset(references),
        top_up_names=frozenset(names),
        payer_accounts=frozenset(payers - {""}),
    )
