"""What tests of the BTCPay stand-in share: a plain caller with the store's key."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import requests

from sandbox.testing import Sandbox

Json = dict[str, Any]
TIMEOUT_SECONDS = 20
DESCRIPTION = "btcpay_invoices"


@dataclass
class BTCPayCaller:
    sandbox: Sandbox
    key: str = ""

    def get(self, path: str) -> requests.Response:
        return requests.get(self._url(path), headers=self._headers(), timeout=TIMEOUT_SECONDS)

    def post(self, path: str, body: Any) -> requests.Response:
        return requests.post(
            self._url(path), json=body, headers=self._headers(), timeout=TIMEOUT_SECONDS
        )

    @property
    def store(self) -> str:
        return f"/api/v1/stores/{self.sandbox.btcpay_store_id}/invoices"

    def create(self, **how: Any) -> Json:
        """50.00 USD for the order T-1."""
        answer = self.post(self.store, invoice_request(**how))
        assert answer.status_code == 200, answer.text
        invoice: Json = answer.json()
        return invoice

    def invoice(self, invoice_id: str) -> Json:
        invoice: Json = self.get(f"/api/v1/invoices/{invoice_id}").json()
        return invoice

    def methods(self, invoice_id: str, query: str = "") -> list[Json]:
        path = f"/api/v1/invoices/{invoice_id}/payment-methods{query}"
        methods: list[Json] = self.get(path).json()
        return methods

    def _url(self, path: str) -> str:
        return self.sandbox.btcpay_url + path

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"token {self.key or self.sandbox.btcpay_api_key}"}


def invoice_request(amount: Any = "50.00", currency: str = "USD", order: str = "T-1") -> Json:
    return {
        "amount": amount,
        "currency": currency,
        "metadata": {"orderId": order},
        "checkout": {"speedPolicy": "LowMediumSpeed", "expirationMinutes": 15},
    }
