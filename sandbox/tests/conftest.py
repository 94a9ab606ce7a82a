"""What the sandbox's own tests share: a real Stripe client and a place to receive webhooks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest
import stripe

from sandbox.testing import Sandbox
from tests.browser import browser
from tests.http_server import serving

__all__ = ["browser"]


@pytest.fixture
def client(sandbox: Sandbox) -> stripe.StripeClient:
    """Stripe's own client, which does not retry."""
    return stripe.StripeClient(
        sandbox.secret_key,
        base_addresses={"api": sandbox.base_url},
        max_network_retries=0,
    )


@pytest.fixture
def retrying_client(sandbox: Sandbox) -> stripe.StripeClient:
    """Stripe's own client as the portal uses it."""
    return stripe.StripeClient(
        sandbox.secret_key,
        base_addresses={"api": sandbox.base_url},
        max_network_retries=2,
    )


@dataclass
class Inbox:
    """A web server that keeps what it is sent and answers with `statuses`, then 200."""

    url: str = ""
    received: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)

    def events(self, secret: str) -> list[Any]:
        """Every event received, verified by Stripe's library."""
        return [
            stripe.Webhook.construct_event(body, headers["Stripe-Signature"], secret)
            for headers, body in self.received
        ]

    def types(self, secret: str) -> list[str]:
        return [event.type for event in self.events(secret)]


@pytest.fixture
def inbox(sandbox: Sandbox) -> Iterator[Inbox]:
    """Where the sandbox sends its webhooks during this test."""
    with open_inbox(sandbox) as kept:
        yield kept


@contextmanager
def open_inbox(sandbox: Sandbox, *, gateway: str = "card") -> Iterator[Inbox]:
    """An inbox that a sandbox sends its webhooks to."""
    kept = Inbox()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            kept.received.append((dict(self.headers), body))
            self.send_response(kept.statuses.pop(0) if kept.statuses else 200)
            self.end_headers()

        def log_message(self, *arguments: object) -> None:
            pass

    with serving(Handler) as address:
        kept.url = f"{address}/webhooks/{gateway}/"
        sandbox.send_webhooks_to(kept.url, gateway=gateway)
        yield kept
        sandbox.send_webhooks_to("", gateway=gateway)


def make_intent(client: stripe.StripeClient, **params: Any) -> stripe.PaymentIntent:
    """50.00 USD by card, with the reference T-1."""
    return client.v1.payment_intents.create(
        {
            "amount": 5000,
            "currency": "usd",
            "allowed_payment_method_types": ["card"],
            "metadata": {"top_up": "T-1"},
            **params,
        }
    )
