"""Lets the customer choose the currency of the SMS balance, once."""

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import Customer
from billing.models import LedgerAccount, Purse
from commpeak.lib.errors import InvalidInput, Refused


def choose_sms_currency(*, customer: Customer, currency: str) -> None:
    """Makes `currency` the SMS balance's own, before its first entry (article, step 4).

    The credit limit keeps its figure, now in the chosen currency. Choosing the same currency
    again changes nothing. Raises InvalidInput for a currency that is not offered, and Refused
    when another one was chosen before or the balance already has entries. Two who choose at
    once are served one after the other.
    """
    if currency not in settings.CURRENCIES:
        raise InvalidInput(_("Choose one of the currencies listed."), f"sms currency {currency!r}")
    with transaction.atomic():
        chosen = Customer.objects.select_for_update().get(pk=customer.pk).sms_currency
        if chosen not in ("", currency):
            raise Refused(
                _("The SMS currency is %(currency)s. It was chosen once and stays.")
                % {"currency": chosen},
                f"customer {customer.pk} asked for {currency} after {chosen}",
            )
        Customer.objects.filter(pk=customer.pk).update(sms_currency=currency)
        _move_accounts(customer, currency)
    customer.sms_currency = currency


def _move_accounts(customer: Customer, currency: str) -> None:
    accounts = LedgerAccount.objects.filter(customer=customer, purse=Purse.SMS)
    try:
        accounts.exclude(currency=currency).update(currency=currency)
    except IntegrityError as error:  # posting_is_in_its_accounts_currency
        raise Refused(
            _("The SMS balance has entries already, so its currency stays."), str(error)
        ) from error
