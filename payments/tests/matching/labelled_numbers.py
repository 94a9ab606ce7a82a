"""Wires with the account number, and wires with nothing but who paid and how much."""

from collections.abc import Iterator
from datetime import timedelta

from commpeak.lib.money import Money
from payments.matching.base import KnownPayer
from payments.tests.matching.labelled_line import (
    STRANGERS,
    Line,
    arrived,
    means,
    more_or_less,
    own_name,
    payer_account,
    reference_of,
    some_payer,
)
from payments.tests.matching.labelled_texts import ACCOUNT_WORDS, mistyped, swapped, wrapped
from payments.tests.matching.labelled_world import TODAY, World

# as passports and banks spell them, written down by hand
FOREIGN = [
    ("ООО «Ромашка Телеком»", "OOO ROMASHKA TELEKOM"),
    ("Сергей Щербаков", "SHCHERBAKOV SERGEI"),
    ("Юрий Коваленко", "KOVALENKO IURII"),
    ("Михаил Цой", "MIKHAIL TSOY"),
    ("Владимир Хрущёв", "KHRUSHCHEV VLADIMIR"),
    ("ТОВ «Дзвінки Плюс»", "TOV DZVINKY PLIUS"),
    ("Γεώργιος Παπαδόπουλος", "PAPADOPOULOS GEORGIOS"),
    ("Jürgen Großmann", "JUERGEN GROSSMANN"),
    ("Müller & Söhne GmbH", "MUELLER UND SOEHNE GMBH"),
    ("Żółta Łąka Sp. z o.o.", "ZOLTA LAKA SPOLKA Z O.O."),
    ("Øystein Håkonsen AS", "OYSTEIN HAKONSEN AS"),
    ("Nguyễn Văn Đức", "NGUYEN VAN DUC"),
    ("Çağrı Yıldırım Ltd. Şti.", "CAGRI YILDIRIM LTD STI"),
    ("Čeněk Dvořák s.r.o.", "CENEK DVORAK SRO"),
    ("Société Générale d'Appels SARL", "SOCIETE GENERALE D APPELS S.A.R.L."),
    ("José María Ñáñez", "NANEZ JOSE MARIA"),
    ("Ștefan Țăranu", "STEFAN TARANU"),
    ("Aleksandar Đorđević", "ALEKSANDAR DORDEVIC"),
    ("Олександр Зеленко", "OLEKSANDR ZELENKO"),
    ("株式会社 ハロー", "HARO KK"),
    ("Київські Лінії ТОВ", "TOV KYIVSKI LINII"),
    ("Алексей Ёлкин", "YOLKIN ALEXEY"),
]

_TOLD = [
    "{n}{letter}",
    "{n} {word}",
    "{word} {n}",
    "{n}-{letter}",
    "{letter}{n}",
    "acc {n} ({word})",
    "{word} balance, customer {n}",
]


def numbered(world: World) -> Iterator[Line]:
    yield from _account_number_only(world)
    yield from _mistyped_numbers(world)
    yield from _balance_named(world)
    yield from _balance_untold(world)
    yield from _other_currency(world)


def unnamed(world: World) -> Iterator[Line]:
    yield from _foreign_names(world)
    yield from _no_reference(world)
    yield from _announced_by_another(world)
    yield from _known_payers(world)


def _account_text(world: World, number: str) -> str:
    grouped = world.rng.choice(
        [number, number, f"{number[:4]} {number[4:]}", f"{number[:2]}-{number[2:5]}-{number[5:]}"]
    )
    return world.rng.choice(ACCOUNT_WORDS).format(grouped)


def _account_number_only(world: World) -> Iterator[Line]:
    for at in range(36):
        customer = world.customer()
        top_up = world.top_up(customer, purse=world.rng.choice(["voice", "sms"]))
        money = top_up.money if at % 3 else more_or_less(world, top_up.money, (50, 150))
        text = wrapped(world.rng, _account_text(world, customer.account_number))
        wire = arrived(world, money, payer=some_payer(world, customer), text=text)
        yield Line("account number only", wire, means(top_up))


def _mistyped_numbers(world: World) -> Iterator[Line]:
    for at in range(24):
        customer = world.customer()
        top_up = world.top_up(customer)
        slip = swapped if at % 2 else mistyped
        text = world.rng.choice(ACCOUNT_WORDS).format(slip(world.rng, customer.account_number))
        payer = some_payer(world, customer)
        wire = arrived(world, top_up.money, payer=payer, text=text)
        yield Line("account number mistyped", wire, means(top_up))


def _balance_named(world: World) -> Iterator[Line]:
    for at in range(30):
        customer = world.customer()
        purse = world.rng.choice(["voice", "sms"])
        letter = purse[0].upper()
        words = world.rng.choice(
            [
                "{n}{l}",
                "{n} {w}",
                "{w} {n}",
                "{n}-{l}",
                "{l}{n}",
                "acc {n} ({w})",
                "{w} balance, customer {n}",
            ]
        )
        text = words.format(
            n=customer.account_number, l=letter, w=world.rng.choice([purse, purse.upper()])
        )
        if at % 3 == 0:
            wire = arrived(world, world.amount(), payer=some_payer(world, customer), text=text)
            yield Line("two balances, one told", wire, (customer.account_number, purse, None))
            continue
        top_ups = {each: world.top_up(customer, purse=each) for each in ["voice", "sms"]}
        wire = arrived(world, top_ups[purse].money, payer=some_payer(world, customer), text=text)
        yield Line("two balances, one told", wire, means(top_ups[purse]))


def _balance_untold(world: World) -> Iterator[Line]:
    """With nothing open nobody can know the balance; with two amounts the amount tells."""
    for at in range(20):
        customer = world.customer()
        text = _account_text(world, customer.account_number)
        if at % 2:
            world.top_up(customer, purse="voice", money=Money(world.amount().amount + 1, "EUR"))
            top_up = world.top_up(
                customer, purse="sms", money=Money(world.amount().amount * 7, "EUR")
            )
            wire = arrived(world, top_up.money, payer=some_payer(world, customer), text=text)
            yield Line("two balances, none told", wire, means(top_up))
        else:
            wire = arrived(world, world.amount(), payer=some_payer(world, customer), text=text)
            target = (customer.account_number, "", None)
            yield Line("two balances, none told", wire, target, may_be_ticked=False)


def _other_currency(world: World) -> Iterator[Line]:
    for _ in range(12):
        customer = world.customer(purses=[("voice", "EUR")])
        top_up = world.top_up(customer)
        money = Money(top_up.money.amount, "USD")
        text = wrapped(world.rng, reference_of(top_up))
        wire = arrived(world, money, payer=some_payer(world, customer), text=text)
        yield Line("other currency", wire, means(top_up), may_be_ticked=False)


def _foreign_names(world: World) -> Iterator[Line]:
    for name, in_the_bank in FOREIGN:
        customer = world.customer(name)
        is_told = world.rng.random() < 0.7
        top_up = world.top_up(customer, announced_by=name if is_told else "")
        text = world.rng.choice(["", "top up", "services", "balance"])
        wire = arrived(world, top_up.money, payer=in_the_bank, text=text)
        yield Line("foreign names", wire, means(top_up))


def _no_reference(world: World) -> Iterator[Line]:
    for at in range(30):
        customer = world.customer()
        top_up = world.top_up(customer)
        money = top_up.money if at % 4 else more_or_less(world, top_up.money, (95, 99))
        text = world.rng.choice(["", "PREPAYMENT", "services May 2026", "Invoice 26/0815"])
        wire = arrived(world, money, payer=own_name(world, customer), text=text)
        yield Line("no reference", wire, means(top_up))


def _announced_by_another(world: World) -> Iterator[Line]:
    for _ in range(15):
        customer = world.customer()
        payer = world.company()
        top_up = world.top_up(customer, announced_by=payer)
        wire = arrived(world, top_up.money, payer=payer.upper(), text="payment on behalf")
        yield Line("announced, paid by another", wire, means(top_up))


def _known_payers(world: World) -> Iterator[Line]:
    for at in range(18):
        customer = world.customer(purses=[("voice", "EUR")])
        iban = payer_account(world)
        seen = TODAY - timedelta(days=world.rng.randint(20, 90))
        world.payers.append(KnownPayer(iban, customer.account_number, "voice", seen))
        payer = world.rng.choice(STRANGERS)
        if at % 3:
            top_up = world.top_up(customer)
            money, target = top_up.money, means(top_up)
        else:
            money, target = world.amount(), (customer.account_number, "voice", None)
        wire = arrived(world, money, payer=payer, text="monthly", payer_account=iban)
        yield Line("payer known from before", wire, target)
