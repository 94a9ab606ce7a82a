"""Wires whose payer copied the reference, well or badly."""

from collections.abc import Callable, Iterator

from payments.tests.matching.labelled_line import (
    Line,
    arrived,
    means,
    more_or_less,
    reference_of,
    some_payer,
)
from payments.tests.matching.labelled_texts import (
    GLUED,
    mistyped,
    one_less_or_more,
    spaced,
    swapped,
    with_letters,
    wrapped,
)
from payments.tests.matching.labelled_world import World


def referenced(world: World) -> Iterator[Line]:
    rng = world.rng
    yield from _lines(world, "exact", 30, lambda text: text, is_structured=True)
    yield from _lines(world, "in the text", 30, lambda text: wrapped(rng, text))
    yield from _lines(
        world, "spaces, line breaks", 40, lambda text: wrapped(rng, spaced(rng, text))
    )
    yield from _lines(world, "lower case", 20, lambda text: wrapped(rng, spaced(rng, text)).lower())
    yield from _lines(world, "O for 0, l for 1", 20, lambda text: with_letters(rng, text))
    yield from _lines(world, "glued to words", 20, lambda text: rng.choice(GLUED).format(text))
    yield from _lines(world, "digits swapped", 20, _slip(world, swapped))
    yield from _lines(world, "one digit wrong", 20, _slip(world, mistyped))
    yield from _lines(world, "digit missing or added", 20, _slip(world, one_less_or_more))
    yield from _other_letter(world)
    yield from _amounts(world)
    yield from _in_parts(world)
    yield from _paid_already(world)
    yield from _top_up_names(world)


def _lines(
    world: World,
    category: str,
    count: int,
    write: Callable[[str], str],
    is_structured: bool = False,
) -> Iterator[Line]:
    for _ in range(count):
        customer = world.customer()
        top_up = world.top_up(customer, purse=world.rng.choice(["voice", "sms"]))
        words = write(reference_of(top_up))
        field = {
            "reference" if is_structured else world.rng.choice(["text", "text", "reference"]): words
        }
        wire = arrived(world, top_up.money, payer=some_payer(world, customer), **field)
        yield Line(category, wire, means(top_up))


def _slip(world: World, slip: Callable[..., str]) -> Callable[[str], str]:
    """Mostly in the account number, the longest part; else in the check digits or at the end."""

    def write(reference: str) -> str:
        parts = [reference[2:4], reference[4:12], reference[12:13], reference[13:]]
        at = world.rng.choice([1, 1, 1, 1, 0, 3])
        if at == 1 or slip is mistyped or (slip is swapped and len(set(parts[at])) > 1):
            parts[at] = slip(world.rng, parts[at])
        else:
            parts[1] = slip(world.rng, parts[1])
        wrong = "RF" + "".join(parts)
        return wrapped(world.rng, spaced(world.rng, wrong) if world.rng.random() < 0.5 else wrong)

    return write


def _other_letter(world: World) -> Iterator[Line]:
    for _ in range(10):
        customer = world.customer()
        top_up = world.top_up(customer)
        text = wrapped(world.rng, reference_of(top_up).replace("V", "S"))
        wire = arrived(world, top_up.money, payer=some_payer(world, customer), text=text)
        yield Line("other letter", wire, means(top_up), may_be_ticked=False)


def _amounts(world: World) -> Iterator[Line]:
    for category, percent in [("over", (101, 300)), ("under", (20, 99))]:
        for _ in range(20):
            customer = world.customer()
            top_up = world.top_up(customer)
            came = more_or_less(world, top_up.money, percent)
            text = wrapped(world.rng, reference_of(top_up))
            wire = arrived(world, came, payer=some_payer(world, customer), text=text)
            yield Line(category, wire, means(top_up))


def _in_parts(world: World) -> Iterator[Line]:
    for _ in range(12):
        customer = world.customer()
        top_up = world.top_up(customer)
        for percent in [(30, 50), (40, 60)]:
            came = more_or_less(world, top_up.money, percent)
            text = wrapped(world.rng, spaced(world.rng, reference_of(top_up)))
            wire = arrived(world, came, payer=some_payer(world, customer), text=text)
            yield Line("paid in parts", wire, means(top_up))


def _paid_already(world: World) -> Iterator[Line]:
    """A standing order: the old reference again, while a newer top-up may be open."""
    for at in range(12):
        customer = world.customer()
        paid = world.top_up(customer, is_open=False)
        if at % 2:
            world.top_up(customer, money=paid.money)
        wire = arrived(
            world, paid.money, payer=some_payer(world, customer), text=reference_of(paid)
        )
        yield Line("paid already", wire, means(paid), may_be_ticked=False)


def _top_up_names(world: World) -> Iterator[Line]:
    for _ in range(10):
        customer = world.customer()
        top_up = world.top_up(customer)
        text = wrapped(world.rng, world.rng.choice([str.upper, str.lower])(top_up.name))
        wire = arrived(world, top_up.money, payer=some_payer(world, customer), text=text)
        yield Line("name of the top-up", wire, means(top_up))
