"""Undoes a journal entry by another one, line by line."""

from datetime import datetime

from django.utils.translation import gettext as _

from billing.models import EntryKind, JournalEntry, Posting
from billing.services.post_entry import Line, PostedEntry, post_entry
from commpeak.lib.errors import InvalidInput
from commpeak.lib.money import Money

REASON_LENGTH_MAX = 300


def post_reversal(*, entry_id: int, actor: str, reason: str, now: datetime) -> PostedEntry:
    """Posts the mirror of `entry_id` with `reason` as its memo; forced past credit limits.

    For services that know what stands on the entry; staff press reverse_entry. The original
    stays: nothing in the ledger is ever deleted. A second call posts nothing and returns the
    first reversal. Raises InvalidInput without a reason, JournalEntry.DoesNotExist.
    """
    if not 0 < len(reason.strip()) <= REASON_LENGTH_MAX:
        raise InvalidInput(
            _("Say why, in at most %(most)d characters.") % {"most": REASON_LENGTH_MAX}
        )
    original = JournalEntry.objects.prefetch_related("postings").get(pk=entry_id)
    return post_entry(
        source=f"reversal:{entry_id}",
        kind=EntryKind.REVERSAL,
        lines=[_mirror(posting) for posting in original.postings.all()],
        occurred_at=now,
        actor=actor,
        memo=reason.strip(),
        forced=True,
        reverses_id=entry_id,
    )


def _mirror(posting: Posting) -> Line:
    return Line(posting.account_id, Money(-posting.amount, posting.currency))
