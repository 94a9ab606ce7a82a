"""Whose money it is, as staff write it: a top-up, or a customer and a balance."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.models import Customer
from billing.models import Purse
from commpeak.lib.errors import InvalidInput
from commpeak.lib.ids import ACCOUNT_NUMBER_LENGTH
from commpeak.lib.money import Money
from payments.gateways.registry import INTO_OUR_BANK
from payments.gateways.wire.reference import WireReference, parse_reference
from payments.models import TopUp
from payments.selectors.top_up_currency import top_up_currency

_PURSES = {"v": Purse.VOICE, "voice": Purse.VOICE, "s": Purse.SMS, "sms": Purse.SMS}
SHOWN_MAX = 60


@dataclass(frozen=True, slots=True)
class Whose:
    """A balance of a customer, and the top-up by wire that the money is for, if there is one."""

    customer: Customer
    purse: Purse
    top_up: TopUp | None

    @property
    def text(self) -> str:
        """What whose_is reads again."""
        if self.top_up:
            return self.top_up.reference
        return f"{self.customer.account_number} {self.purse.value}"

    @property
    def currency(self) -> str | None:
        return top_up_currency(self.customer, self.purse)


@dataclass(frozen=True, slots=True)
class CreditOrder:
    """`money` is in the currency of the wire; `rate` in units of the balance's per unit of it,
    None where they are the same. `request_key` makes a second click the same order."""

    receipt_id: int
    whose: Whose
    money: Money
    rate: Decimal | None
    request_key: UUID


def whose_is(text: str) -> Whose:
    """Reads "T-2345…", "RF26 1234 5674 V3", "12345674 voice" or "12345674 S".

    Raises InvalidInput that says what cannot be found, and which words to add.
    """
    found = whose_are([text])[text]
    if isinstance(found, InvalidInput):
        raise found
    return found


def whose_are(texts: Iterable[str]) -> dict[str, Whose | InvalidInput]:
    """The same of many, by text; three queries for any number."""
    named = {text: _read(text) for text in texts}
    names = [name for name in named.values() if isinstance(name, str)]
    top_ups = {
        t.reference: t for t in TopUp.objects.filter(reference__in=names).select_related("customer")
    }
    numbers = {parts[0] for parts in named.values() if isinstance(parts, tuple)}
    numbers |= {one.account_number for one in named.values() if isinstance(one, WireReference)}
    customers = {c.account_number: c for c in Customer.objects.filter(account_number__in=numbers)}
    return {text: _found(text, name, top_ups, customers) for text, name in named.items()}


def _read(text: str) -> str | tuple[str, str] | WireReference:
    """A top-up's name, an account number with what follows it, or a wire's reference."""
    words = text.strip().split()
    try:
        return parse_reference("".join(words))
    except ValueError:
        pass
    if words and len(words[0]) == ACCOUNT_NUMBER_LENGTH and words[0].isdigit():
        return words[0], " ".join(words[1:]).lower()
    return "".join(words).upper()


def _found(
    text: str,
    name: str | tuple[str, str] | WireReference,
    top_ups: dict[str, TopUp],
    customers: dict[str, Customer],
) -> Whose | InvalidInput:
    if isinstance(name, tuple):
        return _by_number(*name, customers)
    top_up = top_ups.get(name) if isinstance(name, str) else _of_reference(name, customers)
    if top_up is None:
        return InvalidInput(
            _("There is no top-up “%(text)s”.") % {"text": text.strip()[:SHOWN_MAX]}
            if text.strip()
            else _("Enter a top-up, or an account number and the balance.")
        )
    if top_up.method not in INTO_OUR_BANK:
        return InvalidInput(
            _("Top-up %(name)s is not by wire. Enter the account number and the balance.")
            % {"name": top_up.reference}
        )
    return Whose(top_up.customer, top_up.purse_choice, top_up)


def _by_number(number: str, balance: str, customers: dict[str, Customer]) -> Whose | InvalidInput:
    customer, purse = customers.get(number), _PURSES.get(balance)
    if customer is None:
        return InvalidInput(_("There is no customer %(number)s.") % {"number": number})
    if purse is None:
        return InvalidInput(
            _("Add the balance: “%(number)s Voice” or “%(number)s SMS”.") % {"number": number}
        )
    return Whose(customer, purse, None)


def _of_reference(named: WireReference, customers: dict[str, Customer]) -> TopUp | None:
    customer = customers.get(named.account_number)
    if customer is None:
        return None
    top_ups = customer.top_ups.select_related("customer")
    return top_ups.filter(purse=named.purse, number=named.number).first()
