"""What staff read before they confirm: for the template admin/propose.html."""

from typing import Any

from django.utils.translation import gettext

from accounts.models import Customer
from billing.models import Balance, Purse
from billing.selectors.customer_account import customer_account
from billing.selectors.manual_entry_effect import manual_entry_effect
from billing.services.propose_credit_limit import second_person_for_limit
from billing.services.propose_manual_entry import needs_second_for
from commpeak.lib.clock import utc_now
from commpeak.lib.money import Money
from commpeak.lib.template_filters import money_text


def entry_preview(customer: Customer, typed: dict[str, Any]) -> dict[str, Any]:
    purse, money = Purse(typed["purse"]), typed["money"]
    account = customer_account(customer=customer, purse=purse)
    return {
        "effect": manual_entry_effect(customer=customer, purse=purse, money=money),
        "needs_second": needs_second_for(account=account, money=money, now=utc_now()),
    }


def limit_preview(customer: Customer, typed: dict[str, Any]) -> dict[str, Any]:
    balance = customer_account(customer=customer, purse=Purse(typed["purse"])).balance
    return {
        "words": limit_words(balance, typed["amount"]),
        "needs_second": second_person_for_limit(balance=balance, limit=typed["amount"]),
    }


def limit_words(balance: Balance, limit: Money) -> str:
    now = Money(balance.credit_limit, balance.currency)
    money = Money(balance.amount, balance.currency)
    return gettext(
        "The credit limit is %(now)s now and %(limit)s then; of paid credit %(before)s can be "
        "spent now and %(after)s then."
    ) % {
        "now": money_text(now),
        "limit": money_text(limit),
        "before": money_text(money + now),
        "after": money_text(money + limit),
    }
