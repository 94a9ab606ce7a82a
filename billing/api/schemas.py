"""The shapes of the API's answers. Amounts are texts with six decimal places, never floats."""

from typing import Any, Literal

from pydantic import BaseModel, Field

PurseName = Literal["voice", "sms"]
Reason = Literal["insufficient_balance", "blocked"]
_AMOUNT = Field(pattern=r"^-?[0-9]+\.[0-9]{6}$", examples=["12.500000"])


class ErrorBody(BaseModel):
    code: str
    message: str


class ErrorAnswer(BaseModel):
    """Every error of the API. `code` stays; `message` is for people and may change."""

    error: ErrorBody


class EventResult(BaseModel):
    id: str | None = Field(description="As it was sent; null when it was no id.")
    verdict: Literal["charged", "refused", "conflict", "invalid"]
    entry: int | None = Field(description="The journal entry of a charge.")
    replay: bool = Field(description="It had been charged before.")
    error: ErrorBody | None


class UsageAnswer(BaseModel):
    results: list[EventResult]


class PurseBalance(BaseModel):
    """`available` = `paid` + `promo` + `credit_limit`."""

    purse: PurseName
    currency: str
    available: str = _AMOUNT
    paid: str = _AMOUNT
    promo: str = _AMOUNT
    credit_limit: str = _AMOUNT


class BalancesAnswer(BaseModel):
    account_number: str
    balances: list[PurseBalance]


class AuthorizeAnswer(BaseModel):
    """`reason` says why not: "insufficient_balance", or "blocked" while this balance is below its
    credit limit, or more was taken back from either (a refund, a chargeback) than it can bear."""

    allowed: bool
    reason: Reason | None
    available: str = _AMOUNT
    currency: str


ERRORS: dict[Any, Any] = {(400, 401, 403, 404, 405, 413, 422, 500, 503): ErrorAnswer}
