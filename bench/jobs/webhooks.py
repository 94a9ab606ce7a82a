"""What a gateway that sends webhooks does: one connection that is kept, one event at a time."""

import hashlib
import hmac
import http.client
import json
import os
import time
import uuid
from functools import cache
from statistics import median

SECRET = os.environ["STRIPE_WEBHOOK_SECRETS"]
LATENCY_SAMPLES = 500


def post_event() -> int:
    """A genuine event of its own, signed as Stripe signs."""
    body = _event()
    return _post("/webhooks/card/", body, {"Stripe-Signature": _signature(body)})


def post_bare() -> int:
    """The same bytes to the view that only inserts."""
    return _post("/bench/insert/", _event(), {})


def median_milliseconds() -> float:
    """From sending to the answer, at one connection."""
    post_event()
    samples = []
    for _ in range(LATENCY_SAMPLES):
        begun = time.perf_counter()
        post_event()
        samples.append(time.perf_counter() - begun)
    return median(samples) * 1000


@cache
def _connection() -> http.client.HTTPConnection:
    return http.client.HTTPConnection("127.0.0.1", int(os.environ["BENCH_PORT"]), timeout=30)


def _post(path: str, body: bytes, headers: dict[str, str]) -> int:
    connection = _connection()
    connection.request("POST", path, body, {"Content-Type": "application/json", **headers})
    answer = connection.getresponse()
    answer.read()
    if answer.status != 200:
        raise RuntimeError(f"{path} answered {answer.status}")
    return 1


def _event() -> bytes:
    """About as large as a payment intent's event is."""
    intent = {"id": f"pi_{uuid.uuid4().hex}", "object": "payment_intent", "padding": "x" * 3000}
    event = {"id": f"evt_{uuid.uuid4().hex}", "object": "event"}
    return json.dumps(
        event | {"type": "payment_intent.succeeded", "data": {"object": intent}}
    ).encode()


def _signature(body: bytes) -> str:
    at = int(time.time())
    signed = hmac.new(SECRET.encode(), b"%d.%s" % (at, body), hashlib.sha256).hexdigest()
    return f"t={at},v1={signed}"
