"""Wires that have arrived, without a file: a statement line as a reader would have made it."""

from datetime import date
from uuid import uuid4

from accounts.models import User
from accounts.tests.builders import make_user
from billing.models import AccountKind, LedgerAccount
from billing.selectors.account_balance import account_balance
from billing.services.open_internal_account import open_internal_account
from commpeak.lib.clock import utc_now
from commpeak.lib.money import Money
from payments.models import (
    Allocation,
    BankAccount,
    Receipt,
    Statement,
    StatementLine,
    StatementUpload,
    TopUp,
)
from payments.services.credit_receipt import credit_receipt
from payments.services.decide_allocation import decide_allocation
from payments.services.post_receipts import post_receipts
from payments.services.return_receipt import return_receipt
from payments.services.undo_allocation import undo_allocation
from payments.statements.base import LineKind
from payments.tests.builders import usd
from payments.tests.wire_builders import make_bank_account

BOOKED = date(2026, 5, 4)


def bank_account(currency: str = "USD") -> BankAccount:
    return BankAccount.objects.filter(currency=currency).first() or make_bank_account(currency)


def make_statement(account: BankAccount | None = None, **fields) -> Statement:
    upload = StatementUpload.objects.create(
        name="statement.xml",
        stored_as=uuid4().hex,
        sha256="0" * 64,
        size_bytes=1,
        state=StatementUpload.State.POSTED,
        uploaded_by=make_user(is_staff=True),
        due_at=None,
    )
    account = account or bank_account()
    return Statement.objects.create(
        upload=upload, bank_account=account, currency=account.currency, **fields
    )


def make_line(
    money: Money | None = None, *, statement: Statement | None = None, **fields
) -> StatementLine:
    money = usd("100.00") if money is None else money
    statement = statement or make_statement(bank_account(money.currency))
    facts = {
        "ordinal": statement.lines.count() + 1,
        "file_line": 1,
        "kind": LineKind.CREDIT,
        "is_known": False,
        "is_credit": True,
        "row_key": f"{statement.bank_account.iban}:{uuid4().hex}",
        "amount": money.amount,
        "currency": money.currency,
        "booked_on": BOOKED,
        "payer_name": "ADA LOVELACE",
    }
    return StatementLine.objects.create(statement=statement, **(facts | fields))


def make_receipt(money: Money | None = None, **fields) -> Receipt:
    """A wire in suspense."""
    line = make_line(money, **fields)
    post_receipts(lines=[line], actor="clerk@example.com", now=utc_now())
    return Receipt.objects.get(line=line)


def credit(
    receipt: Receipt,
    top_up: TopUp,
    money: Money | None = None,
    *,
    actor: User | None = None,
    **how,
) -> Allocation:
    return credit_receipt(
        receipt_id=receipt.pk,
        top_up_id=top_up.pk,
        money=receipt.money if money is None else money,
        rate=how.get("rate"),
        actor=actor or make_user(is_staff=True),
        reason=how.get("reason", ""),
        request_key=how.get("request_key") or uuid4(),
        now=utc_now(),
    )


def suspense(currency: str = "USD") -> Money:
    return balance_on(AccountKind.SUSPENSE, currency)


def balance_on(kind: AccountKind, currency: str = "USD", name: str = "") -> Money:
    account_id = open_internal_account(kind=kind, currency=currency, name=name)
    return account_balance(LedgerAccount.objects.get(pk=account_id))


def undo(allocation: Allocation, reason: str = "Another Ada's") -> Allocation:
    return undo_allocation(
        allocation_id=allocation.pk, actor=make_user(is_staff=True), reason=reason, now=utc_now()
    )


def decide(allocation: Allocation, *, approve: bool = True, actor=None, reason: str = ""):
    return decide_allocation(
        allocation_id=allocation.pk,
        approve=approve,
        actor=actor or make_user(is_staff=True),
        reason=reason,
        now=utc_now(),
    )


def send_back(receipt: Receipt, money: Money, **how) -> Allocation:
    return return_receipt(
        receipt_id=receipt.pk,
        money=money,
        return_reference="OUT-77",
        actor=how.get("actor") or make_user(is_staff=True),
        reason="not a customer",
        request_key=uuid4(),
        now=utc_now(),
    )
