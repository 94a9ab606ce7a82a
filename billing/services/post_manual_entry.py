"""Posts a manual entry that is decided."""

from datetime import datetime

from billing.models import AccountKind, EntryKind, ManualEntry
from billing.services.open_internal_account import open_internal_account
from billing.services.post_entry import Line, post_entry


def post_manual_entry(*, decision: ManualEntry, actor: str, now: datetime) -> None:
    """Posts `decision` against the adjustment account and marks it DONE (unsaved).

    A debit obeys the credit limit: raises OverCreditLimit, and then the caller's atomic can
    only be rolled back. The source is the decision's own, so it is posted once.
    """
    adjustment_id = open_internal_account(kind=AccountKind.ADJUSTMENT, currency=decision.currency)
    money = decision.money
    posted = post_entry(
        source=f"manual:{decision.pk}",
        kind=EntryKind.ADJUSTMENT,
        lines=[Line(decision.account_id, money), Line(adjustment_id, -money)],
        occurred_at=now,
        actor=actor,
        memo=decision.reason,
    )
    decision.entry_id = posted.entry_id
    decision.stage = ManualEntry.Stage.DONE
