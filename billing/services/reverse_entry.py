"""What staff press in the ledger: this entry was wrong. Refused where there is another way back."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db.models import Sum
from django.db.models.functions import Abs
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.selectors.needs_second_person import needs_second_person
from billing.models import EntryKind, JournalEntry, Posting
from billing.services.post_entry import PostedEntry
from billing.services.post_reversal import post_reversal
from billing.services.propose_manual_entry import ADDED_UP_FOR
from commpeak.lib.errors import Refused
from commpeak.lib.money import Money

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

_OF_A_REVERSAL = gettext_lazy(
    "This entry is itself a reversal. Record what really happened instead."
)
# what a bonus's own entries add up to decides what a refund takes back
_OF_A_BONUS = gettext_lazy(
    "A bonus follows its top-up: refund that one, and the bonus is taken back with it."
)
# what is left of a wire follows from what was done with it, not from the ledger
_OF_MONEY_IN_SUSPENSE = gettext_lazy(
    "This money has come and waits for its owner: credit it or send it back on the wire's page, "
    "or refund it on the payment's."
)
_OF_A_WIRE = gettext_lazy("Undo it on the wire's page, so that the wire is open again.")
_BY_HAND = gettext_lazy("Undo it on the page of the manual entry.")
_ANOTHER_WAY: dict[str, StrOrPromise] = {
    EntryKind.REVERSAL: _OF_A_REVERSAL,
    EntryKind.PROMO: _OF_A_BONUS,
    EntryKind.PROMO_EXPIRED: _OF_A_BONUS,
    EntryKind.PROMO_TAKEN_BACK: _OF_A_BONUS,
    EntryKind.PROMO_GIVEN_BACK: _OF_A_BONUS,
    EntryKind.SUSPENSE: _OF_MONEY_IN_SUSPENSE,
    EntryKind.ASSIGNMENT: _OF_A_WIRE,
    EntryKind.RETURNED: _OF_A_WIRE,
    EntryKind.ADJUSTMENT: _BY_HAND,
}


def reverse_entry(*, entry_id: int, actor: str, reason: str, now: datetime) -> PostedEntry:
    """post_reversal, for an entry that nothing else can take back.

    Raises Refused for an entry of a kind that has another way back, and for one that moves more
    than SECOND_PERSON_ABOVE on a customer's account, with what was reversed there in the last 24
    hours, so that splitting helps nobody; and what post_reversal raises.
    """
    original = JournalEntry.objects.get(pk=entry_id)
    if another_way := _ANOTHER_WAY.get(original.kind):
        raise Refused(str(another_way))
    if _needs_second_person(original, now):
        raise Refused(
            _(
                "One person alone may not move so much. Use “Credit or debit” on the customer's "
                "page, which asks for a second person."
            )
        )
    return post_reversal(entry_id=entry_id, actor=actor, reason=reason, now=now)


def _needs_second_person(entry: JournalEntry, now: datetime) -> bool:
    of_customers = entry.postings.filter(account__customer__isnull=False)
    return any(
        needs_second_person(
            Money(abs(posting.amount) + _reversed_besides(posting, now), posting.currency)
        )
        for posting in of_customers
    )


def _reversed_besides(posting: Posting, now: datetime) -> Decimal:
    """On its account lately, by whatever reversals but one of its own entry."""
    reversals = Posting.objects.filter(
        account=posting.account_id,
        entry__kind=EntryKind.REVERSAL,
        entry__created_at__gt=now - ADDED_UP_FOR,
    ).exclude(entry__reverses=posting.entry_id)
    return reversals.aggregate(total=Sum(Abs("amount")))["total"] or Decimal(0)
