"""Replay with a dry run: staff see the ledger's difference before it is made, and make it once."""

from uuid import uuid4

import pytest
from auditlog.models import LogEntry
from django.apps import apps
from django.contrib.auth.models import Permission
from django.urls import reverse

from accounts.tests.builders import make_user
from billing.models import Balance, JournalEntry, Purse
from billing.tests.promo_builders import make_promo
from commpeak.lib.clock import utc_now
from commpeak.lib.errors import Refused
from payments.gateways.base import GatewayError, Snapshot
from payments.models import Payment, WebhookEvent
from payments.services.rehearse_snapshot import rehearse_snapshot
from payments.services.rehearse_webhook import WebhookRehearsal, rehearse_webhook
from payments.services.replay_webhook import replay_webhook
from payments.services.start_top_up import start_top_up
from payments.states import FactKind, State
from payments.tests.builders import (
    NOON,
    balance_of,
    entries_of,
    make_customer,
    make_payment,
    make_started_payment,
    observed,
    sync,
    usd,
)
from payments.tests.paypal import agree, make_paypal_payment

pytestmark = pytest.mark.django_db
Status = WebhookEvent.Status
# who is logged in is noted by whoever looks at any page
NOTED_BY_READING = {"sessions.session", "usersessions.usersession"}


@pytest.fixture
def staff(client):
    """May see gateway messages and replay them; nothing else."""
    user = make_user(email="support@example.com", is_staff=True)
    names = ["view_webhookevent", "replay_webhookevent"]
    user.user_permissions.set(Permission.objects.filter(codename__in=names))
    client.force_login(user)
    return client


def stored_event(payment: Payment, **changes) -> WebhookEvent:
    """A message of the gateway that came, and of which nothing came."""
    facts = {
        "gateway": payment.gateway,
        "event_id": f"evt_{payment.pk}",
        "event_type": "payment_intent.succeeded",
        "gateway_id": payment.gateway_id,
        "body": b"{}",
        "status": Status.FAILED,
        "due_at": None,
        "attempts": 8,
    }
    return WebhookEvent.objects.create(**(facts | changes))


def lost(card) -> tuple[Payment, WebhookEvent]:
    """50.00 on Voice were paid; we have heard and done nothing."""
    payment, secret = make_started_payment()
    card.pay(secret)
    return payment, stored_event(payment)


def make_payment_with_promo(code: str) -> Payment:
    _top_up, payment = start_top_up(
        customer=make_customer(),
        purse=Purse.VOICE,
        money=usd("50.00"),
        method="card",
        request_key=uuid4(),
        ip_address=None,
        now=utc_now(),
        promo_code=code,
    )
    return payment


def everything() -> dict[str, object]:
    """How many rows there are of each kind, what every balance holds, and each payment's state."""
    models = [model for model in apps.get_models() if model._meta.managed]
    rows = {
        model._meta.label_lower: model._default_manager.count()
        for model in models
        if model._meta.label_lower not in NOTED_BY_READING
    }
    balances = sorted(Balance.objects.values_list("account", "amount"))
    payments = sorted(Payment.objects.values_list("pk", "state", "observed_at", "next_poll_at"))
    events = sorted(WebhookEvent.objects.values_list("pk", "status", "attempts", "due_at"))
    return rows | {"balances": balances, "payments": payments, "events": events}


def address(event: WebhookEvent) -> str:
    return reverse("admin:payments_webhookevent_replay", args=[event.pk])


def rehearse(event: WebhookEvent) -> WebhookRehearsal:
    return rehearse_webhook(event_id=event.pk, now=utc_now())


def lines(event: WebhookEvent) -> list[tuple[str, str, str, str]]:
    """Account, amount, before and after of each posting that would be made."""
    rehearsal = rehearse(event).rehearsal
    assert rehearsal is not None
    return [
        (one.account, str(one.amount), str(one.before), str(one.after))
        for one in rehearsal.postings
    ]


def test_a_lost_message_shows_what_it_would_credit(card):
    payment, event = lost(card)
    number = payment.top_up.customer.account_number
    assert sorted(lines(event)) == [
        ("clearing:card:USD", "-50.00 USD", "0.00 USD", "-50.00 USD"),
        (f"customer:{number}:voice", "50.00 USD", "0.00 USD", "50.00 USD"),
    ]
    rehearsal = rehearse(event).rehearsal
    assert (rehearsal.state_before, rehearsal.state_after) == (
        State.AWAITING_CUSTOMER,
        State.SUCCEEDED,
    )
    assert rehearsal.told == ["50.00 USD received for your Voice balance"]
    assert len(rehearsal.history) == 1


def test_the_dry_run_writes_nothing(card):
    _payment, event = lost(card)
    before = everything()
    for _look in range(2):
        assert not rehearse(event).is_nothing
    assert everything() == before


@pytest.mark.django_db(transaction=True)
def test_the_dry_run_of_a_running_portal_writes_nothing_and_wakes_nobody(card):
    """With real commits: the ledger's deferred checks ran, and no mail was handed to a worker."""
    _payment, event = lost(card)
    before = everything()
    assert not rehearse(event).is_nothing
    assert everything() == before


def test_the_replay_posts_exactly_that_and_once(card):
    payment, event = lost(card)
    replay_webhook(event_id=event.pk, now=utc_now())
    event.refresh_from_db()
    payment.refresh_from_db()
    assert (event.status, payment.state) == (Status.PROCESSED, State.SUCCEEDED)
    assert balance_of(payment.top_up.customer) == usd("50.00")
    after = everything()
    assert rehearse(event).is_nothing
    assert lines(event) == []
    replay_webhook(event_id=event.pk, now=utc_now())
    assert everything()["balances"] == after["balances"]
    assert len(entries_of(payment)) == 1


def test_a_bonus_that_comes_with_it_is_shown_too():
    make_promo()
    payment = make_payment_with_promo("TEN")
    rehearsal = rehearse_snapshot(
        payment_id=payment.pk,
        snapshot=Snapshot(
            gateway_id="pi_1",
            key=payment.idempotency_key,
            facts=(observed(FactKind.CAPTURE, "ch_1", usd("50.00")),),
        ),
        asked_at=NOON,
        agreed_at=NOON,
        now=utc_now(),
    )
    number = payment.top_up.customer.account_number
    shown = {(one.account, str(one.amount)) for one in rehearsal.postings}
    assert shown == {
        ("clearing:card:USD", "-50.00 USD"),
        (f"customer:{number}:voice", "50.00 USD"),
        (f"promo:{number}:voice", "5.00 USD"),
        ("promo_expense:USD", "-5.00 USD"),
    }
    assert not JournalEntry.objects.exists()


def test_a_second_event_goes_on_from_what_is_there(card):
    """Before and after are what the accounts hold now, not zero."""
    first, _event = lost(card)
    sync(first)
    payment, secret = make_started_payment(customer=first.top_up.customer)
    card.pay(secret)
    number = first.top_up.customer.account_number
    assert (f"customer:{number}:voice", "50.00 USD", "50.00 USD", "100.00 USD") in lines(
        stored_event(payment)
    )


def test_money_given_back_is_shown_with_its_sign(card):
    payment, event = lost(card)
    sync(payment)
    card.act(payment.gateway_id, "refund", amount=2000)
    number = payment.top_up.customer.account_number
    assert (f"customer:{number}:voice", "-20.00 USD", "50.00 USD", "30.00 USD") in lines(event)


def test_a_payment_whose_start_was_never_answered_is_found_by_its_key(card):
    """B3"""
    payment = make_payment()
    card.set_fault("error_after", match=payment.top_up.reference)
    card.set_fault("error_before", operation="payment_intents.search", times=3)
    with pytest.raises(GatewayError):
        sync(payment)
    card.clear_faults()
    [there] = card.payments()
    payment.refresh_from_db()
    assert payment.gateway_id == ""
    event = stored_event(payment, gateway_id=there["id"])
    rehearsal = rehearse(event).rehearsal
    assert rehearsal.payment.pk == payment.pk
    assert (rehearsal.state_before, rehearsal.state_after) == (
        State.CREATED,
        State.AWAITING_CUSTOMER,
    )
    payment.refresh_from_db()
    assert payment.gateway_id == ""


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"gateway_id": ""}, "The message is about no payment."),
        ({"gateway_id": "pi_unknown"}, "resource_missing"),
    ],
)
def test_what_cannot_be_replayed_says_why(card, changes, problem):
    payment, _secret = make_started_payment()
    dry_run = rehearse(stored_event(payment, **changes))
    assert problem in dry_run.problem
    assert dry_run.is_nothing


def test_a_forged_message_is_not_replayed(card):
    """W4"""
    payment, _secret = make_started_payment()
    event = stored_event(payment, status=Status.FORGED)
    with pytest.raises(Refused):
        replay_webhook(event_id=event.pk, now=utc_now())
    event.refresh_from_db()
    assert event.status == Status.FORGED


def test_what_would_be_taken_at_paypal_is_told_and_not_taken(paypal):

    payment = make_paypal_payment()
    agree(paypal, payment)
    event = stored_event(payment, event_type="CHECKOUT.ORDER.APPROVED")
    assert rehearse(event).further == [
        "The gateway is asked to take the money that the payer has agreed to."
    ]
    assert paypal.paypal_order(payment.gateway_id)["capture_statuses"] == []


# --- on the page ------------------------------------------------------------------------------


def test_staff_look_first_and_then_click(staff, card):
    payment, event = lost(card)
    before = everything()
    page = staff.get(address(event)).content.decode()
    number = payment.top_up.customer.account_number
    assert f"on customer:{number}:voice" in page
    assert "+50.00" in page
    assert everything() == before

    answer = staff.post(address(event), {"reason": "the worker had died"}, follow=True)
    assert "Replayed: done." in answer.content.decode()
    assert balance_of(payment.top_up.customer, Purse.VOICE) == usd("50.00")
    assert LogEntry.objects.get_for_object(event).get().additional_data == {
        "action": "Replay",
        "reason": "the worker had died",
        "outcome": "Replayed: done.",
    }

    page = staff.get(address(event)).content.decode()
    assert "Nothing: all that the gateway says is in the books." in page
    staff.post(address(event), {"reason": "twice"})
    assert JournalEntry.objects.count() == 1


def test_without_a_reason_nothing_is_replayed(staff, card):
    _payment, event = lost(card)
    assert staff.post(address(event), {"reason": " "}).status_code == 200
    assert not JournalEntry.objects.exists()


def test_without_the_right_nobody_replays(client, card):
    """S10"""
    _payment, event = lost(card)
    user = make_user(is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename="view_webhookevent"))
    client.force_login(user)
    assert client.post(address(event), {"reason": "x"}).status_code == 403
    assert not JournalEntry.objects.exists()


def test_a_gateway_that_does_not_answer_is_said_so(staff, card):
    payment, _secret = make_started_payment()
    event = stored_event(payment)
    card.reset()
    assert "resource_missing" in staff.get(address(event)).content.decode()
    page = staff.post(address(event), {"reason": "look"}, follow=True).content.decode()
    assert "Replayed, and not done:" in page


@pytest.mark.parametrize("odd_id", ["0", "x", "99999999999999999999"])
def test_a_replay_of_nothing_is_not_found(staff, odd_id):
    assert staff.get(f"/admin/payments/webhookevent/{odd_id}/replay/").status_code == 404
