"""The inbox for gateways' messages: forged ones leave no trace, genuine ones count once."""

import hmac
import json
import time
import tracemalloc
import zlib
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import stripe
from django.db import connection
from django.test import Client

from commpeak.lib.clock import utc_now
from payments.models import WebhookEvent
from payments.selectors.due_webhooks import due_webhooks
from payments.services.process_webhook import ATTEMPTS_MAX, process_webhook
from payments.states import State
from payments.tests.builders import (
    balance_of,
    entries_of,
    make_payment,
    make_started_payment,
    sync,
    usd,
)

URL = "/webhooks/card/"
SECRET = "whsec_sandbox"


@pytest.fixture(autouse=True)
def _secret(settings):
    settings.STRIPE_WEBHOOK_SECRETS = [SECRET]


def event_body(**changes) -> bytes:
    event = {
        "id": "evt_1",
        "object": "event",
        "type": "payment_intent.succeeded",
        "data": {"object": {"id": "pi_unknown", "object": "payment_intent"}},
    }
    return json.dumps(event | changes).encode()


def signature(body: bytes, secret: str = SECRET, age_seconds: int = 0) -> str:
    at = int(time.time()) - age_seconds
    return stripe.WebhookSignature.generate_signature_header(body.decode(), secret, at)


def send(body: bytes, header: str | None = None, client: Client | None = None) -> int:
    header = signature(body) if header is None else header
    response = (client or Client()).post(
        URL, body, content_type="application/json", headers={"Stripe-Signature": header}
    )
    return response.status_code


@pytest.mark.django_db
def test_a_genuine_event_is_stored_and_answered_200():
    assert send(event_body()) == 200
    event = WebhookEvent.objects.get()
    assert (event.event_id, event.event_type) == ("evt_1", "payment_intent.succeeded")
    assert event.gateway_id == "pi_unknown"
    assert bytes(event.body) == event_body()


FORGERIES = {
    "nothing": lambda: "",
    "nonsense": lambda: "nonsense",
    "a signature of nothing": lambda: "t=1,v1=00",
    "no time": lambda: "v1=00",
    "empty parts": lambda: "t=,v1=",
    "a time that no clock shows": lambda: "t=99999999999999999999,v1=ÿ",
    "another secret": lambda: signature(event_body(), secret="whsec_other"),
    "another body": lambda: signature(event_body(id="evt_2")),
    "cut short": lambda: signature(event_body())[:-4],
}


@pytest.mark.django_db
@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_forged_event_is_refused_and_not_stored(forgery):
    """W4: missing, truncated, wrong secret, of another body."""
    assert send(event_body(), FORGERIES[forgery]()) == 400
    assert not WebhookEvent.objects.exists()


@pytest.mark.django_db
def test_an_old_event_with_a_valid_signature_is_refused():
    """W3"""
    body = event_body()
    assert send(body, signature(body, age_seconds=600)) == 400
    assert not WebhookEvent.objects.exists()


@pytest.mark.django_db
def test_both_secrets_are_accepted_while_one_is_rotated(settings):
    """W11"""
    settings.STRIPE_WEBHOOK_SECRETS = ["whsec_new", SECRET]
    first, second = event_body(), event_body(id="evt_2")
    assert send(first, signature(first, "whsec_new")) == 200
    assert send(second, signature(second, SECRET)) == 200


@pytest.mark.django_db
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b'"text"',
        b"{}",
        b"{" * 10_000,
        b"[" * 100_000,
        b'{"id": 5, "type": "a"}',
        b'{"id": "evt_1", "type": "a.b", "data": NaN}',
        b'{"id": "evt_\\u0000", "type": "a.b"}',
        b'{"id": "evt_\\ud800", "type": "a.b"}',
        b'{"id": "evt_1", "type": ""}',
        b'{"id": "' + b"e" * 300 + b'", "type": "a.b"}',
    ],
)
def test_a_signed_body_that_is_no_event_is_refused(body):
    """W9, W10: nesting, NUL, lone surrogate, wrong types."""
    assert send(body) == 400
    assert not WebhookEvent.objects.exists()


@pytest.mark.django_db
def test_invalid_utf8_is_refused():
    """W10"""
    assert send(b"\xff\xfe{}", "t=1,v1=00") == 400


@pytest.mark.django_db
def test_odd_but_valid_json_is_stored_and_ignored():
    """W5, W10: an unknown type, extra fields, duplicate keys, no object."""
    body = b'{"id": "evt_1", "id": "evt_9", "type": "new.thing", "more": [1], "data": null}'
    assert send(body) == 200
    event = WebhookEvent.objects.get(event_id="evt_9")
    process_webhook(event_id=event.pk, now=utc_now())
    event.refresh_from_db()
    assert event.status == WebhookEvent.Status.IGNORED
    assert event.due_at is None


@pytest.mark.django_db
def test_five_megabytes_are_refused_unread():
    """W9"""
    body = event_body(filler="x" * 5_000_000)
    assert send(body) == 413
    assert not WebhookEvent.objects.exists()


@pytest.mark.django_db
def test_a_gzip_bomb_is_refused_packed():
    """W9: what was signed is read as it came, whatever its encoding says."""
    bomb = zlib.compress(b" " * 32_000_000, level=1, wbits=31)
    at = int(time.time())
    signed = hmac.new(SECRET.encode(), f"{at}.".encode() + bomb, "sha256").hexdigest()
    tracemalloc.start()
    status = send(bomb, f"t={at},v1={signed}", Client(headers={"Content-Encoding": "gzip"}))
    _now, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (status, WebhookEvent.objects.exists()) == (400, False)
    assert peak_bytes < 8_000_000


class _NeverEnding:
    """A body that is sent in chunks, for ever."""

    def read(self, *_size: int) -> bytes:
        raise AssertionError("read without knowing how long it is")

    readline = read


@pytest.mark.django_db
def test_a_body_in_chunks_is_refused_unread():
    """W9: no gateway sends one, and a slow one would hold a thread."""
    chunked = {"CONTENT_LENGTH": "", "HTTP_TRANSFER_ENCODING": "chunked"}
    header = {"Stripe-Signature": signature(event_body())}
    answer = Client().generic(
        "POST",
        URL,
        content_type="application/json",
        headers=header,
        **chunked,
        **{"wsgi.input": _NeverEnding()},
    )
    assert answer.status_code == 400
    assert not WebhookEvent.objects.exists()


@pytest.mark.django_db
def test_a_clock_an_hour_ahead_refuses_events_and_the_poll_finds_the_money(card):
    """A15: every message seems an hour old, and is sent again; meanwhile nothing is lost."""
    payment, secret = make_started_payment()
    card.pay(secret)
    body = event_body(data={"object": {"id": payment.gateway_id, "object": "payment_intent"}})
    assert send(body, signature(body, age_seconds=3600)) == 400
    assert not WebhookEvent.objects.exists()
    sync(payment)
    assert balance_of(payment.top_up.customer) == usd("50.00")
    assert send(body) == 200  # the clock is right again
    process_webhook(event_id=WebhookEvent.objects.get().pk, now=utc_now())
    assert balance_of(payment.top_up.customer) == usd("50.00")


@pytest.mark.django_db
def test_a_clock_an_hour_behind_accepts_events():
    """A15: they seem to come from the future, which makes none of them forged."""
    body = event_body()
    assert send(body, signature(body, age_seconds=-3600)) == 200


def test_only_post_is_answered():
    assert Client().get(URL).status_code == 405


@pytest.mark.django_db(transaction=True)
def test_no_200_while_the_event_cannot_be_stored():
    """A11, A12: a database that takes no writes."""
    body = event_body()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE payments_webhookevent RENAME TO elsewhere")
    try:
        assert send(body) == 503
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE elsewhere RENAME TO payments_webhookevent")
    assert send(body) == 200


@pytest.mark.django_db(transaction=True)
def test_one_event_a_hundred_times_at_once_is_one_credit(card):
    """W1"""
    payment, secret = make_started_payment()
    card.pay(secret)
    body = event_body(data={"object": {"id": payment.gateway_id, "object": "payment_intent"}})
    header = signature(body)

    def deliver(_number: int) -> int:
        try:
            return send(body, header)
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        assert set(pool.map(deliver, range(100))) == {200}
    for event_id in due_webhooks(now=utc_now()):
        process_webhook(event_id=event_id, now=utc_now())
    payment.refresh_from_db()
    assert payment.state == State.SUCCEEDED
    assert len(entries_of(payment)) == 1
    assert balance_of(payment.top_up.customer) == usd("50.00")


@pytest.mark.django_db(transaction=True)
def test_twenty_workers_on_twenty_events_of_one_payment_credit_it_once(card):
    """W1: different events that all say the same, handled at the same time."""
    payment, secret = make_started_payment()
    card.pay(secret)
    subject = {"object": {"id": payment.gateway_id, "object": "payment_intent"}}
    for number in range(20):
        send(event_body(id=f"evt_{number}", data=subject))

    def work(event_id: int) -> None:
        try:
            process_webhook(event_id=event_id, now=utc_now())
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, due_webhooks(now=utc_now())))
    assert len(entries_of(payment)) == 1
    assert due_webhooks(now=utc_now()) == []


@pytest.mark.django_db
def test_the_gateways_own_messages_settle_a_payment(card):
    """What the sandbox really sends, in reverse order."""
    payment, secret = make_started_payment()
    card.pay(secret)
    card.act(payment.gateway_id, "refund", amount=2000)
    bodies = [delivery["body"] for delivery in card.deliveries(payment.gateway_id)]
    for body in reversed(bodies):
        assert send(body.encode()) == 200
    for event_id in due_webhooks(now=utc_now()):
        process_webhook(event_id=event_id, now=utc_now())
    payment.refresh_from_db()
    assert payment.state == State.PARTIALLY_REFUNDED
    assert balance_of(payment.top_up.customer) == usd("30.00")


@pytest.mark.django_db
def test_a_message_that_lies_about_the_amount_changes_nothing(card):
    """W6, W8: the body is a hint; the object is fetched."""
    payment, _secret = make_started_payment()
    lie = {"id": payment.gateway_id, "object": "payment_intent", "status": "succeeded"}
    send(event_body(data={"object": lie | {"amount_received": 1_000_000}}))
    process_webhook(event_id=WebhookEvent.objects.get().pk, now=utc_now())
    payment.refresh_from_db()
    assert payment.state == State.AWAITING_CUSTOMER
    assert entries_of(payment) == []


@pytest.mark.django_db
def test_a_start_whose_answer_was_lost_is_found_by_its_webhook(card):
    """B3: the gateway replays its 500 for our key for ever; its message names the object."""
    payment = make_payment()
    card.set_fault("error_after", match=payment.top_up.reference)
    card.set_fault("error_before", operation="payment_intents.search", times=3)  # nor found
    with pytest.raises(Exception, match="500"):
        sync(payment)
    [remote] = card.payments()
    send(event_body(data={"object": {"id": remote["id"], "object": "payment_intent"}}))
    process_webhook(event_id=WebhookEvent.objects.get().pk, now=utc_now())
    payment.refresh_from_db()
    assert payment.gateway_id == remote["id"]
    assert payment.state == State.AWAITING_CUSTOMER


@pytest.mark.django_db
def test_a_message_about_an_unknown_payment_ends_with_staff(card):
    send(event_body())
    now = utc_now()
    for _attempt in range(ATTEMPTS_MAX):
        event = WebhookEvent.objects.get()
        assert event.status == WebhookEvent.Status.RECEIVED
        now = max(now, event.due_at)
        process_webhook(event_id=event.pk, now=now)
    event.refresh_from_db()
    assert event.status == WebhookEvent.Status.FAILED
    assert event.due_at is None


@pytest.mark.django_db
def test_an_event_that_breaks_its_worker_comes_back_ever_later_and_ends_with_staff():
    """A gateway that is not installed any more stands for whatever nobody has foreseen."""
    now = utc_now()
    event = WebhookEvent.objects.create(
        gateway="gone", event_id="evt_1", event_type="a.b", gateway_id="x", body=b"", due_at=now
    )
    waited_seconds = []
    for _attempt in range(ATTEMPTS_MAX):
        with pytest.raises(KeyError):
            process_webhook(event_id=event.pk, now=now)
        event.refresh_from_db()
        waited_seconds.append((event.due_at - now).total_seconds())
        now = event.due_at
    assert waited_seconds == [35, 45, 90, 330, 930, 1830, 3630, 3630]
    process_webhook(event_id=event.pk, now=now)
    event.refresh_from_db()
    assert event.status == WebhookEvent.Status.FAILED
    assert event.last_error == "8 attempts broke off"


@pytest.mark.django_db
def test_a_leased_event_is_left_to_its_worker_until_the_lease_ends(card):
    """A1: the worker died; half a minute later another one takes over."""
    send(event_body())
    event = WebhookEvent.objects.get()
    now = utc_now()
    WebhookEvent.objects.update(due_at=now + timedelta(seconds=30), attempts=1)
    process_webhook(event_id=event.pk, now=now + timedelta(seconds=29))
    assert WebhookEvent.objects.get().attempts == 1
    process_webhook(event_id=event.pk, now=now + timedelta(seconds=30))
    assert WebhookEvent.objects.get().attempts == 2
