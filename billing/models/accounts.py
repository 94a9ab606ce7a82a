"""The chart of accounts."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Purse(models.TextChoices):
    """The two balances a customer keeps and tops up apart from each other."""

    VOICE = "voice", _("Voice")
    SMS = "sms", _("SMS")


class AccountKind(models.TextChoices):
    """What a ledger account stands for, and what a positive amount on it means."""

    BALANCE = "balance", _("Customer's balance")  # we owe the customer
    PROMO = "promo", _("Customer's promo credit")  # we owe the customer service, never cash
    CLEARING = "clearing", _("Money at a gateway")  # negative: the gateway holds it for us
    BANK = "bank", _("Money in our bank")  # negative: the bank holds it for us
    REVENUE = "revenue", _("Revenue")  # earned
    PROMO_EXPENSE = "promo_expense", _("Promo expense")  # negative: given away
    SUSPENSE = "suspense", _("Suspense")  # came in and belongs to nobody yet
    EXCHANGE = "exchange", _("Currency exchange")  # sold for another currency; the rest of a rate
    ADJUSTMENT = "adjustment", _("Adjustments by staff")  # negative: given to customers by hand


CUSTOMER_KINDS = (AccountKind.BALANCE, AccountKind.PROMO)


class LedgerAccount(models.Model):
    """One line of the chart of accounts, in one currency.

    `code` is what people and the printed books call it: `customer:12345678:voice`,
    `clearing:card:USD`. The database never lets code, kind, customer or purse change, and
    lets the currency change only until the first posting. Balances of internal accounts are
    not stored; see `billing.selectors.account_balance`.
    """

    code = models.CharField(_("code"), max_length=64)
    kind = models.CharField(_("kind"), max_length=16, choices=AccountKind.choices)
    currency = models.CharField(_("currency"), max_length=3)
    customer = models.ForeignKey(
        "accounts.Customer",
        verbose_name=_("customer"),
        on_delete=models.PROTECT,
        related_name="ledger_accounts",
        null=True,
        blank=True,
        db_index=False,  # the unique constraint below starts with it
    )
    purse = models.CharField(_("purse"), max_length=8, choices=Purse.choices, null=True, blank=True)

    class Meta:
        verbose_name = _("ledger account")
        verbose_name_plural = _("ledger accounts")
        constraints = [
            models.UniqueConstraint(fields=["code"], name="ledger_account_code_is_unique"),
            models.UniqueConstraint(
                fields=["customer", "purse", "kind"],
                name="customer_has_one_account_per_purse_and_kind",
            ),
            models.CheckConstraint(
                condition=Q(currency__regex=r"^[A-Z]{3}$"),
                name="ledger_account_currency_is_three_capitals",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=AccountKind.values), name="ledger_account_kind_is_known"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=CUSTOMER_KINDS, customer__isnull=False, purse__in=Purse.values)
                | (~Q(kind__in=CUSTOMER_KINDS) & Q(customer__isnull=True, purse__isnull=True)),
                name="customer_accounts_alone_have_customer_and_purse",
            ),
        ]

    def __str__(self) -> str:
        return self.code
