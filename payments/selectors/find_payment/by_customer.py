"""Finds customers by account number or e-mail address, for staff."""

from django.utils.translation import gettext as _

from accounts.models import Customer, Membership, NotificationAddress
from payments.find_payment.typed import Typed
from payments.models import ConfirmedPayer
from payments.selectors.find_payment.found import FOUND_MAX, Finder, Found


def _numbers(typed: Typed) -> str:
    if not typed.account_numbers:
        return ""
    if len(typed.account_numbers) == 1:
        return _("account number %(number)s") % {"number": typed.account_numbers[0]}
    return _("an account number with one slip in it, %(count)s that may be meant") % {
        "count": len(typed.account_numbers)
    }


def _by_number(typed: Typed, whose: Customer | None) -> list[Found]:
    """One query."""
    named = Customer.objects.filter(account_number__in=typed.account_numbers).order_by("pk")
    is_sure = len(typed.account_numbers) == 1
    how = _("Account number") if is_sure else _("Account number, mended")
    return [Found(how, customer) for customer in named[:FOUND_MAX]]


def _addresses(typed: Typed) -> str:
    if not typed.emails:
        return ""
    emails = ", ".join(typed.emails)
    return _("%(emails)s as a login, a payer or an address for messages") % {"emails": emails}


def _by_address(typed: Typed, whose: Customer | None) -> list[Found]:
    """One query."""
    logins = Membership.objects.filter(user__email__in=typed.emails).values("customer")
    payers = ConfirmedPayer.objects.filter(email__in=typed.emails).values("customer")
    further = NotificationAddress.objects.filter(email__in=typed.emails).values("customer")
    named = Customer.objects.filter(pk__in=logins.union(payers, further)).order_by("pk")
    return [Found(_("E-mail address"), customer) for customer in named[:FOUND_MAX]]


BY_ACCOUNT_NUMBER = Finder(_numbers, _by_number, permission="accounts.view_customer")
BY_EMAIL = Finder(_addresses, _by_address, permission="accounts.view_customer")
