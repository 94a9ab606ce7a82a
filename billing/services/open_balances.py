"""Opens both balances of a new customer."""

from decimal import Decimal

from django.db import transaction

from accounts.models import Customer
from billing.models import AccountKind, Balance, LedgerAccount, Purse


def open_balances(*, customer: Customer, credit_limit: Decimal) -> None:
    """Opens Voice and SMS, each as a balance and a promo account, empty, with `credit_limit`.

    The limit is in units of the account currency (article: "a credit limit given at signup").
    SMS starts in the account currency until the customer chooses one, see
    choose_sms_currency. The database opens the balance row of each account.
    A second call opens nothing and leaves the limits as they are.
    """
    accounts = [
        _account(customer, purse, kind, prefix)
        for purse in Purse
        for kind, prefix in ((AccountKind.BALANCE, "customer"), (AccountKind.PROMO, "promo"))
    ]
    with transaction.atomic():
        if not _lock_and_find_open(customer):
            LedgerAccount.objects.bulk_create(accounts)
            Balance.objects.filter(
                account__customer=customer, account__kind=AccountKind.BALANCE
            ).update(credit_limit=credit_limit)


def _lock_and_find_open(customer: Customer) -> bool:
    """Whether the balances are there, decided while nobody else can open them."""
    Customer.objects.select_for_update().get(pk=customer.pk)
    return LedgerAccount.objects.filter(customer=customer).exists()


def _account(customer: Customer, purse: Purse, kind: AccountKind, prefix: str) -> LedgerAccount:
    return LedgerAccount(
        code=f"{prefix}:{customer.account_number}:{purse}",
        kind=kind,
        currency=customer.currency,
        customer=customer,
        purse=purse,
    )
