"""What the API answers when it does not do what was asked, always in the same shape:

    {"error": {"code": "too_many_events", "message": "A batch holds at most 1000 events, …"}}

    AppError
    └── ApiError            an HTTP status, and a code that programs can tell apart

A single event of a batch that is not charged is no error of the request: see billing.api.words.
"""

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse, JsonResponse

from commpeak.lib.errors import AppError


class ApiError(AppError):
    """Answered with `status`; `user_text` is the message, for the people who run the switch."""

    def __init__(
        self, status: int, code: str, message: str, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(message, f"{status} {code}")
        self.status = status
        self.code = code
        self.headers = headers or {}


def error_body(code: str, message: str) -> dict[str, Any]:
    return {"error": {"code": code, "message": message}}


def answer(error: ApiError) -> HttpResponse:
    body = error_body(error.code, error.user_text)
    return JsonResponse(body, status=error.status, headers=dict(error.headers))
