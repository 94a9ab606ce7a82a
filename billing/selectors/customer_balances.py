"""Both balances of a customer, for every page's header."""

from collections.abc import Iterable
from dataclasses import dataclass

from accounts.models import Customer
from billing.models import AccountKind, LedgerAccount, Purse
from commpeak.lib.money import Money


@dataclass(frozen=True, slots=True)
class CustomerBalance:
    """One purse. The customer sees `total` as one figure, and its two parts.

    `money` is what was paid and not spent (negative: owed to us), `promo` is bonus that is
    spent first and never paid out, `credit_limit` is how far below zero money may go, and
    `available` is what can still be spent.
    """

    purse: Purse
    account_id: int
    money: Money
    promo: Money
    credit_limit: Money

    @property
    def total(self) -> Money:
        return self.money + self.promo

    @property
    def available(self) -> Money:
        return self.total + self.credit_limit


def customer_balances(customer: Customer) -> list[CustomerBalance]:
    """Voice, then SMS; empty for a customer whose balances were never opened. One query."""
    accounts = LedgerAccount.objects.filter(customer=customer)
    return balances_from(accounts.select_related("balance"))


def balances_from(found: Iterable[LedgerAccount]) -> list[CustomerBalance]:
    """The same of one customer's accounts, read with their balances."""
    accounts = {(account.purse, account.kind): account for account in found}
    return [
        _balance(accounts[purse, AccountKind.BALANCE], accounts[purse, AccountKind.PROMO], purse)
        for purse in Purse
        if (purse, AccountKind.BALANCE) in accounts
    ]


def _balance(main: LedgerAccount, promo: LedgerAccount, purse: Purse) -> CustomerBalance:
    return CustomerBalance(
        purse=purse,
        account_id=main.pk,
        money=Money(main.balance.amount, main.currency),
        promo=Money(promo.balance.amount, promo.currency),
        credit_limit=Money(main.balance.credit_limit, main.currency),
    )
