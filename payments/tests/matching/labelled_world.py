"""Customers, top-ups and payers of the labelled set, drawn with a fixed seed."""

import random
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from stdnum import damm
from stdnum.iso7064 import mod_37_36

from commpeak.lib.money import Money
from payments.matching.base import Announcement, ExpectedTopUp, KnownCustomer, KnownPayer

TODAY = date(2026, 5, 4)
ROUND_AMOUNTS = ["50.00", "100.00", "100.00", "200.00", "250.00", "500.00", "1000.00", "5000.00"]
_FIRST = re.findall(
    r"\w+",
    "Anna Ivan John Maria Müge Søren Zoë Wojciech Aoife Jürgen Amara Chen Dmitri Elif Fatima "
    "Giulia Håkon Inês José Kateryna Liam Mehmet Noor Olga Pavel Rui Sara Tomáš Uwe Yasmin",
)
_LAST = re.findall(
    r"[\w']+",
    "Smith Petrov Müller Núñez Okafor Kowalczyk O'Brien Jensen Yılmaz Rossi Dubois Nguyen Haddad "
    "Cohen Popescu Horvat Novák Andersson Silva García Weiß Kravchenko Tanaka Kim Osei Fischer",
)
_FANTASY = re.findall(
    r"\w+",
    "Tele Voxa Nordic Call Alpen Blue Sky Inter Metro Prime Quick Omni Delta Lumen Hexa Terra",
)
_TRADE = re.findall(
    r"\w+",
    "Com Reach Connect Media Dialer Line Sales Support Contact Leads Force Desk Wave Point",
)
_REFERENCE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
_FORMS = ["Ltd", "GmbH", "S.A.", "Sp. z o.o.", "B.V.", "Inc.", "S.r.l.", "OÜ", "LLC", "a.s."]


@dataclass
class World:
    """What our side knows, and a purse of draws that are the same in every run."""

    seed: int
    customers: list[KnownCustomer] = field(default_factory=list)
    top_ups: list[ExpectedTopUp] = field(default_factory=list)
    payers: list[KnownPayer] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.rng = random.Random(self.seed)
        self._taken: set[str] = set()
        self._numbers: Counter[str] = Counter()

    def account_number(self) -> str:
        while True:
            body = str(self.rng.randint(1_000_000, 9_999_999))
            number = body + damm.calc_check_digit(body)
            if self.take(number):
                return number

    def take(self, number: str) -> bool:
        """False where a customer has the number already."""
        is_free = number not in self._taken
        self._taken.add(number)
        return is_free

    def company(self) -> str:
        rng = self.rng
        serial = rng.choice(["", "", " 24", f" {rng.choice(_LAST)}"])
        return f"{rng.choice(_FANTASY)}{rng.choice(_TRADE)}{serial} {rng.choice(_FORMS)}"

    def person(self) -> str:
        return f"{self.rng.choice(_FIRST)} {self.rng.choice(_LAST)}"

    def customer(
        self,
        *names: str,
        purses: Iterable[tuple[str, str]] = (("voice", "EUR"), ("sms", "EUR")),
        number: str = "",
    ) -> KnownCustomer:
        names = names or (self.rng.choice([self.company, self.person])(),)
        made = KnownCustomer(number or self.account_number(), names, tuple(purses))
        self.customers.append(made)
        return made

    def amount(self) -> Money:
        """Round ones are what most people top up with."""
        rng = self.rng
        if rng.random() < 0.6:
            return Money(Decimal(rng.choice(ROUND_AMOUNTS)), "EUR")
        return Money(Decimal(rng.randint(2_000, 400_000)).scaleb(-2), "EUR")

    def top_up(
        self,
        customer: KnownCustomer,
        *,
        purse: str = "voice",
        money: Money | None = None,
        announced_by: str = "",
        is_open: bool = True,
    ) -> ExpectedTopUp:
        self._numbers[customer.account_number] += self.rng.choice([1, 2, 3, 11, 104])
        money = money or self.amount()
        sent_on = TODAY - timedelta(days=self.rng.randint(1, 4))
        made = ExpectedTopUp(
            payment_id=len(self.top_ups) + 1,
            name=self._top_up_name(),
            account_number=customer.account_number,
            purse=purse,
            number=self._numbers[customer.account_number],
            money=money,
            is_open=is_open,
            is_paid=not is_open,
            announcement=Announcement(announced_by, money, sent_on) if announced_by else None,
        )
        self.top_ups.append(made)
        return made

    def _top_up_name(self) -> str:
        while True:
            body = "".join(self.rng.choices(_REFERENCE_ALPHABET, k=9))
            check = mod_37_36.calc_check_digit(body)
            if check in _REFERENCE_ALPHABET:
                return f"T-{body}{check}"

    def crowd(self, count: int) -> None:
        """Other customers, every third of which waits for a wire of an everyday amount."""
        for at in range(count):
            customer = self.customer()
            if at % 3 == 0:
                told = customer.names[0] if at % 2 else ""
                self.top_up(customer, purse=self.rng.choice(["voice", "sms"]), announced_by=told)
