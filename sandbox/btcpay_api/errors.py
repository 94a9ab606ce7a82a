"""What BTCPay answers when it refuses: a problem, or a list of what is wrong with a request.

Source: docs.btcpayserver.org/API/Greenfield/v1, ProblemDetails and ValidationProblemDetails.
"""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]


class BTCPayError(Exception):
    """A refusal: its status and its body."""

    def __init__(self, status: int, body: Json | list[Json]) -> None:
        super().__init__(str(body))
        self.status, self.body = status, body


def problem(status: int, code: str, message: str) -> BTCPayError:
    return BTCPayError(status, {"code": code, "message": message})


def not_found() -> BTCPayError:
    return problem(404, "invoice-not-found", "The invoice was not found")


def not_allowed() -> BTCPayError:
    """Also for a store that the key may not see: BTCPay tells no difference."""
    return problem(403, "missing-permission", "Insufficient API Permissions")


def invalid(path: str, message: str) -> BTCPayError:
    """BTCPay says 422, although its description says 400."""
    return BTCPayError(422, [{"path": path, "message": message}])
