"""A switch that speaks to the API in tests."""

import json
from typing import Any

from django.http import HttpResponse
from django.test import Client

from billing.models import Switch, SwitchToken
from billing.services.issue_switch_token import issue_switch_token
from commpeak.lib.clock import utc_now

EVERYTHING = tuple(SwitchToken.Scope)


def make_token(*scopes: SwitchToken.Scope, name: str = "fra-1") -> str:
    switch, _is_new = Switch.objects.get_or_create(name=name)
    return issue_switch_token(switch=switch, scopes=scopes or EVERYTHING, created_by=None)


def switch_client(token: str | None = None, **options: Any) -> Client:
    """Shows a token that may do everything, unless another is given."""
    return Client(headers={"Authorization": f"Bearer {token or make_token()}"}, **options)


def rated(customer: Any, event_id: str, amount: object = "1", **changes: Any) -> dict[str, Any]:
    """An event as a switch sends it, a moment ago."""
    return {
        "id": event_id,
        "account_number": customer.account_number,
        "purse": "voice",
        "amount": amount,
        "currency": "USD",
        "occurred_at": utc_now().isoformat(),
        **changes,
    }


def report(client: Client, *events: object) -> HttpResponse:
    return send(client, json.dumps({"events": events}))


def send(client: Client, body: str | bytes) -> HttpResponse:
    return client.post("/api/v1/usage", body, content_type="application/json")


def verdicts(answer: HttpResponse) -> list[str]:
    """`charged`, `replay`, or the code of what was not charged."""
    assert answer.status_code == 200, answer.content
    return [
        result["error"]["code"]
        if result["error"]
        else ("replay" if result["replay"] else result["verdict"])
        for result in json.loads(answer.content)["results"]
    ]


def code_of(answer: HttpResponse) -> str:
    """Of an answer that is an error; nothing else may be in it."""
    body = json.loads(answer.content)
    assert set(body) == {"error"}
    assert set(body["error"]) == {"code", "message"}
    assert body["error"]["message"]
    return body["error"]["code"]
