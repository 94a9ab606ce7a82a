"""Which of our bank accounts a statement is of."""

from django.db.models import Q

from payments.models import BankAccount


def bank_account_of(*, account: str, currency: str) -> BankAccount | None:
    """By IBAN or by the bank's own number, with the bank's in front of it or not. One query.

    `account` is in capitals without spaces; an account kept in another currency is another one.
    """
    number = Q(iban=account) | Q(account_number=account)
    ours = BankAccount.objects.filter(currency=currency)
    found = ours.filter(number).order_by("-is_active", "-pk").first()
    if found or "/" not in account:
        return found
    bank, _slash, own = account.partition("/")
    return (
        ours.filter(routing_number=bank, account_number=own).order_by("-is_active", "-pk").first()
    )
