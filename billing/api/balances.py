"""GET /api/v1/balances/…: what a customer has, and whether a call may start."""

from decimal import Decimal

from django.http import HttpRequest
from ninja import Query, Router

from billing.api.auth import SwitchAuth
from billing.api.errors import ApiError
from billing.api.events import AMOUNT_PATTERN
from billing.api.schemas import (
    ERRORS,
    AuthorizeAnswer,
    BalancesAnswer,
    PurseBalance,
    PurseName,
    Reason,
)
from billing.api.words import event_words
from billing.models import Purse, SwitchToken
from billing.selectors.customer_balances import CustomerBalance
from billing.selectors.spending_by_number import Spending, spending_by_number
from billing.usage import Refusal
from commpeak.lib.currencies import LEDGER_PLACES
from commpeak.lib.ids import is_account_number
from commpeak.lib.money import Money

_NAMES: dict[Purse, PurseName] = {Purse.VOICE: "voice", Purse.SMS: "sms"}

router = Router(auth=SwitchAuth(SwitchToken.Scope.BALANCES_READ))


@router.get(
    "/balances/{account_number}",
    response={200: BalancesAnswer, **ERRORS},
    url_name="api-balances",
    operation_id="read_balances",
    summary="Read both balances",
)
def read_balances(request: HttpRequest, account_number: str) -> BalancesAnswer:
    """What can be spent from Voice and SMS, and what it is made of."""
    balances = _spending(account_number).balances
    return BalancesAnswer(account_number=account_number, balances=[_told(one) for one in balances])


@router.get(
    "/balances/{account_number}/authorize",
    response={200: AuthorizeAnswer, **ERRORS},
    url_name="api-authorize",
    operation_id="authorize_call",
    summary="May a call start?",
)
def authorize_call(
    request: HttpRequest,
    account_number: str,
    purse: PurseName,
    amount: str = Query(pattern=AMOUNT_PATTERN, examples=["0.50"]),  # type: ignore[type-arg]
) -> AuthorizeAnswer:
    """Whether `amount`, in the balance's own currency, is available. Nothing is reserved."""
    if Decimal(amount) == 0:
        raise ApiError(422, "amount_not_positive", event_words("amount_not_positive"))
    spending = _spending(account_number)
    balance = next(one for one in spending.balances if one.purse == purse)
    reason = _reason(spending, balance, Decimal(amount))
    return AuthorizeAnswer(
        allowed=reason is None,
        reason=reason,
        available=_text(balance.available),
        currency=balance.available.currency,
    )


def _spending(account_number: str) -> Spending:
    """Raises ApiError: 404 when nobody has the number."""
    if is_account_number(account_number):  # whatever else would only tease the database
        spending = spending_by_number(account_number)
        if spending.balances:
            return spending
    code = Refusal.UNKNOWN_ACCOUNT
    raise ApiError(404, code, event_words(code))


def _reason(spending: Spending, balance: CustomerBalance, amount: Decimal) -> Reason | None:
    """Blocked: nothing may be spent until what was taken back is made good (mission, section 3)."""
    available = balance.available.amount
    if spending.is_blocked or available < 0:
        return "blocked"
    return "insufficient_balance" if available < amount else None


def _told(balance: CustomerBalance) -> PurseBalance:
    return PurseBalance(
        purse=_NAMES[balance.purse],
        currency=balance.money.currency,
        available=_text(balance.available),
        paid=_text(balance.money),
        promo=_text(balance.promo),
        credit_limit=_text(balance.credit_limit),
    )


def _text(money: Money) -> str:
    return f"{money.amount:.{LEDGER_PLACES}f}"
