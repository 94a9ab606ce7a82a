"""How the contract suite acts on each gateway that talks to an outside party."""

from __future__ import annotations

import hashlib
import hmac
import json
import time

import stripe

from payments.gateways.base import CardForm
from payments.gateways.registry import gateway_for
from payments.models import Payment
from payments.states import State
from payments.tests.contract.driver import History, OutsideDriver, Webhook
from sandbox.faults import FaultKind
from sandbox.testing import Sandbox


class CardDriver(OutsideDriver):
    def remote_objects(self, payment: Payment) -> int:
        return len(self.sandbox.payments())

    def pay(self, payment: Payment) -> None:
        snapshot = gateway_for("card").fetch(payment.gateway_id)
        assert isinstance(snapshot.next_step, CardForm)
        self.sandbox.pay(snapshot.next_step.client_secret)

    def money_taken(self, payment: Payment) -> int:
        return len(self.sandbox.charges_of(payment.idempotency_key))

    def refund_outside(self, payment: Payment) -> None:
        self.sandbox.act(payment.idempotency_key, "refund", amount=2000)

    def refunds_made(self, payment: Payment) -> int:
        return len(self.sandbox.payment(payment.idempotency_key)["refunds"])

    def be_refused(self, payment: Payment) -> None:
        snapshot = gateway_for("card").fetch(payment.gateway_id)
        assert isinstance(snapshot.next_step, CardForm)
        self.sandbox.pay(snapshot.next_step.client_secret, REFUSED_CARD)

    def dispute(self, payment: Payment) -> None:
        self.sandbox.act(payment.idempotency_key, "dispute")

    def win_dispute(self, payment: Payment) -> None:
        self.sandbox.act(payment.idempotency_key, "win_dispute")

    def lose_dispute(self, payment: Payment) -> None:
        self.sandbox.act(payment.idempotency_key, "lose_dispute")

    def webhook(self, payment: Payment) -> Webhook:
        return self._signed(self._body(payment))

    def forgeries(self, payment: Payment) -> dict[str, Webhook]:
        body = self._body(payment)
        headers, _body = self._signed(body)
        return {
            "no signature": ({}, body),
            "another secret": self._signed(body, secret="whsec_other"),
            "too old": self._signed(body, age_seconds=3600),
            "written again": (headers, json.dumps(json.loads(body), indent=1).encode()),
        }

    def _body(self, payment: Payment) -> bytes:
        intent = {"id": payment.gateway_id, "object": "payment_intent"}
        event = {"id": "evt_1", "object": "event", "type": "payment_intent.succeeded"}
        return json.dumps(event | {"data": {"object": intent}}).encode()

    def _signed(self, body: bytes, secret: str = "", age_seconds: int = 0) -> Webhook:
        header = stripe.WebhookSignature.generate_signature_header(
            body.decode(), secret or self.sandbox.webhook_secret, int(time.time()) - age_seconds
        )
        return {"Stripe-Signature": header}, body


class PayPalDriver(OutsideDriver):
    def remote_objects(self, payment: Payment) -> int:
        return len(self.sandbox.paypal_orders())

    def pay(self, payment: Payment) -> None:
        """The payer agrees with the customer's own address and closes the tab."""
        member = payment.top_up.customer.members.get()
        self.sandbox.paypal_approve(payment.idempotency_key, email=member.email)

    def pay_by_cheque(self, payment: Payment) -> None:
        """The money is on its way from the payer's bank, and may not arrive."""
        self.sandbox.set_fault(FaultKind.PROCESSING, match=payment.idempotency_key, code="ECHECK")
        self.pay(payment)

    def clear_cheque(self, payment: Payment) -> None:
        self.sandbox.paypal_act(payment.idempotency_key, "complete")

    def deny_cheque(self, payment: Payment) -> None:
        self.sandbox.paypal_act(payment.idempotency_key, "deny")

    def money_taken(self, payment: Payment) -> int:
        return len(self.sandbox.paypal_order(payment.idempotency_key)["capture_statuses"])

    def refund_outside(self, payment: Payment) -> None:
        self.sandbox.paypal_act(payment.idempotency_key, "refund", amount="20.00")

    def refunds_made(self, payment: Payment) -> int:
        return len(self.sandbox.paypal_order(payment.idempotency_key)["refunds"])

    def dispute(self, payment: Payment) -> None:
        self.sandbox.paypal_act(payment.idempotency_key, "dispute")

    def win_dispute(self, payment: Payment) -> None:
        self.sandbox.paypal_act(payment.idempotency_key, "win_dispute")

    def lose_dispute(self, payment: Payment) -> None:
        self.sandbox.paypal_act(payment.idempotency_key, "lose_dispute")

    def webhook(self, payment: Payment) -> Webhook:
        event = {"id": "WH-1", "event_type": "CHECKOUT.ORDER.APPROVED"}
        body = json.dumps(event | {"resource": {"id": payment.gateway_id}}).encode()
        return self._envelope(), body

    def forgeries(self, payment: Payment) -> dict[str, Webhook]:
        """Of what can be told without asking PayPal; `confirm` refuses the rest."""
        _headers, body = self.webhook(payment)
        elsewhere = {"PayPal-Cert-Url": "https://api.paypal.com.evil.example/cert.pem"}
        return {
            "no signature": ({}, body),
            "a certificate elsewhere": (self._envelope() | elsewhere, body),
            "no time": (self._envelope() | {"PayPal-Transmission-Time": ""}, body),
        }

    def _envelope(self) -> dict[str, str]:
        return {
            "PayPal-Auth-Algo": "SHA256withRSA",
            "PayPal-Cert-Url": "https://api.paypal.com/v1/notifications/certs/CERT-1",
            "PayPal-Transmission-Id": "t-1",
            "PayPal-Transmission-Sig": "c2ln",
            "PayPal-Transmission-Time": "2026-03-02T12:00:00Z",
        }


class CryptoDriver(OutsideDriver):
    def remote_objects(self, payment: Payment) -> int:
        return len(self.sandbox.btcpay_invoices())

    def pay(self, payment: Payment) -> None:
        """Exactly what is due, confirmed as often as we asked for."""
        self.send(payment)
        self.confirm(payment)

    def send(self, payment: Payment) -> None:
        self.sandbox.btcpay_act(payment.idempotency_key, "pay")

    def confirm(self, payment: Payment) -> None:
        self.sandbox.btcpay_act(payment.idempotency_key, "confirm_all")

    def pay_from_a_second_wallet(self, payment: Payment) -> None:
        """All of it once more, less what a further part costs."""
        self.sandbox.btcpay_act(payment.idempotency_key, "pay_again")
        self.confirm(payment)

    def money_taken(self, payment: Payment) -> int:
        return len(self.sandbox.btcpay_invoice(payment.idempotency_key)["payments"])

    def webhook(self, payment: Payment) -> Webhook:
        return self._signed(self._body(payment))

    def forgeries(self, payment: Payment) -> dict[str, Webhook]:
        body = self._body(payment)
        headers, _body = self._signed(body)
        return {
            "no signature": ({}, body),
            "another secret": self._signed(body, secret="other"),
            "cut off": ({"BTCPay-Sig": headers["BTCPay-Sig"][:-2]}, body),
            "written again": (headers, json.dumps(json.loads(body), indent=2).encode()),
        }

    def _body(self, payment: Payment) -> bytes:
        event = {"deliveryId": "D1", "type": "InvoiceSettled", "invoiceId": payment.gateway_id}
        return json.dumps(event | {"storeId": self.sandbox.btcpay_store_id}).encode()

    def _signed(self, body: bytes, secret: str = "") -> Webhook:
        key = (secret or self.sandbox.btcpay_webhook_secret).encode()
        return {"BTCPay-Sig": f"sha256={hmac.new(key, body, hashlib.sha256).hexdigest()}"}, body


REFUSED_CARD = "4000000000000002"
GIVEN_BACK_IN_PART = History(
    ["pay", "refund_outside", "dispute", "win_dispute"],
    (State.PARTIALLY_REFUNDED, 4, "30.00 USD"),
)


def drivers(sandbox: Sandbox) -> dict[str, OutsideDriver]:
    """Every gateway that talks to an outside party."""
    return {
        "card": CardDriver(
            sandbox=sandbox,
            code="card",
            start_operation="payment_intents.create",
            fetch_operation="payment_intents.retrieve",
            refund_operation="refunds.create",
            histories={
                "given back in part": GIVEN_BACK_IN_PART,
                "refused, then charged back": History(
                    ["be_refused", "pay", "dispute", "lose_dispute"],
                    (State.CHARGED_BACK, 2, "0.00 USD"),
                ),
            },
        ),
        "paypal": PayPalDriver(
            sandbox=sandbox,
            code="paypal",
            start_operation="orders.create",
            fetch_operation="orders.get",
            refund_operation="captures.refund",
            histories={
                "given back in part": GIVEN_BACK_IN_PART,
                "a cheque that is denied": History(
                    ["pay_by_cheque", "deny_cheque"], (State.FAILED, 0, "0.00 USD")
                ),
                "a cheque that clears and is charged back": History(
                    ["pay_by_cheque", "clear_cheque", "dispute", "lose_dispute"],
                    (State.CHARGED_BACK, 2, "0.00 USD"),
                ),
            },
        ),
        "crypto": CryptoDriver(
            sandbox=sandbox,
            code="crypto",
            start_operation="invoices.create",
            fetch_operation="invoices.get",
            refund_operation="",
            histories={
                "paid twice": History(
                    ["send", "confirm", "pay_from_a_second_wallet"],
                    (State.SUCCEEDED, 2, "99.90 USD"),
                ),
            },
        ),
    }
