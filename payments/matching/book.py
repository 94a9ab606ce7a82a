"""Top-ups, customers and payers, indexed once for all wires of a statement."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum, auto

from commpeak.lib.money import Money
from payments.gateways.wire.reference import WireReference
from payments.matching.base import ExpectedTopUp, KnownCustomer, KnownPayer
from payments.matching.names import Name, is_within, read_name
from payments.matching.plain import normal_account

NAMESAKES_MAX = 20  # more of one name tell nothing


class Likeness(Enum):
    """Of a payer's name to a known one."""

    SAME = auto()
    WITHIN = auto()  # the known one and more, as an address
    OTHER_FORM = auto()  # one is a GmbH, the other one a Ltd


@dataclass(frozen=True, slots=True)
class Named:
    """Who bears a name: a customer, or the payer announced for a top-up."""

    read: Name
    name: str
    account_number: str
    top_up: ExpectedTopUp | None = None


class Book:
    """Plain dicts; nothing is compared with everybody."""

    def __init__(
        self,
        top_ups: Iterable[ExpectedTopUp],
        customers: Iterable[KnownCustomer],
        payers: Iterable[KnownPayer],
    ) -> None:
        self._customers = {customer.account_number: customer for customer in customers}
        self._by_reference: dict[WireReference, ExpectedTopUp] = {}
        self._by_name: dict[str, ExpectedTopUp] = {}
        self._open_of: defaultdict[str, list[ExpectedTopUp]] = defaultdict(list)
        self._open_by_money: defaultdict[Money, list[ExpectedTopUp]] = defaultdict(list)
        self._payers: defaultdict[str, list[KnownPayer]] = defaultdict(list)
        self._same: defaultdict[frozenset[str], list[Named]] = defaultdict(list)
        self._with_longest_word: defaultdict[str, set[frozenset[str]]] = defaultdict(set)
        for top_up in sorted(top_ups, key=lambda top_up: top_up.payment_id):
            self._add_top_up(top_up)
        for payer in payers:
            self._payers[normal_account(payer.payer_account)].append(payer)
        for customer in self._customers.values():
            for name in customer.names:
                self._add_name(Named(read_name(name), name, customer.account_number))

    def customer(self, account_number: str) -> KnownCustomer | None:
        return self._customers.get(account_number)

    def currency(self, account_number: str, purse: str) -> str | None:
        """Of the customer's balance; None where there is none."""
        customer = self._customers.get(account_number)
        return dict(customer.purses).get(purse) if customer else None

    def by_reference(self, reference: WireReference) -> ExpectedTopUp | None:
        return self._by_reference.get(reference)

    def by_name(self, name: str) -> ExpectedTopUp | None:
        return self._by_name.get(name)

    def open_of(self, account_number: str) -> list[ExpectedTopUp]:
        """The oldest first."""
        return self._open_of.get(account_number, [])

    def open_of_amount(self, money: Money) -> list[ExpectedTopUp]:
        """Asked for or announced with exactly this amount."""
        return self._open_by_money.get(money, [])

    def payers(self, payer_account: str) -> list[KnownPayer]:
        """Whose wires came from there; the last one first."""
        found = self._payers.get(normal_account(payer_account), []) if payer_account else []
        return sorted(found, key=lambda payer: payer.last_on, reverse=True)

    def named(self, name: str) -> list[tuple[Named, Likeness]]:
        """Those with open top-ups come first where there are too many."""
        read = read_name(name)
        found = [
            (named, Likeness.OTHER_FORM if named.read.has_other_form(read) else likeness)
            for named, likeness in self._alike(read)
        ]
        found.sort(key=self._usefulness)
        return found[:NAMESAKES_MAX]

    def _usefulness(self, found: tuple[Named, Likeness]) -> tuple[bool, int, str, str]:
        named, likeness = found
        is_without_top_up = not self.open_of(named.account_number)
        return (is_without_top_up, likeness.value, named.account_number, named.name)

    def _alike(self, read: Name) -> Iterator[tuple[Named, Likeness]]:
        yield from ((named, Likeness.SAME) for named in self._same.get(read.words, []))
        for word in read.words:
            for words in self._with_longest_word.get(word, ()):
                if is_within(words, read.words):
                    yield from ((named, Likeness.WITHIN) for named in self._same[words])

    def _add_top_up(self, top_up: ExpectedTopUp) -> None:
        reference = WireReference(top_up.account_number, top_up.purse, top_up.number)
        earlier = self._by_reference.get(reference)
        if earlier is None or _counts_more(top_up, earlier):
            self._by_reference[reference] = self._by_name[top_up.name] = top_up
        if not top_up.is_open:
            return
        self._open_of[top_up.account_number].append(top_up)
        self._open_by_money[top_up.money].append(top_up)
        if (told := top_up.announcement) is not None:
            if told.money != top_up.money:
                self._open_by_money[told.money].append(top_up)
            read = read_name(told.payer_name)
            self._add_name(Named(read, told.payer_name, top_up.account_number, top_up))

    def _add_name(self, named: Named) -> None:
        if words := named.read.words:
            self._same[words].append(named)
            self._with_longest_word[max(words, key=len)].add(words)


def _counts_more(later: ExpectedTopUp, earlier: ExpectedTopUp) -> bool:
    """Of several payments for one top-up: the open one, else the paid one, else the last."""
    return (later.is_open, later.is_paid) >= (earlier.is_open, earlier.is_paid)
