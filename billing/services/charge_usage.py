"""Charges a batch of rated calls and messages: the bonus is spent first, then money."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from billing.models import AccountKind, EntryKind
from billing.selectors.charged_events import charged_events
from billing.services.lock_purses import PurseKey, PurseLeft, lock_purses
from billing.services.open_internal_account import open_internal_account
from billing.services.post_entries import ENTRIES_MAX, NewEntry, Verdict, post_entries
from billing.services.post_entry import Line
from billing.usage import Facts, Refusal, UsageEvent, UsageVerdict

# clocks of switches are a little ahead; more is a wrong time zone
AHEAD_MAX = timedelta(minutes=5)
_REFUSALS = {
    "balance_stays_within_its_credit_limit": Refusal.INSUFFICIENT_BALANCE,
    "source_stands_for_one_body": Refusal.ID_REUSED,
}


def charge_usage(*, events: Sequence[UsageEvent], actor: str, now: datetime) -> list[UsageVerdict]:
    """Charges each event on its own, in the order given; one verdict for each, in that order.

    An event's cost leaves the customer's promo credit as far as that goes, then the balance,
    within what is available (money, promo credit and credit limit together) unless it is
    `forced`. One refused event stops no other. All balances of the batch are locked before
    anything is decided, in the order of their ids, so that the split is right however many
    batches come at once.

    A source that was charged before is answered by the first entry when the event says the
    same, however its cost was split then, and by ID_REUSED when it does not. Refusals are
    not kept: a refused event that is sent again is judged anew. Joins the caller's atomic.
    Four queries, one more for each further pair of purse and currency. Raises ValueError
    above ENTRIES_MAX events.
    """
    if len(events) > ENTRIES_MAX:
        raise ValueError(f"a batch holds at most {ENTRIES_MAX} events, not {len(events)}")
    with transaction.atomic(savepoint=False):
        batch = _Batch(
            purses=lock_purses(keys={_key(event) for event in events}),
            told={
                source: _Told(charged.facts, charged.entry_id)
                for source, charged in charged_events(
                    sources=[event.source for event in events]
                ).items()
            },
            actor=actor,
            now=now,
        )
        decided = [batch.decide(event) for event in events]
        posted = post_entries(entries=batch.entries)
    return [_verdict(one, posted) for one in decided]


@dataclass(frozen=True, slots=True)
class _Told:
    """An event that is in the ledger, as `entry_id`, or in this batch, as entry `position`."""

    facts: Facts
    entry_id: int | None = None
    position: int = -1


@dataclass(frozen=True, slots=True)
class _Posting:
    """The verdict on an event is the ledger's on entry `position` of the batch."""

    position: int
    is_replay: bool = False


class _Batch:
    """Decides event by event, and gathers what is to be posted in `entries`."""

    def __init__(
        self,
        *,
        purses: Mapping[PurseKey, PurseLeft],
        told: dict[str, _Told],
        actor: str,
        now: datetime,
    ) -> None:
        self.entries: list[NewEntry] = []
        self._purses = purses
        self._told = told
        self._actor = actor
        self._latest = now + AHEAD_MAX
        self._earliest = now - timedelta(days=settings.USAGE_DAYS_MAX)
        self._revenue: dict[tuple[str, str], int] = {}

    def decide(self, event: UsageEvent) -> UsageVerdict | _Posting:
        if told := self._told.get(event.source):
            return self._again(event, told)
        purse = self._purses.get(_key(event))
        refusal = self._refusal(event, purse)
        if purse is None or refusal:
            return UsageVerdict(refusal=refusal)
        return self._charge(event, purse)

    def _again(self, event: UsageEvent, told: _Told) -> UsageVerdict | _Posting:
        if event.facts != told.facts:
            return UsageVerdict(refusal=Refusal.ID_REUSED)
        if told.entry_id is None:
            return _Posting(told.position, is_replay=True)
        return UsageVerdict(told.entry_id, is_replay=True)

    def _refusal(self, event: UsageEvent, purse: PurseLeft | None) -> Refusal | None:
        if purse is None:
            return Refusal.UNKNOWN_ACCOUNT
        if event.money.currency != purse.available.currency:
            return Refusal.WRONG_CURRENCY
        if refusal := self._refusal_of_facts(event):
            return refusal
        if not event.forced and event.money > purse.available:
            return Refusal.INSUFFICIENT_BALANCE
        return None

    def _refusal_of_facts(self, event: UsageEvent) -> Refusal | None:
        if event.money.amount <= 0:
            return Refusal.AMOUNT_NOT_POSITIVE
        if event.occurred_at > self._latest:
            return Refusal.IN_THE_FUTURE
        if event.occurred_at < self._earliest:
            return Refusal.TOO_OLD
        return None

    def _charge(self, event: UsageEvent, purse: PurseLeft) -> _Posting:
        position = len(self.entries)
        self._told[event.source] = _Told(event.facts, position=position)
        lines = [*purse.take(event.money), Line(self._revenue_id(event), event.money)]
        self.entries.append(
            NewEntry(
                source=event.source,
                kind=EntryKind.USAGE,
                lines=lines,
                occurred_at=event.occurred_at,
                actor=self._actor,
                memo=event.memo,
                forced=event.forced,
            )
        )
        return _Posting(position)

    def _revenue_id(self, event: UsageEvent) -> int:
        key = (event.purse, event.money.currency)
        if key not in self._revenue:
            self._revenue[key] = open_internal_account(
                kind=AccountKind.REVENUE, name=event.purse, currency=event.money.currency
            )
        return self._revenue[key]


def _key(event: UsageEvent) -> PurseKey:
    return (event.account_number, event.purse)


def _verdict(decided: UsageVerdict | _Posting, posted: Sequence[Verdict]) -> UsageVerdict:
    if isinstance(decided, UsageVerdict):
        return decided
    verdict = posted[decided.position]
    if verdict.is_refused:  # only what nobody could see before: see _REFUSALS
        return UsageVerdict(refusal=_REFUSALS[verdict.broken_constraint])
    return UsageVerdict(verdict.entry_id, decided.is_replay or verdict.is_replay)
