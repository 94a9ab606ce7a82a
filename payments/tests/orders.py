"""Every order in which a gateway's answers may come, each of them any number of times (W2).

Walks from books to books and not from order to order. Where two beginnings have told the same
answers and left the same rows, whatever follows is the same, and is walked once: 500 orders of
five answers share some thirty books. An answer that comes again either leaves the books that
have been walked already, or leads to others, which then are walked like any.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence

from django.db import transaction

from payments.models import Payment
from payments.states import State
from payments.tests.builders import balance_of

BOOKS_MAX = 500  # books that never come to rest are a fault, not work for us
_DECIDES_NOTHING = {"next_poll_at"}

# state, why staff have to look, sources of the entries, balance
Outcome = tuple[State, str, tuple[str, ...], str]


def outcomes_of_every_order(payment: Payment, tell: Sequence[Callable[[], None]]) -> set[Outcome]:
    """How `payment` may stand once each answer was told at least once; one, if all is well.

    Each of `tell` merges one answer. The books are left as they were.
    """
    walked: set[tuple[frozenset[int], str]] = set()
    outcomes = set()

    def walk(told: frozenset[int]) -> None:
        books = (told, _books(payment))
        if books in walked:
            return
        walked.add(books)
        assert len(walked) <= BOOKS_MAX
        if len(told) == len(tell):
            outcomes.add(outcome_of(payment))
        for nth, tell_one in enumerate(tell):
            with forgotten_afterwards():
                tell_one()
                walk(told | {nth})

    walk(frozenset())
    return outcomes


def outcome_of(payment: Payment) -> Outcome:
    payment.refresh_from_db()
    facts = payment.facts.filter(entry__isnull=False)
    entries = tuple(sorted(facts.values_list("entry__source", flat=True)))
    balance = str(balance_of(payment.top_up.customer))
    return State(payment.state), payment.needs_review, entries, balance


@contextlib.contextmanager
def forgotten_afterwards() -> Iterator[None]:
    untouched = transaction.savepoint()
    yield
    transaction.savepoint_rollback(untouched)


def _books(payment: Payment) -> str:
    """Every row that merging an answer reads, in any order but without its own number."""
    [row] = Payment.objects.filter(pk=payment.pk).values()
    facts = payment.facts.values_list("kind", "object_id", "amount", "currency", "entry__source")
    return repr(
        [
            sorted((name, value) for name, value in row.items() if name not in _DECIDES_NOTHING),
            sorted(facts, key=repr),
            sorted(payment.declines.values_list("object_id", "kind")),
            sorted(payment.refunds.values_list("reference", "state")),
            payment.events.filter(from_state=State.PROCESSING).exists(),
            sorted(_said(payment)),
        ]
    )


def _said(payment: Payment) -> set[str]:
    """What the history has told, in whichever line."""
    details = payment.events.values_list("detail", flat=True)
    return {one for detail in details for one in detail.split("; ") if one}
