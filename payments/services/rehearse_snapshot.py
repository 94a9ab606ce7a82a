"""What a gateway's answer would change, found out by doing it and taking it back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from accounts.models import Notification
from billing.models import Posting, PromoEntry
from billing.selectors.account_balance import account_balance
from commpeak.lib.money import Money
from payments.gateways.base import Snapshot
from payments.models import Payment, PaymentEvent
from payments.selectors.may_be_taken import may_be_taken
from payments.services.merge_snapshot import merge_snapshot
from payments.services.note_agreement import note_agreement
from payments.states import State


@dataclass(frozen=True, slots=True)
class RehearsedPosting:
    """`amount` on one ledger account, with the ledger's sign, and what that holds around it."""

    kind: str
    source: str
    account: str
    amount: Money
    before: Money
    after: Money


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """All that would be written and can be seen from outside; empty lists are "nothing".

    `history` are the payment's new lines, `told` the subjects of what the customer would be
    told. `takes_money`: the payer has agreed, and the gateway would then be asked for it."""

    payment: Payment
    state_before: State
    state_after: State
    postings: list[RehearsedPosting]
    history: list[str]
    told: list[str]
    takes_money: bool

    @property
    def is_nothing(self) -> bool:
        moves = self.state_before != self.state_after
        return not (moves or self.postings or self.history or self.told or self.takes_money)


@transaction.atomic(durable=True)
def rehearse_snapshot(
    *,
    payment_id: int,
    snapshot: Snapshot,
    asked_at: datetime,
    agreed_at: datetime | None,
    now: datetime,
) -> Rehearsal:
    """Runs the settle path itself, so that it cannot tell something else than that would do.

    Facts, entries, state, promo bonus and messages are written, checked by every constraint of
    the ledger, read, and rolled back: nothing stays but gaps in the sequences of ids, and no
    worker is woken. The payment's row is locked meanwhile, as by apply_snapshot. `agreed_at`
    is as in sync_payment.
    """
    before = Payment.objects.select_for_update().get(pk=payment_id)
    known = set(before.facts.values_list("pk", flat=True))
    last_event = before.events.order_by("-pk").values_list("pk", flat=True).first() or 0
    if agreed_at:
        note_agreement(payment_id=payment_id, agreed_at=agreed_at)
    payment = merge_snapshot(
        payment_id=payment_id,
        snapshot=snapshot,
        asked_at=asked_at,
        source=PaymentEvent.Source.STAFF,
        now=now,
    )
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    rehearsal = Rehearsal(
        payment=payment,
        state_before=State(before.state),
        state_after=State(payment.state),
        postings=_postings(_new_entries(payment, known, now)),
        history=list(
            payment.events.filter(pk__gt=last_event)
            .exclude(detail="")
            .values_list("detail", flat=True)
        ),
        told=list(
            Notification.objects.filter(customer=payment.top_up.customer, created_at=now)
            .order_by("pk")
            .values_list("title", flat=True)
        ),
        takes_money=snapshot.awaits_capture and may_be_taken(payment_id=payment_id),
    )
    transaction.set_rollback(True)
    return rehearsal


def _new_entries(payment: Payment, known_facts: set[int], now: datetime) -> list[int]:
    """Of this payment's new facts and of its bonus, in the order of posting. Not just the newest
    of the journal: others post at the same time."""
    of_facts = payment.facts.exclude(pk__in=known_facts).exclude(entry=None)
    of_bonus = PromoEntry.objects.filter(
        redemption__source=payment.top_up.reference, created_at=now
    )
    return sorted(
        {*of_facts.values_list("entry", flat=True), *of_bonus.values_list("entry", flat=True)}
    )


def _postings(entries: list[int]) -> list[RehearsedPosting]:
    """Told backwards from what each account holds at the end, then turned round."""
    holds: dict[int, Money] = {}
    told = []
    postings = Posting.objects.filter(entry__in=entries).select_related("entry", "account")
    for posting in postings.order_by("-entry", "-line"):
        amount = Money(posting.amount, posting.currency)
        after = holds.get(posting.account_id)
        if after is None:
            after = account_balance(posting.account)
        holds[posting.account_id] = after - amount
        told.append(
            RehearsedPosting(
                kind=posting.entry.get_kind_display(),
                source=posting.entry.source,
                account=posting.account.code,
                amount=amount,
                before=after - amount,
                after=after,
            )
        )
    return told[::-1]
