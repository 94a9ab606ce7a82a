"""Writes one journal entry."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, connection, transaction

from billing.errors import broken_constraint, ledger_error
from billing.models import EntryKind
from commpeak.lib.money import Money

_POST = """
    SELECT posted_entry_id, is_replay
    FROM ledger_post(%s, %s, %s::bigint[], %s::text[], %s::numeric[], %s, %s, %s, %s, %s)
"""


@dataclass(frozen=True, slots=True)
class Line:
    """`money` on one ledger account: on a customer's balance, positive is what we owe them."""

    account_id: int
    money: Money


@dataclass(frozen=True, slots=True)
class PostedEntry:
    """`is_replay`: the source had been posted before, and this is the entry it stands for."""

    entry_id: int
    is_replay: bool


def post_entry(
    *,
    source: str,
    kind: EntryKind,
    lines: Sequence[Line],
    occurred_at: datetime,
    actor: str,
    memo: str = "",
    forced: bool = False,
    reverses_id: int | None = None,
) -> PostedEntry:
    """Posts `lines`, which sum to zero per currency, as one entry; joins the caller's atomic.

    `source` is the fact's own key ("card:pi_123"). Posting it again with the same kind, lines
    and `forced` posts nothing and returns the first entry, whoever asks and whenever.
    `forced` passes the credit limit, for kinds in FORCED_KINDS.

    Raises OverCreditLimit, SourceReused, AlreadyReversed, and IntegrityError for an entry that
    is no entry. After any of them the surrounding transaction can only be rolled back.
    Three round trips when it is outermost: BEGIN, SELECT, COMMIT.
    """
    body = sorted(lines, key=lambda line: line.account_id)
    try:
        with transaction.atomic(savepoint=False), connection.cursor() as cursor:
            cursor.execute(
                _POST,
                [
                    source,
                    kind,
                    [line.account_id for line in body],
                    [line.money.currency for line in body],
                    [line.money.amount for line in body],
                    occurred_at,
                    actor,
                    memo,
                    forced,
                    reverses_id,
                ],
            )
            entry_id, is_replay = cursor.fetchone()
    except IntegrityError as error:
        refusal = ledger_error(broken_constraint(error), str(error))
        if refusal is None:
            raise
        raise refusal from error
    return PostedEntry(entry_id, is_replay)
