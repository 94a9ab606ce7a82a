"""What tests of the PayPal stand-in share: a plain caller and PayPal's own descriptions."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import requests
from openapi_schema_validator import OAS30Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT4

from sandbox.testing import Sandbox

Json = dict[str, Any]

DESCRIPTIONS = Path(__file__).parents[3] / "shared" / "openapi"
TIMEOUT_SECONDS = 20


@dataclass
class PayPalCaller:
    """Sends requests with a valid token, and keeps nothing but that."""

    sandbox: Sandbox
    headers: dict[str, str] = field(default_factory=dict)

    def log_in(self) -> None:
        answer = requests.post(
            f"{self.sandbox.paypal_url}/v1/oauth2/token",
            data={"grant_type": "client_credentials"},
            auth=(self.sandbox.paypal_client_id, self.sandbox.paypal_client_secret),
            timeout=TIMEOUT_SECONDS,
        )
        self.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"

    def get(self, path: str) -> requests.Response:
        url = f"{self.sandbox.paypal_url}{path}"
        return requests.get(url, headers=self.headers, timeout=TIMEOUT_SECONDS)

    def post(
        self, path: str, body: Json | bytes | None = None, *, key: str = "", prefer: bool = True
    ) -> requests.Response:
        headers = {**self.headers, "Content-Type": "application/json"}
        if prefer:
            headers["Prefer"] = "return=representation"
        if key:
            headers["PayPal-Request-Id"] = key
        data = body if isinstance(body, bytes) else json.dumps(body or {})
        url = f"{self.sandbox.paypal_url}{path}"
        return requests.post(url, data=data, headers=headers, timeout=TIMEOUT_SECONDS)

    # --- the usual steps --------------------------------------------------------------------

    def create(self, **how: Any) -> Json:
        answer = self.post("/v2/checkout/orders", order_request(**how))
        assert answer.status_code == 201, answer.text
        order: Json = answer.json()
        return order

    def capture(self, order_id: str, *, key: str = "") -> requests.Response:
        return self.post(f"/v2/checkout/orders/{order_id}/capture", key=key)

    def pay(self, **how: Any) -> Json:
        """A captured order."""
        order_id = self.create(**how)["id"]
        self.sandbox.paypal_approve(order_id)
        order: Json = self.capture(order_id).json()
        return order


def order_request(value: str = "50.00", currency: str = "USD", reference: str = "T-1") -> Json:
    return {
        "intent": "CAPTURE",
        "purchase_units": [
            {
                "amount": {"currency_code": currency, "value": value},
                "reference_id": reference,
                "custom_id": f"{reference}-1",
                "invoice_id": f"{reference}-1",
            }
        ],
        "payment_source": {
            "paypal": {
                "experience_context": {
                    "return_url": "http://127.0.0.1/return/",
                    "cancel_url": "http://127.0.0.1/cancel/",
                    "shipping_preference": "NO_SHIPPING",
                    "user_action": "PAY_NOW",
                }
            }
        },
    }


def capture_of(order: Json) -> Json:
    capture: Json = order["purchase_units"][0]["payments"]["captures"][0]
    return capture


def problems(file: str, schema: str, value: Any) -> list[str]:
    """Why PayPal's description `file` would not accept `value` as `schema`."""
    if not DESCRIPTIONS.is_dir():
        pytest.skip(f"PayPal's descriptions are not at {DESCRIPTIONS}")
    return [
        f"{'/'.join(map(str, error.absolute_path))}: {error.message[:200]}"
        for error in _validator(file, schema).iter_errors(value)
    ]


@cache
def _validator(file: str, schema: str) -> OAS30Validator:
    description = json.loads((DESCRIPTIONS / f"{file}.json").read_text())
    resource = Resource.from_contents(description, default_specification=DRAFT4)
    registry: Registry[Any] = Registry().with_resource("urn:paypal", resource)
    reference = {"$ref": f"urn:paypal#/components/schemas/{schema}"}
    return OAS30Validator(reference, registry=registry)
