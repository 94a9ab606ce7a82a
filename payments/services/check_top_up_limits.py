"""Minimum, maximum, maximum balance and the ceiling of new customers, before any charge.

Once money has come it is always credited, whatever these say.
"""

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import Customer
from billing.models import Purse
from commpeak.lib.errors import Refused
from commpeak.lib.money import Money
from commpeak.lib.template_filters import money_text
from payments.selectors.top_up_ceilings import top_up_ceilings
from payments.selectors.top_up_limits import top_up_limits


def check_top_up_limits(*, customer: Customer, purse: Purse, money: Money, now: datetime) -> None:
    """Raises Refused that names the limit and the amount it would allow."""
    smallest = Money(top_up_limits(money.currency)["top_up_min"], money.currency)
    if money < smallest:
        raise Refused(_("The smallest top-up is %(amount)s.") % {"amount": money_text(smallest)})
    for ceiling in top_up_ceilings(
        customer=customer, purse=purse, currency=money.currency, now=now
    ):
        if money > ceiling.most:
            raise Refused(str(ceiling))
