"""POST /api/v1/usage: charges what was used."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Router
from pydantic_core import to_json

from billing.api.auth import SwitchAuth
from billing.api.errors import ApiError
from billing.api.events import (
    BODY_BYTES_MAX,
    EVENTS_MAX,
    RatedEvent,
    read_batch,
    read_event,
    readable_id,
)
from billing.api.schemas import ERRORS, UsageAnswer
from billing.api.words import event_words
from billing.models import SwitchToken
from billing.services.charge_usage import charge_usage
from billing.usage import Refusal, UsageEvent, UsageVerdict
from commpeak.lib.clock import utc_now
from commpeak.lib.logs import log

router = Router()
_BATCH = {
    "type": "object",
    "additionalProperties": False,
    "required": ["events"],
    "properties": {
        "events": {
            "type": "array",
            "minItems": 1,
            "maxItems": EVENTS_MAX,
            "items": RatedEvent.model_json_schema(),
        }
    },
}
_VERDICTS: dict[str, str] = {Refusal.INSUFFICIENT_BALANCE: "refused", Refusal.ID_REUSED: "conflict"}


@router.post(
    "/usage",
    auth=SwitchAuth(SwitchToken.Scope.USAGE_WRITE),
    response={200: UsageAnswer, **ERRORS},
    url_name="api-usage",
    operation_id="report_usage",
    summary="Report usage",
    openapi_extra={
        "requestBody": {"required": True, "content": {"application/json": {"schema": _BATCH}}}
    },
)
def report_usage(request: HttpRequest) -> HttpResponse:
    """Charges up to 1,000 rated events and answers one verdict for each, in the same order.

    **charged**: it is in the books, by this request or (`replay`) by an earlier one.
    **refused**: the balance does not cover it. Sent again, it is judged anew.
    **conflict**: the id stands for an event with other facts, which stays charged.
    **invalid**: it cannot be charged as it was told; `error` says what is wrong.

    Sending a whole batch again after a lost answer is always safe.
    """
    token: SwitchToken = request.auth  # type: ignore[attr-defined]
    raw = read_batch(_body(request))
    read = [read_event(one, switch_id=token.switch_id) for one in raw]
    verdicts = iter(
        charge_usage(
            events=[one for one in read if isinstance(one, UsageEvent)],
            actor=f"switch {token.switch.name}",
            now=utc_now(),
        )
    )
    results = [
        _result(one, next(verdicts) if isinstance(event, UsageEvent) else event)
        for one, event in zip(raw, read, strict=True)
    ]
    _log(token, results)
    return HttpResponse(to_json({"results": results}), content_type="application/json")


def _body(request: HttpRequest) -> bytes:
    body = request.read(BODY_BYTES_MAX + 1)
    if len(body) > BODY_BYTES_MAX:
        raise ApiError(413, "body_too_large", _("The body may have 1 MB. Send smaller batches."))
    return body


def _result(raw: object, verdict: UsageVerdict | str) -> dict[str, Any]:
    """What is said of one event; a text is the code of one that could not be read."""
    told = {"id": readable_id(raw)}
    if isinstance(verdict, UsageVerdict) and verdict.refusal is None:
        return told | {
            "verdict": "charged",
            "entry": verdict.entry_id,
            "replay": verdict.is_replay,
            "error": None,
        }
    code = verdict if isinstance(verdict, str) else str(verdict.refusal)
    return told | {
        "verdict": _VERDICTS.get(code, "invalid"),
        "entry": None,
        "replay": False,
        "error": {"code": code, "message": event_words(code)},
    }


def _log(token: SwitchToken, results: Sequence[dict[str, Any]]) -> None:
    not_charged = sum(result["verdict"] != "charged" for result in results)
    log.info("usage_reported", switch=token.switch_id, events=len(results), not_charged=not_charged)
