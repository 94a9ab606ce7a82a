"""Proves the books, whoever wrote them: no check here trusts a trigger or a constraint.

CHECKS maps a claim to what looks for its counter-examples: a sentence for each, naming the
entry or the account. Other apps add theirs when they start (payments: every settled payment
is credited once).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from django.db import connection, transaction

FAULTS_SHOWN_MAX = 20  # per claim; the first ones lead to the rest

Check = Callable[[], Iterable[str]]


@dataclass(frozen=True, slots=True)
class Finding:
    """A claim, and the first FAULTS_SHOWN_MAX sentences that contradict it."""

    claim: str
    faults: tuple[str, ...]


def verify_ledger() -> list[Finding]:
    """Runs every check on one snapshot of the database; reads all of the books.

    No faults in any finding is the proof. Joins the caller's transaction if there is one;
    then the snapshot is as good as that transaction's isolation.
    """
    is_outermost = not connection.in_atomic_block
    with transaction.atomic():
        if is_outermost:
            _freeze()
        return [
            Finding(claim, tuple(check())[:FAULTS_SHOWN_MAX]) for claim, check in CHECKS.items()
        ]


def _freeze() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")


def sql_check(path: Path) -> Check:
    """The check whose query is in the file at `path`: one sentence per row."""
    sql = path.read_text()

    def check() -> list[str]:
        with connection.cursor() as cursor:
            cursor.execute(sql)
            return [sentence for (sentence,) in cursor.fetchmany(FAULTS_SHOWN_MAX)]

    return check


def _query(name: str) -> Check:
    return sql_check(Path(__file__).parent / "verify_sql" / f"{name}.sql")


CHECKS: dict[str, Check] = {
    "every entry sums to zero in every currency": _query("entries_sum_to_zero"),
    "every entry has all its postings, at least two": _query("entries_are_whole"),
    "every entry is the one that was posted": _query("entries_are_unchanged"),
    "every posting is in its account's currency": _query("postings_match_accounts"),
    "every reversal mirrors its original": _query("reversals_mirror"),
    "every balance is the sum of its postings": _query("balances_are_sums"),
    "every balance moved posting by posting": _query("chains_are_unbroken"),
    "every snapshot is the sum it was cut at": _query("snapshots_are_sums"),
    "every bonus has its entry, and no other bonus": _query("bonuses_have_entries"),
    "every entry of a bonus belongs to a promo code's use": _query("bonus_entries_have_uses"),
    "every bonus is taken off by no more than it was": _query("bonuses_add_up"),
    "no promo credit is negative": _query("promo_credit_is_not_negative"),
    "every promo code counts its uses, within its limit": _query("promo_uses_are_counted"),
}
