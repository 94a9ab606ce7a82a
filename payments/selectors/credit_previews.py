"""What the ledger would look like after some credits, before anybody confirms them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from billing.models import LedgerAccount
from billing.selectors.customer_balances import balances_from
from commpeak.lib.money import Money
from commpeak.lib.template_filters import money_text
from payments.matching.exchange import at_rate
from payments.models import Receipt
from payments.selectors.whose import CreditOrder
from payments.selectors.wire_second_person import Alone, add_to, moved_alone, needs_second_for

Balances = dict[tuple[int, str], Money]


@dataclass(frozen=True, slots=True)
class CreditPreview:
    """`credited` is in the balance's currency. `problem` says why it would be refused, in words,
    or is "". `off_by` is what is credited less what was asked, None where that is the same."""

    order: CreditOrder
    receipt: Receipt
    credited: Money
    balance_before: Money
    balance_after: Money
    off_by: Money | None
    needs_second: bool
    problem: str


def credit_previews(orders: Sequence[CreditOrder]) -> list[CreditPreview]:
    """In the order given, each after the ones before it; three queries for any number."""
    receipts = Receipt.objects.select_related("line").in_bulk([one.receipt_id for one in orders])
    balances = _balances(orders)
    left = {pk: receipt.open_money for pk, receipt in receipts.items()}
    alone = moved_alone(receipts)
    return [
        _preview(order, receipts[order.receipt_id], balances, left, alone[order.receipt_id])
        for order in orders
    ]


def _balances(orders: Sequence[CreditOrder]) -> Balances:
    customers = {order.whose.customer.pk for order in orders}
    by_customer: dict[int, list[LedgerAccount]] = defaultdict(list)
    for account in LedgerAccount.objects.filter(customer__in=customers).select_related("balance"):
        by_customer[account.customer_id or 0].append(account)
    return {
        (customer_id, balance.purse.value): balance.money
        for customer_id, accounts in by_customer.items()
        for balance in balances_from(accounts)
    }


def _preview(
    order: CreditOrder,
    receipt: Receipt,
    balances: Balances,
    left: dict[int, Money],
    alone: Alone,
) -> CreditPreview:
    whose = order.whose
    key = whose.customer.pk, whose.purse.value
    problem = _problem(order, receipt, left[receipt.pk])
    before = balances[key]
    credited = Money(Decimal(0), before.currency) if problem else _credited(order)
    needs_second = needs_second_for(money=order.money, credited=credited, alone=alone)
    if not problem:
        left[receipt.pk] -= order.money
        if not needs_second:
            add_to(alone, order.money, credited)
    balances[key] = before + credited
    asked = whose.top_up.money if whose.top_up and not problem else credited
    return CreditPreview(
        order=order,
        receipt=receipt,
        credited=credited,
        balance_before=before,
        balance_after=balances[key],
        off_by=credited - asked if credited != asked else None,
        needs_second=needs_second,
        problem=problem,
    )


def _credited(order: CreditOrder) -> Money:
    if order.rate is None:
        return order.money
    return at_rate(order.money, order.rate, order.whose.currency or order.money.currency)


def _problem(order: CreditOrder, receipt: Receipt, left: Money) -> str:
    currency = order.whose.currency
    if currency is None:
        return _("The customer has not chosen the currency of this balance yet.")
    if (currency == receipt.currency) != (order.rate is None):
        return _(
            "The balance is kept in %(currency)s: open the wire and enter the bank's rate."
        ) % {"currency": currency}
    if order.money > left:
        return _("Only %(amount)s of this wire is left in suspense.") % {"amount": money_text(left)}
    return ""
