"""manage.py simulate_usage: a switch that makes believable traffic through the API."""

from __future__ import annotations

import secrets
import time
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import requests
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db.models import Q

from accounts.models import Customer
from billing.api.events import EVENTS_MAX
from billing.models import AccountKind, LedgerAccount, Switch, SwitchToken
from billing.services.issue_switch_token import issue_switch_token
from billing.services.revoke_switch_token import revoke_switch_token
from billing.simulated_usage import Caller, Traffic
from commpeak.lib.clock import utc_now

NAME = "Simulated switch"
CALLERS_MAX = 500
TICK_SECONDS = 1
ANSWER_SECONDS_MAX = 10


class Command(BaseCommand):
    help = "Makes calls and messages of customers, more by day than by night, through the API."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--customers",
            default="",
            help="account numbers or e-mail addresses, separated by commas; all without it",
        )
        parser.add_argument("--rate", type=float, default=5, help="events a minute, when busiest")
        parser.add_argument("--seconds", type=float, default=0, help="how long; 0: until Ctrl-C")
        parser.add_argument("--once", action="store_true", help="one minute's traffic, at once")
        parser.add_argument("--seed", type=int, help="the same seed makes the same traffic")
        parser.add_argument("--leave", type=Decimal, default=Decimal(0), help="start no call below")
        parser.add_argument("--url", default=settings.SITE_URL, help="where the portal is")
        parser.add_argument("--token", default="", help="of a switch; made by itself with DEBUG on")

    def handle(self, *args: Any, **options: Any) -> None:
        seed = secrets.randbits(32) if options["seed"] is None else options["seed"]
        traffic = Traffic(
            callers=_callers(options["customers"]), per_minute=options["rate"], seed=seed
        )
        switch = _Switch(options["url"], options["token"] or _new_token(), options["leave"])
        try:
            for start, end in _ticks(once=options["once"], seconds=options["seconds"]):
                for line in switch.report(traffic.between(start, end)):
                    self.stdout.write(line)
        except KeyboardInterrupt:
            self.stdout.write("No more calls.")


def _ticks(*, once: bool, seconds: float) -> Iterator[tuple[datetime, datetime]]:
    start = now = utc_now()
    if once:
        yield now - timedelta(minutes=1), now
        return
    while not seconds or now - start < timedelta(seconds=seconds):
        time.sleep(TICK_SECONDS)
        before, now = now, utc_now()
        yield before, now


def _callers(wanted: str) -> list[Caller]:
    names = [name.strip() for name in wanted.split(",") if name.strip()]
    chosen = Q(account_number__in=names) | Q(members__email__in=names) if names else Q()
    found = Customer.objects.filter(chosen, ledger_accounts__isnull=False).distinct()
    customers = list(found.order_by("id")[:CALLERS_MAX])
    if not customers:
        raise CommandError(f"There is nobody who could call: {wanted or 'no customers yet'}")
    return [
        Caller(customer.account_number, customer.time_zone, _currencies(customer))
        for customer in customers
    ]


def _currencies(customer: Customer) -> dict[str, str]:
    accounts = LedgerAccount.objects.filter(customer=customer, kind=AccountKind.BALANCE)
    return {str(account.purse): account.currency for account in accounts}


def _new_token() -> str:
    """Of a switch of its own, whose older tokens end."""
    if not settings.DEBUG:
        raise CommandError("With DEBUG off, issue a token in the admin and give it by --token.")
    switch, _is_new = Switch.objects.get_or_create(name=NAME)
    for token in SwitchToken.objects.filter(switch=switch, revoked_at=None):
        revoke_switch_token(token_id=token.pk, now=utc_now())
    return issue_switch_token(switch=switch, scopes=tuple(SwitchToken.Scope), created_by=None)


class _Switch:
    """Asks before a call, reports after it, and keeps what could not be reported."""

    def __init__(self, url: str, token: str, leave: Decimal) -> None:
        self._api = f"{url.rstrip('/')}/api/v1"
        self._leave = leave
        self._unsent: list[dict[str, Any]] = []
        self._session = requests.Session()
        self._session.trust_env = False  # no proxy to our own portal
        self._session.headers["Authorization"] = f"Bearer {token}"

    def report(self, events: Iterable[dict[str, Any]]) -> Iterator[str]:
        """A line for each event. What fails is sent again next time, under the same ids."""
        try:
            self._unsent += self._started(events)
            while batch := self._unsent[:EVENTS_MAX]:
                answer = self._session.post(
                    f"{self._api}/usage", json={"events": batch}, timeout=ANSWER_SECONDS_MAX
                )
                answer.raise_for_status()
                del self._unsent[: len(batch)]
                yield from map(_line, batch, answer.json()["results"])
        except requests.RequestException as error:
            yield f"The portal did not take it, trying again: {type(error).__name__}"

    def _started(self, events: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        """Those that the balances allow, one after the other."""
        left: dict[tuple[str, str], Decimal] = {}
        for event in events:
            key = (event["account_number"], event["purse"])
            if key not in left:
                left |= self._left(event["account_number"])
            if (amount := Decimal(event["amount"])) <= left[key]:
                left[key] -= amount
                yield event

    def _left(self, account_number: str) -> dict[tuple[str, str], Decimal]:
        answer = self._session.get(
            f"{self._api}/balances/{account_number}", timeout=ANSWER_SECONDS_MAX
        )
        answer.raise_for_status()
        return {
            (account_number, balance["purse"]): Decimal(balance["available"]) - self._leave
            for balance in answer.json()["balances"]
        }


def _line(event: dict[str, Any], result: dict[str, Any]) -> str:
    verdict = result["verdict"] if not result["error"] else result["error"]["code"]
    price = f"{event['amount']} {event['currency']}"
    return f"{event['account_number']} {event['description']}: {price} {verdict}"
