"""What a manual entry would do to the books, before it is confirmed."""

from dataclasses import dataclass

from accounts.models import Customer
from billing.models import AccountKind, LedgerAccount, Purse
from billing.selectors.account_balance import account_balance
from billing.selectors.customer_account import customer_account
from commpeak.lib.money import Money


@dataclass(frozen=True, slots=True)
class EffectLine:
    """One ledger account: what it holds now, the posting, and what it holds then."""

    code: str
    before: Money
    change: Money

    @property
    def after(self) -> Money:
        return self.before + self.change


@dataclass(frozen=True, slots=True)
class ManualEntryEffect:
    """`covered`: the balance bears it within its credit limit; else it would be refused."""

    balance: EffectLine
    adjustment: EffectLine
    credit_limit: Money
    covered: bool

    @property
    def lines(self) -> list[EffectLine]:
        return [self.balance, self.adjustment]


def manual_entry_effect(*, customer: Customer, purse: Purse, money: Money) -> ManualEntryEffect:
    """Reads, locks nothing: the posting itself decides. Raises ValueError for another currency."""
    account = customer_account(customer=customer, purse=purse)
    code = f"{AccountKind.ADJUSTMENT}:{account.currency}"
    adjustment = LedgerAccount.objects.filter(code=code).first()
    held = account_balance(adjustment) if adjustment else Money.zero(account.currency)
    balance = EffectLine(account.code, account_balance(account), money)
    limit = Money(account.balance.credit_limit, account.currency)
    return ManualEntryEffect(
        balance=balance,
        adjustment=EffectLine(code, held, -money),
        credit_limit=limit,
        covered=money.amount > 0 or balance.after >= -limit,
    )
