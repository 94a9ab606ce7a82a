"""The demo's wires: some that name their top-up, and some that give a clerk something to do.

exact             the reference, as the bank's form took it
by hand           the same in small letters, with spaces, in the text
large             above the limit of one person
for both          one wire for Voice and SMS, to be split
mistyped          an account number with two digits swapped
nobody's          a payer whom nobody knows: to be sent back
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import NAMESPACE_URL, UUID, uuid5

import requests

from accounts.models import Customer
from billing.models import Purse
from billing.services.open_balances import open_balances
from commpeak.lib.money import Money
from payments.gateways.wire.reference import grouped
from payments.models import TopUp
from payments.selectors.bank_account_for import bank_account_for
from payments.selectors.wire_instructions import wire_reference
from payments.services.open_wire_top_up import open_wire_top_up

CURRENCY = "USD"
TIMEOUT_SECONDS = 5


@dataclass(frozen=True, slots=True)
class DemoWire:
    name: str
    amount: str
    payer_name: str
    reference: str = ""
    text: str = ""


def send_demo_wires(*, bank_url: str, now: datetime) -> int:
    """Has the sandbox's bank book them; returns how many. The customers who wait for them are
    opened at the first call, and the same wires are sent again by every later one: the bank
    forgets when it ends, the portal does not, and knows them by their ids."""
    account = bank_account_for(CURRENCY)
    if account is None:
        return 0
    wires = _wires(now)
    for wire in wires:
        answer = requests.post(
            f"{bank_url}/sandbox/bank/wires",
            data={
                "account": account.iban or account.account_number,
                "currency": CURRENCY,
                "amount": wire.amount,
                "payer_name": wire.payer_name,
                "reference": wire.reference,
                "text": wire.text,
                "bank_id": f"DEMO{_key(wire.name).hex[:12].upper()}",
                "booked_on": f"{_first_day(now):%Y-%m-%d}",
            },
            timeout=TIMEOUT_SECONDS,
            allow_redirects=False,
        )
        answer.raise_for_status()
    return len(wires)


def _wires(now: datetime) -> list[DemoWire]:
    exact = _top_up("Northwind Traders", Purse.VOICE, "250.00", now)
    by_hand = _top_up("Olena Kovalenko", Purse.VOICE, "120.00", now)
    large = _top_up("Baltic Calls", Purse.VOICE, "1500.00", now)
    both = _top_up("Harbour Hotels", Purse.VOICE, "60.00", now)
    _top_up("Harbour Hotels", Purse.SMS, "40.00", now)
    return [
        DemoWire("exact", "250.00", "NORTHWIND TRADERS LTD", wire_reference(exact)),
        DemoWire(
            "by hand",
            "120.00",
            "KOVALENKO O.",
            text=f"voice credit {grouped(wire_reference(by_hand)).lower()} thank you",
        ),
        DemoWire("large", "1500.00", "BALTIC CALLS OU", wire_reference(large)),
        DemoWire(
            "for both",
            "100.00",
            "HARBOUR HOTELS",
            text=f"account {both.customer.account_number} 60 voice and 40 sms",
        ),
        DemoWire("mistyped", "75.00", "O KOVALENKO", text=_swapped(by_hand)),
        DemoWire("nobody's", "33.00", "SMITH M", text="happy birthday"),
    ]


def _top_up(name: str, purse: Purse, amount: str, now: datetime) -> TopUp:
    customer = Customer.objects.filter(name=name).first()
    if customer is None:
        customer = Customer.objects.create(name=name, currency=CURRENCY, sms_currency=CURRENCY)
        open_balances(customer=customer, credit_limit=Decimal(0))
    return open_wire_top_up(
        customer=customer,
        purse=purse,
        money=Money(Decimal(amount), CURRENCY),
        request_key=_key(f"{name} {purse}"),
        now=now,
    )


def _swapped(top_up: TopUp) -> str:
    """The account number with two digits swapped that differ."""
    number = top_up.customer.account_number
    at = next(at for at in range(1, 7) if number[at] != number[at + 1])
    return f"acct {number[:at]}{number[at + 1]}{number[at]}{number[at + 2 :]}"


def _first_day(now: datetime) -> datetime:
    """The day on which the demo's database was made: later starts tell of the same wires."""
    first = TopUp.objects.filter(request_key=_key(f"Northwind Traders {Purse.VOICE}")).first()
    return first.created_at if first else now


def _key(name: str) -> UUID:
    return uuid5(NAMESPACE_URL, f"demo wire {name}")
