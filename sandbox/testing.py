"""For tests: the sandbox as a process of its own, and a typed client to steer it.

The fixture `sandbox` gives every test an empty one. Webhooks go nowhere until the test says
`sandbox.send_webhooks_to(address)`.
"""

from __future__ import annotations

import http.client
import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import pytest

from sandbox.config import Config
from sandbox.faults import FaultKind

CALL_TIMEOUT_SECONDS = 70  # longer than the longest wait for webhooks
STOP_TIMEOUT_SECONDS = 5
DEFAULTS = Config()

Json = dict[str, Any]


class SandboxError(Exception):
    """The control API refused: what was asked makes no sense now."""


@dataclass(frozen=True, kw_only=True)
class Sandbox:
    """One running sandbox. A payment's `handle` is its id or any value in its metadata."""

    base_url: str
    secret_key: str = DEFAULTS.secret_key
    publishable_key: str = DEFAULTS.publishable_key
    webhook_secret: str = DEFAULTS.webhook_secret
    paypal_client_id: str = DEFAULTS.paypal_client_id
    paypal_client_secret: str = DEFAULTS.paypal_client_secret
    paypal_merchant_id: str = DEFAULTS.paypal_merchant_id
    paypal_webhook_id: str = DEFAULTS.paypal_webhook_id
    btcpay_api_key: str = DEFAULTS.btcpay_api_key
    btcpay_store_id: str = DEFAULTS.btcpay_store_id
    btcpay_webhook_secret: str = DEFAULTS.btcpay_webhook_secret

    # --- what goes wrong --------------------------------------------------------------------

    def set_fault(self, kind: FaultKind, *, match: str = "", **how: Any) -> str:
        """Set a fault (see sandbox.faults.Fault for `how`); its id."""
        fault = self._control("POST", "/faults", {"kind": kind, "match": match, **how})
        return str(fault["id"])

    def clear_faults(self) -> None:
        """Everything behaves again."""
        self._control("DELETE", "/faults")

    def reset(self) -> None:
        """Forget all objects, faults and webhooks; the webhooks' address stays nowhere."""
        self._control("POST", "/reset")

    # --- the customer's side ----------------------------------------------------------------

    def pay(
        self,
        client_secret: str,
        card: str = "4242424242424242",
        *,
        return_url: str = "http://127.0.0.1/return/",
        cvc: str = "123",
        exp_month: int = 12,
        exp_year: int = 2034,
    ) -> Json:
        """What the browser does with the card fields: the intent, or {"error": {...}}."""
        method = self._publish(
            "/v1/payment_methods",
            {
                "type": "card",
                "card[number]": card,
                "card[exp_month]": str(exp_month),
                "card[exp_year]": str(exp_year),
                "card[cvc]": cvc,
            },
        )
        if "error" in method:
            return method
        return self.confirm(client_secret, method["id"], return_url=return_url)

    def confirm(
        self,
        client_secret: str,
        payment_method: str,
        *,
        return_url: str = "http://127.0.0.1/return/",
    ) -> Json:
        """What the browser does with a card that is saved already; answers as `pay`."""
        intent_id = client_secret.partition("_secret_")[0]
        kind = "setup_intents" if intent_id.startswith("seti_") else "payment_intents"
        facts = {"client_secret": client_secret, "payment_method": payment_method}
        return self._publish(f"/v1/{kind}/{intent_id}/confirm", facts | {"return_url": return_url})

    def approve_3ds(self, handle: str) -> Json:
        """The customer proves to the bank that the card is theirs."""
        return self.act(handle, "approve_3ds")

    def fail_3ds(self, handle: str) -> Json:
        """The customer does not, or gives up."""
        return self.act(handle, "fail_3ds")

    # --- the bank's and the dashboard's side ------------------------------------------------

    def act(self, handle: str, action: str, **how: Any) -> Json:
        """Any action on a payment: succeed, decline, dispute, win_dispute, lose_dispute,
        refund, settle_refund, approve_3ds, fail_3ds. The payment afterwards, as `payment`
        gives it."""
        return self._object("POST", f"/payments/{quote(handle, safe='')}/{action}", how)

    def payment(self, handle: str) -> Json:
        """Status, charge_count, amount_charged …, with its charges, refunds and disputes."""
        return self._object("GET", f"/payments/{quote(handle, safe='')}")

    def payments(self) -> list[Json]:
        """All payments in short, newest first."""
        return self._list("/payments")

    def charges_of(self, handle: str) -> list[Json]:
        """The charges that took money, newest first."""
        charges: list[Json] = self.payment(handle)["charges"]
        return [charge for charge in charges if charge["status"] == "succeeded"]

    def forget_idempotency_keys(self) -> None:
        """As after a day: the same key makes another payment."""
        self._control("POST", "/forget-idempotency-keys")

    # --- PayPal: a `handle` is an order's id, or any id of ours or PayPal's in it -------------

    @property
    def paypal_url(self) -> str:
        """The base address of PayPal's API."""
        return f"{self.base_url}/paypal"

    def paypal_approve(self, handle: str, email: str = "payer@example.com") -> Json:
        """The payer agrees on PayPal's page, and does not come back. The order afterwards."""
        return self.paypal_act(handle, "approve", email=email)

    def paypal_act(self, handle: str, action: str, **how: Any) -> Json:
        """Any action on an order: approve, forget, complete, deny, refund, settle_refund,
        dispute, escalate_dispute, win_dispute, lose_dispute. The order afterwards."""
        return self._object("POST", f"/paypal/orders/{quote(handle, safe='')}/{action}", how)

    def paypal_order(self, handle: str) -> Json:
        """Status and capture_statuses, with its captures, refunds and disputes."""
        return self._object("GET", f"/paypal/orders/{quote(handle, safe='')}")

    def paypal_orders(self) -> list[Json]:
        """All orders in short, newest first."""
        return self._list("/paypal/orders")

    def paypal_expire_tokens(self) -> None:
        """Every access token given out so far is refused from now on."""
        self._control("POST", "/paypal/expire-tokens")

    def paypal_forget_request_ids(self) -> None:
        """As after six hours: the same request id makes another order."""
        self._control("POST", "/paypal/forget-request-ids")

    def paypal_send_webhook(self, how: str = "genuine", **event: Any) -> Json:
        """A webhook nobody caused. `how`: genuine, forged, foreign_cert, old, unsigned."""
        return self._object("POST", "/paypal/webhooks/send", {"how": how, **event})

    # --- BTCPay: a `handle` is an invoice's id, any metadata of it, or a payment's id ----------

    @property
    def btcpay_url(self) -> str:
        """The address of the BTCPay Server."""
        return f"{self.base_url}/btcpay"

    def btcpay_act(self, handle: str, action: str, **how: Any) -> Json:
        """Any action on an invoice: pay, pay_under, pay_over, pay_late, pay_again, confirm,
        confirm_all, invalidate, expire, stop_monitoring, mark_invalid, mark_settled, forget.
        The invoice afterwards."""
        return self._object("POST", f"/btcpay/invoices/{quote(handle, safe='')}/{action}", how)

    def btcpay_invoice(self, handle: str) -> Json:
        """Status and what is due, the invoice as its API shows it, and its payments."""
        return self._object("GET", f"/btcpay/invoices/{quote(handle, safe='')}")

    def btcpay_invoices(self) -> list[Json]:
        """All invoices in short, newest first."""
        return self._list("/btcpay/invoices")

    def btcpay_send_webhook(self, how: str = "genuine", **event: Any) -> Json:
        """A webhook nobody caused. `how`: genuine, forged, unsigned, truncated, reserialised."""
        return self._object("POST", "/btcpay/webhooks/send", {"how": how, **event})

    # --- webhooks ---------------------------------------------------------------------------

    def send_webhooks_to(self, url: str, *, gateway: str = "card") -> None:
        """From now on events go to this address; an empty one stops them."""
        self._control("POST", "/webhooks/endpoint", {"url": url, "gateway": gateway})

    def wait_for_webhooks(self, timeout_seconds: float = 30, *, with_retries: bool = False) -> None:
        """Wait until every webhook was tried once, or to the end `with_retries`; held ones
        aside. Raises TimeoutError."""
        body = {"timeout_seconds": timeout_seconds, "with_retries": with_retries}
        if not self._control("POST", "/webhooks/idle", body)["idle"]:
            raise TimeoutError(f"webhooks still under way after {timeout_seconds} s")

    def release_webhooks(self) -> int:
        """Send what faults hold back, newest first; how many."""
        return int(self._control("POST", "/webhooks/release")["released"])

    def deliveries(
        self, handle: str = "", *, event_type: str = "", gateway: str = "card"
    ) -> list[Json]:
        """The log, oldest first: id, event_id, event_type, status, body, attempts."""
        query = urlencode({"handle": handle, "event_type": event_type, "gateway": gateway})
        return self._list(f"/deliveries?{query}")

    def resend(self, delivery_id: str) -> None:
        """Send a logged webhook once more, signed anew."""
        self._control("POST", f"/deliveries/{delivery_id}/resend")

    def send_webhook(self, how: str = "genuine", **event: Any) -> Json:
        """A webhook nobody caused. `how`: genuine, forged, old, unsigned, truncated; `type`,
        `handle` and `changes` (fields of the object) say what it claims. The event."""
        return self._object("POST", "/webhooks/send", {"how": how, **event})

    # --- inside -----------------------------------------------------------------------------

    def _object(self, method: str, path: str, body: Json | None = None) -> Json:
        answer: Json = self._control(method, path, body)
        return answer

    def _list(self, path: str) -> list[Json]:
        answer: list[Json] = self._control("GET", path)
        return answer

    def _control(self, method: str, path: str, body: Json | None = None) -> Any:
        headers = {"Content-Type": "application/json"}
        text = json.dumps(body or {}) if method == "POST" else None
        status, answer = self._send(method, f"/sandbox/api{path}", text, headers)
        if status >= 400:
            raise SandboxError(answer.get("error", answer))
        return answer

    def _publish(self, path: str, fields: dict[str, str]) -> Json:
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        body = urlencode({"key": self.publishable_key, **fields})
        answer: Json = self._send("POST", path, body, headers)[1]
        return answer

    def _send(
        self, method: str, path: str, body: str | None, headers: dict[str, str]
    ) -> tuple[int, Any]:
        place = urlsplit(self.base_url)
        connection = http.client.HTTPConnection(
            place.hostname or "", place.port, timeout=CALL_TIMEOUT_SECONDS
        )
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            return response.status, json.loads(response.read() or b"null")
        finally:
            connection.close()


@contextmanager
def run_sandbox(
    *,
    port: int = 0,
    webhook_url: str = "",
    webhook_secret: str = DEFAULTS.webhook_secret,
    retry_delays_seconds: Sequence[float] = (),
) -> Iterator[Sandbox]:
    """Start the sandbox on a free port (or the one given) and stop it at the end.

    It also stops when this process dies. Failed webhooks are not sent again unless
    `retry_delays_seconds` says when.
    """
    command = [
        *(sys.executable, "-m", "sandbox", "--until-stdin-closes"),
        *("--port", str(port), "--webhook-url", webhook_url, "--webhook-secret", webhook_secret),
        *("--retry-delays", ",".join(map(str, retry_delays_seconds))),
        *("--paypal-retry-delays", ",".join(map(str, retry_delays_seconds))),
        *("--btcpay-retry-delays", ",".join(map(str, retry_delays_seconds))),
    ]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            ready = process.stdout.readline().split() if process.stdout else []
            if not ready:
                raise SandboxError("the sandbox did not start; it says why above")
            yield Sandbox(base_url=ready[-1], webhook_secret=webhook_secret)
        finally:
            process.terminate()
            try:
                process.wait(STOP_TIMEOUT_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()


@pytest.fixture(scope="session")
def sandbox_process() -> Iterator[Sandbox]:
    """The one sandbox of a test run."""
    with run_sandbox() as running:
        yield running


@pytest.fixture
def sandbox(sandbox_process: Sandbox) -> Sandbox:
    """An empty sandbox whose webhooks go nowhere yet."""
    sandbox_process.send_webhooks_to("")
    sandbox_process.send_webhooks_to("", gateway="paypal")
    sandbox_process.send_webhooks_to("", gateway="crypto")
    sandbox_process.reset()
    return sandbox_process
