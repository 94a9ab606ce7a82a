"""Wires made to mislead: numbers and names of other customers stand where they mean nothing."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from stdnum.iso7064 import mod_97_10

from commpeak.lib.ids import is_account_number
from payments.matching.base import ExpectedTopUp
from payments.matching.near import near_numbers
from payments.tests.matching.labelled_line import (
    STRANGERS,
    Line,
    arrived,
    means,
    own_name,
    reference_of,
    some_payer,
)
from payments.tests.matching.labelled_texts import ACCOUNT_WORDS, swapped
from payments.tests.matching.labelled_world import World

# every {} is the valid account number of a customer who has nothing to do with the wire
OTHER_NUMBERS = [
    "Invoice {}",
    "INV{}",
    "Rechnung Nr. {} vom 2.5.2026",
    "order no {}",
    "RE {} KD 4711",
    "facture n° {}",
    "Tel. +44 20 {}",
    "tel {}",
    "{} invoice payment",
    "contract {} of 12/2024",
    "A1B{}C7",
    "TRX {}",
    "9{}3",
    "2026-{}-01",
    "OKPO {}",
    "{}",
]


def traps(world: World) -> Iterator[Line]:
    yield from _somebody_elses_number(world)
    yield from _beside_the_reference(world)
    yield from _hidden_numbers(world)
    yield from _british_account(world)
    yield from _two_near(world)
    yield from _namesakes(world)
    yield from _namesake_pays(world)
    yield from _day_as_number(world)
    yield from _initials(world)
    yield from _slips_beside_numbers(world)
    yield from _strangers(world)
    yield from _two_customers(world)


def _bystander(world: World, top_up: ExpectedTopUp) -> str:
    """Somebody who waits for the same amount, so that number and amount both fit."""
    other = world.customer()
    return world.top_up(other, money=top_up.money).account_number


def _somebody_elses_number(world: World) -> Iterator[Line]:
    """Paid under the customer's own name for an open top-up, with an unlucky invoice number."""
    for text in OTHER_NUMBERS[:-1] * 2:
        customer = world.customer()
        top_up = world.top_up(customer, announced_by=customer.names[0])
        words = text.format(_bystander(world, top_up))
        wire = arrived(world, top_up.money, payer=own_name(world, customer), text=words)
        yield Line("look-alike numbers", wire, means(top_up))


def _beside_the_reference(world: World) -> Iterator[Line]:
    for text in OTHER_NUMBERS:
        customer = world.customer()
        top_up = world.top_up(customer)
        words = f"{text.format(_bystander(world, top_up))} {reference_of(top_up)}"
        wire = arrived(world, top_up.money, payer=some_payer(world, customer), text=words)
        yield Line("look-alike beside a reference", wire, means(top_up))


def _hidden_numbers(world: World) -> Iterator[Line]:
    """An account number within an IBAN, a card, a bank's id, or a reference of other make."""
    ways: list[Callable[[str], str]] = [
        lambda n: f"FROM {_iban(f'37040044{n}00')}",
        lambda n: f"FROM {_in_fours(_iban(f'3704{n}004400'))}",
        lambda n: f"CARD {n[:4]} {n[4:]} 1111 2222",
        lambda n: f"ID 2605{n}000417",
        lambda n: f"RF18{n}5390075",
        lambda n: f"{n[:4]}/{n[4:]}/2026/0001/77",
        lambda n: f"000000{n}00000000000000",
    ]
    for at in range(21):
        customer = world.customer()
        top_up = world.top_up(customer)
        words = ways[at % len(ways)](_bystander(world, top_up))
        wire = arrived(world, top_up.money, payer=own_name(world, customer), text=words)
        yield Line("numbers within numbers", wire, means(top_up))


def _british_account(world: World) -> Iterator[Line]:
    """Account numbers of British banks have eight digits, too."""
    for at in range(8):
        customer = world.customer()
        top_up = world.top_up(customer)
        number = _bystander(world, top_up)
        text = [f"FROM A/C {number}", f"20-00-00 {number} TOP UP"][at % 2]
        wire = arrived(
            world,
            top_up.money,
            payer=own_name(world, customer),
            text=text,
            payer_account=f"GB29BARC200000{number}" if at % 2 == 0 else "",
        )
        yield Line("look-alike numbers", wire, means(top_up))


def _two_near(world: World) -> Iterator[Line]:
    """What was mistyped is one slip away from two customers: name or amount must tell."""
    for at in range(16):
        customer = world.customer()
        top_up = world.top_up(customer)
        written = swapped(world.rng, customer.account_number)
        other = next(
            near.meant
            for near in near_numbers(written)
            if near.meant != customer.account_number and world.take(near.meant)
        )
        if at % 2:
            world.top_up(world.customer(number=other))
        else:
            world.customer(number=other)
        text = world.rng.choice(ACCOUNT_WORDS).format(written)
        wire = arrived(world, top_up.money, payer=own_name(world, customer), text=text)
        yield Line("near to two customers", wire, means(top_up))


def _namesakes(world: World) -> Iterator[Line]:
    """Two customers of one name, both waiting; only the amounts differ."""
    for _ in range(12):
        name = world.person()
        first, second = world.customer(name), world.customer(name)
        top_up = world.top_up(first)
        world.top_up(second, money=replace(top_up.money, amount=top_up.money.amount + 7))
        wire = arrived(world, top_up.money, payer=name.upper(), text="TOP UP")
        yield Line("namesakes", wire, means(top_up))


def _namesake_pays(world: World) -> Iterator[Line]:
    """The reference is one customer's; the payer has another customer's name and amount."""
    for _ in range(12):
        customer, payer = world.customer(), world.customer()
        top_up = world.top_up(customer)
        world.top_up(payer, money=top_up.money, announced_by=payer.names[0])
        wire = arrived(world, top_up.money, payer=own_name(world, payer), text=reference_of(top_up))
        yield Line("paid by another customer", wire, means(top_up))


def _day_as_number(world: World) -> Iterator[Line]:
    """Days written in eight digits, some of which are somebody's account number."""
    days = [f"2026{month:02}{day:02}" for month in (3, 4, 5) for day in range(1, 29)]
    for number in [day for day in days if is_account_number(day) and world.take(day)][:8]:
        customer = world.customer()
        top_up = world.top_up(customer)
        world.top_up(world.customer(number=number), money=top_up.money)
        wire = arrived(
            world, top_up.money, payer=own_name(world, customer), text=f"TOP UP {number}"
        )
        yield Line("look-alike numbers", wire, means(top_up))


def _initials(world: World) -> Iterator[Line]:
    """V and S are initials as well."""
    for text in ["{} S MILLER", "{} V. PETROV", "{} S.MILLER", "{}, V PETROV", "S MILLER {}"] * 2:
        customer = world.customer()
        words = text.format(customer.account_number)
        wire = arrived(world, world.amount(), payer=own_name(world, customer), text=words)
        target = (customer.account_number, "", None)
        yield Line("initials", wire, target, may_be_ticked=False)


def _slips_beside_numbers(world: World) -> Iterator[Line]:
    """A mistyped reference is still meant; the number beside it is an order's."""
    for at in range(12):
        customer = world.customer()
        top_up = world.top_up(customer)
        reference = reference_of(top_up)
        wrong = f"{reference[:4]}{swapped(world.rng, reference[4:12])}{reference[12:]}"
        text = ["customer {n} {r}", "{r} KD {n}", "{r} / {n}V"][at % 3]
        words = text.format(n=_bystander(world, top_up), r=wrong)
        wire = arrived(world, top_up.money, payer=own_name(world, customer), text=words)
        yield Line("mistyped beside a number", wire, means(top_up), may_be_ticked=False)


def _strangers(world: World) -> Iterator[Line]:
    """Not for any customer: a refund, interest, a wrong beneficiary."""
    for at in range(32):
        customer = world.customer()
        top_up = world.top_up(customer)
        text = OTHER_NUMBERS[at % len(OTHER_NUMBERS)].format(customer.account_number)
        wire = arrived(world, top_up.money, payer=world.rng.choice(STRANGERS), text=text)
        yield Line("strangers", wire, None, may_be_ticked=False)


def _two_customers(world: World) -> Iterator[Line]:
    """An agency pays for two at once: somebody has to split it."""
    for at in range(12):
        first, second = world.top_up(world.customer()), world.top_up(world.customer())
        named = [reference_of(first), reference_of(second)]
        if at % 2:
            named = [reference_of(first), f"and {second.account_number}"]
        wire = arrived(world, first.money + second.money, payer=STRANGERS[0], text=" ".join(named))
        yield Line("two customers named", wire, None, may_be_ticked=False)


def _iban(bban: str) -> str:
    return f"DE{mod_97_10.calc_check_digits(bban + 'DE')}{bban}"


def _in_fours(text: str) -> str:
    return " ".join(text[i : i + 4] for i in range(0, len(text), 4))
