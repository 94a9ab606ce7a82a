"""One wire with what its payer meant, and how payers look in a statement."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from commpeak.lib.money import Money
from payments.gateways.wire.reference import make_reference
from payments.matching.base import ExpectedTopUp, KnownCustomer, Wire
from payments.tests.matching.labelled_world import TODAY, World

STRANGERS = [
    "GLOBAL PAYMENTS SERVICES LTD",
    "WISE EUROPE SA",
    "HARTMANN HOLDING AG",
    "MRS EDITH PEMBERTON",
    "REVOLUT BUSINESS",
    "SHARED SERVICE CENTER KRAKOW",
]
_ASCII = str.maketrans("üöäßøåñúíáéçšžőıłğşêãëõ", "uoasoanuiaecszoilgseaeo")


@dataclass(frozen=True)
class Line:
    """`target`: account number, balance ("" where the payer has not told it) and payment; None
    where nobody can know. `may_be_ticked` is False where a person has to look in any case."""

    category: str
    wire: Wire
    target: tuple[str, str, int | None] | None
    may_be_ticked: bool = True


def reference_of(top_up: ExpectedTopUp) -> str:
    return make_reference(
        account_number=top_up.account_number, purse=top_up.purse, number=top_up.number
    )


def means(top_up: ExpectedTopUp) -> tuple[str, str, int | None]:
    return (top_up.account_number, top_up.purse, top_up.payment_id)


def arrived(
    world: World, money: Money, *, payer: str, text: str = "", reference: str = "", **more: str
) -> Wire:
    return Wire(
        money=money,
        booked_on=TODAY + timedelta(days=world.rng.randint(0, 2)),
        payer_name=payer,
        payer_account=more.get("payer_account") or payer_account(world),
        reference=reference,
        end_to_end_id=more.get("end_to_end_id")
        or world.rng.choice(["", "NOTPROVIDED", f"E2E{world.rng.randint(10**9, 10**10)}"]),
        text=text,
    )


def payer_account(world: World) -> str:
    return f"DE{world.rng.randint(10, 99)}{world.rng.randint(10**17, 10**18 - 1)}"


def own_name(world: World, customer: KnownCustomer) -> str:
    """As their bank writes it."""
    name = customer.names[0]
    how: list[Callable[[str], str]] = [
        str.upper,
        lambda name: name,
        lambda name: name.lower().translate(_ASCII).upper(),
        lambda name: " ".join(reversed(name.split())).upper() if len(name.split()) == 2 else name,
        lambda name: f"{name.upper()} 12 HIGH STREET",
        lambda name: f"Mr/Mrs {name}",
    ]
    return world.rng.choice(how)(name)


def some_payer(world: World, customer: KnownCustomer) -> str:
    """Often the customer, else whoever pays for them, or nobody that the bank tells."""
    chance = world.rng.random()
    if chance < 0.65:
        return own_name(world, customer)
    return world.rng.choice(STRANGERS) if chance < 0.9 else ""


def more_or_less(world: World, money: Money, percent: tuple[int, int]) -> Money:
    """In whole cents, never the amount itself."""
    part = Decimal(world.rng.randint(*percent)) / 100
    return Money((money.amount * part).quantize(Decimal("0.01")) + Decimal("0.01"), money.currency)
