"""Staff change how far below zero a balance may go."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Customer, User
from accounts.selectors.needs_second_person import needs_second_person
from billing.models import Balance, CreditLimitChange, Purse
from billing.selectors.customer_account import customer_account
from commpeak.lib.errors import Conflict, InvalidInput
from commpeak.lib.money import Money


@transaction.atomic
def propose_credit_limit(
    *,
    customer: Customer,
    purse: Purse,
    limit: Money,
    reason: str,
    proposed_by: User,
    request_key: UUID,
    now: datetime,
) -> CreditLimitChange:
    """Sets the credit limit to `limit` at once, or lets it wait for a second person.

    It waits when it is raised above SECOND_PERSON_ABOVE. A limit under what is owed already is
    allowed: nothing more can be spent then. A second call with the same `request_key` changes
    nothing and returns the first one.

    Raises InvalidInput for a negative limit, another currency, the limit that holds already or
    no reason; Conflict when a change of this limit waits already.
    """
    account = customer_account(customer=customer, purse=purse)
    balance = Balance.objects.select_for_update(no_key=True).get(pk=account.pk)
    first = CreditLimitChange.objects.filter(request_key=request_key).first()
    if first:
        return first
    _check(limit, balance, reason)
    change = CreditLimitChange.objects.create(
        account=account,
        before=balance.credit_limit,
        after=limit.amount,
        currency=limit.currency,
        stage=CreditLimitChange.Stage.WAITING,
        needs_second=second_person_for_limit(balance=balance, limit=limit),
        proposed_by=proposed_by,
        proposed_at=now,
        reason=reason.strip(),
        request_key=request_key,
    )
    if not change.needs_second:
        Balance.objects.filter(pk=account.pk).update(credit_limit=limit.amount)
        change.stage = CreditLimitChange.Stage.DONE
        change.save(update_fields=["stage"])
    return change


def second_person_for_limit(*, balance: Balance, limit: Money) -> bool:
    """Whether somebody else has to approve `limit`: it is higher than now, and a high one."""
    return limit.amount > balance.credit_limit and needs_second_person(limit)


def _check(limit: Money, balance: Balance, reason: str) -> None:
    """The balance is locked, so nobody begins another change meanwhile."""
    if limit.currency != balance.currency:
        raise InvalidInput(
            _("This balance is kept in %(currency)s.") % {"currency": balance.currency}
        )
    if limit.amount < 0 or not limit.is_payable:
        raise InvalidInput(_("A credit limit is 0 or more."), f"credit limit {limit}")
    if limit.amount == balance.credit_limit:
        raise InvalidInput(_("This is the limit already."))
    if not reason.strip():
        raise InvalidInput(_("Say why."))
    waiting = CreditLimitChange.Stage.WAITING
    if CreditLimitChange.objects.filter(account_id=balance.pk, stage=waiting).exists():
        raise Conflict(_("A change of this limit waits already for a second person."))
