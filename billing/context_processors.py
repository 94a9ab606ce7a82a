"""Both balances for the header of every page (article, step 1)."""

from typing import Any

from django.http import HttpRequest


def header_balances(request: HttpRequest) -> dict[str, Any]:
    return {}
