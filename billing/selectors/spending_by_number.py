"""What a customer may spend, for the switch that asks before a call."""

from dataclasses import dataclass

from django.db.models import Exists, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from billing.models import FORCED_KINDS, EntryKind, LedgerAccount, Posting
from billing.selectors.customer_balances import CustomerBalance, balances_from

_TAKEN_BACK = [kind for kind in FORCED_KINDS if kind != EntryKind.USAGE]


@dataclass(frozen=True, slots=True)
class Spending:
    """Voice, then SMS. `is_blocked`: neither may be spent from, whatever it holds, since more was
    taken back from one of them than it can bear, and that is not made good yet."""

    balances: list[CustomerBalance]
    is_blocked: bool


def spending_by_number(account_number: str) -> Spending:
    """No balances when nobody has the number. One query.

    A balance that only calls already made have left below its limit blocks nothing but itself:
    the two are topped up and used up independently of each other.
    """
    accounts = LedgerAccount.objects.filter(customer__account_number=account_number)
    found = list(
        accounts.select_related("balance")
        .alias(lowest=-F("balance__credit_limit"))
        .alias(last_within=Coalesce(Subquery(_within_the_limit().values("pk")[:1]), 0))
        .annotate(owes=Exists(_taken_back_since()))
    )
    owing = {account.pk for account in found if account.owes}
    balances = balances_from(found)
    is_blocked = any(one.available.amount < 0 and one.account_id in owing for one in balances)
    return Spending(balances, is_blocked)


def _within_the_limit() -> QuerySet[Posting]:
    """Newest first: as a rule that is the newest posting, which the index gives at once."""
    within = Posting.objects.filter(account=OuterRef("pk"), balance_after__gte=OuterRef("lowest"))
    return within.order_by("-pk")


def _taken_back_since() -> QuerySet[Posting]:
    since = Posting.objects.filter(account=OuterRef("pk"), pk__gt=OuterRef("last_within"))
    return since.filter(entry__kind__in=_TAKEN_BACK, amount__lt=0)
