"""Reads a batch of rated events as a switch sends it: each event by itself, so that a bad one
stops no other."""

import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from django.utils.translation import gettext as _
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    WithJsonSchema,
)

from billing.api.errors import ApiError
from billing.models import Purse
from billing.usage import UsageEvent, usage_memo
from commpeak.lib.money import Money
from commpeak.lib.plain_text import one_line
from commpeak.lib.strict_json import strict_json

EVENTS_MAX = 1000
BODY_BYTES_MAX = 1024 * 1024  # a thousand events of the longest kind
DESCRIPTION_LENGTH_MAX = 200

_ID = r"^[!-~]{1,100}$"
AMOUNT_PATTERN = r"^[0-9]{1,6}(\.[0-9]{1,6})?$"
_DECIMAL = re.compile(r"(-?)([0-9]+)(?:\.([0-9]+))?")


def _time(value: object) -> datetime:
    if not isinstance(value, str):
        raise ValueError("not a text")
    at = datetime.fromisoformat(value)
    if at.tzinfo is None:
        raise ValueError("no time zone")
    try:
        return at.astimezone(UTC)
    except OverflowError as error:  # the first or the last day of the calendar
        raise ValueError("out of range") from error


def _description(text: str) -> str:
    """Tidied; asked of Unicode's tables only where it is not plain ASCII."""
    return text if text.isascii() and text.isprintable() else one_line(text)


class RatedEvent(BaseModel):
    """One call or message, rated."""

    model_config = ConfigDict(strict=True, extra="forbid")

    id: str = Field(
        pattern=_ID,
        description="The switch's own name for the event. Sending it again never charges twice.",
        examples=["call-8f14e45f"],
    )
    account_number: str = Field(pattern=r"^[0-9]{8}$", examples=["12345674"])
    purse: Literal["voice", "sms"]
    amount: str = Field(
        pattern=AMOUNT_PATTERN,
        description="What it costs: a positive decimal as text, at most six places.",
        examples=["0.0125"],
    )
    currency: str = Field(pattern=r"^[A-Z]{3}$", examples=["USD"])
    occurred_at: Annotated[
        datetime,
        BeforeValidator(_time),
        WithJsonSchema(
            {"type": "string", "format": "date-time", "examples": ["2026-03-02T12:00:00Z"]}
        ),
    ]
    description: Annotated[
        str,
        Field(max_length=DESCRIPTION_LENGTH_MAX, description="Shown on the customer's statement."),
        AfterValidator(_description),
    ] = ""
    quantity: int | None = Field(
        default=None, ge=1, le=1_000_000_000, description="Shown when more than 1, e.g. messages."
    )
    forced: bool = Field(
        default=False, description="It was made already: charge it beyond the credit limit."
    )


def read_batch(body: bytes) -> list[object]:
    """The events of `{"events": [...]}`, each unread. Raises ApiError for what is no batch."""
    batch = _json(body)
    events = batch.get("events") if isinstance(batch, dict) else None
    if not isinstance(events, list) or len(batch) != 1 or not events:
        raise ApiError(422, "invalid_batch", _('Send {"events": [...]} with 1 to 1000 events.'))
    if len(events) > EVENTS_MAX:
        raise ApiError(
            422,
            "too_many_events",
            _("A batch holds at most %(most)d events, not %(count)d.")
            % {"most": EVENTS_MAX, "count": len(events)},
        )
    return events


def read_event(raw: object, *, switch_id: int) -> UsageEvent | str:
    """The event, or the code that says what is wrong with it."""
    try:
        event = RatedEvent.model_validate(raw)
    except ValidationError as error:
        return _code(raw, error)
    return UsageEvent(
        source=f"usage:{switch_id}:{event.id}",
        account_number=event.account_number,
        purse=Purse(event.purse),
        money=Money(Decimal(event.amount), event.currency),
        occurred_at=event.occurred_at,
        memo=usage_memo(event.description, event.quantity),
        forced=event.forced,
    )


def readable_id(raw: object) -> str | None:
    """The id to answer to; None where there is none that could be told back."""
    found = raw.get("id") if isinstance(raw, dict) else None
    return found if isinstance(found, str) and re.fullmatch(_ID, found) else None


def _json(body: bytes) -> Any:
    try:
        return strict_json(body)
    except ValueError as error:
        raise ApiError(400, "invalid_json", _("The body is not JSON in UTF-8.")) from error


def _code(raw: object, error: ValidationError) -> str:
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    if not first["loc"]:
        return "invalid_event"
    if first["type"] == "extra_forbidden":
        return "unknown_field"
    field = str(first["loc"][0])
    value = raw.get(field) if isinstance(raw, dict) else None
    return _amount_code(value) if field == "amount" else f"invalid_{field}"


def _amount_code(value: object) -> str:
    """Which of the ways to write an amount wrongly it is."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return "amount_not_text"
    found = _DECIMAL.fullmatch(value) if isinstance(value, str) and value.isascii() else None
    if found is None:
        return "invalid_amount"
    if found[1]:
        return "amount_not_positive"
    return "amount_too_fine" if len(found[3] or "") > 6 else "amount_too_large"
