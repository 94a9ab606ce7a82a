"""Saves what a customer wants to be warned of."""

from datetime import datetime
from decimal import Decimal

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Customer
from billing.models import RUNWAY_DAYS_MAX, BalanceAlert, LedgerAccount, Purse
from billing.selectors.customer_account import customer_account
from billing.services.refresh_alert_mark import refresh_alert_mark
from commpeak.lib.errors import InvalidInput
from commpeak.lib.money import Money
from commpeak.lib.template_filters import money_text


def set_balance_alert(
    *,
    customer: Customer,
    purse: Purse,
    threshold: Money | None,
    runway_days: int | None,
    is_daily: bool,
    now: datetime,
) -> None:
    """Warns below `threshold`, or when the balance lasts `runway_days` more; None: does not.

    A balance that is low already is told by the next sweep, and a warning that does not hold
    any more is over with it. A second call changes nothing. Raises InvalidInput for a threshold
    that is not above zero, not in the balance's currency or more than a balance may hold, and
    for days outside 1 to RUNWAY_DAYS_MAX.
    """
    account = customer_account(customer=customer, purse=purse)
    if threshold is not None:
        _check_threshold(threshold, account)
    if runway_days is not None and not 1 <= runway_days <= RUNWAY_DAYS_MAX:
        raise InvalidInput(
            _("Choose 1 to %(most)d days.") % {"most": RUNWAY_DAYS_MAX}, f"runway {runway_days}"
        )
    with transaction.atomic():
        BalanceAlert.objects.update_or_create(
            balance_id=account.pk,
            defaults={
                "threshold": threshold.amount if threshold else None,
                "runway_days": runway_days,
                "is_daily": is_daily,
            },
        )
        refresh_alert_mark(account_id=account.pk, now=now)


def _check_threshold(threshold: Money, account: LedgerAccount) -> None:
    if threshold.currency != account.currency:
        raise InvalidInput(
            _("This balance is kept in %(currency)s.") % {"currency": account.currency}
        )
    if threshold <= Money.zero(account.currency):
        raise InvalidInput(_("The amount must be more than 0."))
    most = _most(account.currency)
    if most is not None and threshold > most:
        raise InvalidInput(
            _("A balance holds at most %(most)s: a warning below more would always be on.")
            % {"most": money_text(most)}
        )


def _most(currency: str) -> Money | None:
    limits: dict[str, Decimal] = settings.TOP_UP_LIMITS.get(currency, {})
    return Money(limits["balance_max"], currency) if limits else None
