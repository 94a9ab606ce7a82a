"""Staff credit or debit a customer's balance by hand."""

from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.db.models import Sum
from django.db.models.functions import Abs
from django.utils.translation import gettext as _

from accounts.models import Customer, User
from accounts.selectors.needs_second_person import needs_second_person
from billing.models import Balance, LedgerAccount, ManualEntry, Purse
from billing.selectors.customer_account import customer_account
from billing.services.post_manual_entry import post_manual_entry
from commpeak.lib.errors import InvalidInput
from commpeak.lib.money import Money

# Small entries on one balance add up for so long: splitting a large one avoids nobody's eyes.
ADDED_UP_FOR = timedelta(hours=24)


@transaction.atomic
def propose_manual_entry(
    *,
    customer: Customer,
    purse: Purse,
    money: Money,
    reason: str,
    proposed_by: User,
    request_key: UUID,
    now: datetime,
) -> ManualEntry:
    """Posts `money` (positive: we owe the customer more) at once, or lets it wait.

    It waits for a second person when it is above SECOND_PERSON_ABOVE, together with what was
    posted by hand on this balance within 24 hours without one. `reason` becomes the entry's
    memo, which the customer reads. A second call with the same `request_key` proposes and
    posts nothing and returns the first one.

    Raises InvalidInput for an amount of zero, finer than the currency or in another one, and
    without a reason; OverCreditLimit for a debit that the balance does not cover.
    """
    account = customer_account(customer=customer, purse=purse)
    _check(money, account, reason)
    Balance.objects.select_for_update(no_key=True).get(pk=account.pk)
    decision, is_new = ManualEntry.objects.get_or_create(
        request_key=request_key,
        defaults={
            "account": account,
            "amount": money.amount,
            "currency": money.currency,
            "stage": ManualEntry.Stage.WAITING,
            "needs_second": needs_second_for(account=account, money=money, now=now),
            "proposed_by": proposed_by,
            "proposed_at": now,
            "reason": reason.strip(),
        },
    )
    if is_new and not decision.needs_second:
        post_manual_entry(decision=decision, actor=str(proposed_by), now=now)
        decision.save(update_fields=["stage", "entry"])
    return decision


def needs_second_for(*, account: LedgerAccount, money: Money, now: datetime) -> bool:
    """Whether a second person is needed for `money` on this balance now."""
    alone = ManualEntry.objects.filter(
        account=account, needs_second=False, proposed_at__gt=now - ADDED_UP_FOR
    ).aggregate(total=Sum(Abs("amount")))["total"] or Decimal(0)
    return needs_second_person(Money(abs(money.amount) + alone, money.currency))


def _check(money: Money, account: LedgerAccount, reason: str) -> None:
    if money.currency != account.currency:
        raise InvalidInput(
            _("This balance is kept in %(currency)s.") % {"currency": account.currency}
        )
    if not money or not money.is_payable:
        raise InvalidInput(_("Enter an amount that can be paid, other than 0."), f"manual {money}")
    if not reason.strip():
        raise InvalidInput(_("Say why."))
