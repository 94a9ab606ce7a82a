"""What is known of a wire and of those who may have sent it, and what a match says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from commpeak.lib.money import Money


@dataclass(frozen=True, slots=True)
class Wire:
    """Money that arrived, as our bank tells it. Any of the texts may be empty."""

    money: Money
    booked_on: date
    payer_name: str = ""
    payer_account: str = ""
    reference: str = ""
    end_to_end_id: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Announcement:
    """What a customer told us: "I have sent the wire"."""

    payer_name: str
    money: Money
    sent_on: date


@dataclass(frozen=True, slots=True)
class ExpectedTopUp:
    """A top-up by wire, open or over. `name` is what people call it ("T-AB12…"); `number`
    counts the customer's top-ups and stands in the wire's reference. `is_paid` tells one that
    is over because its money came from one that was given up."""

    payment_id: int
    name: str
    account_number: str
    purse: str
    number: int
    money: Money
    is_open: bool
    announcement: Announcement | None = None
    is_paid: bool = False


@dataclass(frozen=True, slots=True)
class KnownCustomer:
    """`purses`: the currency of each balance, those without one left out. `names`: the
    company's and the people's names."""

    account_number: str
    names: tuple[str, ...]
    purses: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class KnownPayer:
    """An account whose wires were credited to a customer before."""

    payer_account: str
    account_number: str
    purse: str
    last_on: date


@dataclass(frozen=True, slots=True)
class Candidate:
    """Whose the wire may be. `payment_id` is None where no top-up is named: one is then made.

    `purse` is "" where nothing tells the balance. `reasons` are sentences for staff, the
    strongest first. `is_sure`: may be ticked beforehand, since nothing speaks against it.
    """

    account_number: str
    purse: str
    payment_id: int | None
    reasons: tuple[str, ...]
    is_sure: bool
    score: int
