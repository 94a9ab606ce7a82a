"""The customer tells us that a wire is sent: once, kept, and worth no credit by itself."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction

from accounts.models import OutgoingEmail
from billing.models import Purse
from commpeak.lib.clock import utc_now
from commpeak.lib.errors import Refused
from commpeak.lib.private_files import open_private_file
from payments.models import Payment
from payments.models.wire import WireAnnouncement, WireProof
from payments.selectors.queues import Queue
from payments.selectors.staff_queue import staff_queue
from payments.selectors.top_up_progress import top_up_progress
from payments.selectors.wire_announcements import expected_wires
from payments.selectors.wire_instructions import wire_instructions
from payments.services.announce_wire import ANNOUNCEMENTS_PER_PAYMENT_MAX
from payments.services.cancel_payment import cancel_payment
from payments.states import State
from payments.tests.builders import balance_of, make_customer, make_payment, usd
from payments.tests.wire_builders import MONDAY, a_receipt, announce, make_wire, start_wire

pytestmark = pytest.mark.django_db


def history(payment: Payment) -> list[tuple[str, str, str]]:
    return [
        (event.from_state, event.to_state, event.detail)
        for event in payment.events.filter(detail__startswith="wire announced")
    ]


def test_from_then_on_the_payment_waits_for_the_bank_and_credits_nothing():
    customer = make_customer()
    payment = make_wire(customer=customer)
    said = announce(payment, money=usd("90.00"), sent_on=MONDAY, now=at_noon(MONDAY))
    assert payment.state == State.PROCESSING
    assert said.expected_on == MONDAY + timedelta(days=3)
    assert history(payment) == [
        (
            "awaiting_customer",
            "processing",
            "wire announced: 90.00 USD, sent 2026-03-02, by Ada Lovelace",
        )
    ]
    assert balance_of(customer) == usd("0")
    progress = top_up_progress(payment.top_up)
    assert progress.headline == "Waiting for your bank"
    assert [step.state for step in progress.steps] == ["done", "now", "next"]
    assert progress.steps[1].text.endswith("our staff looks for it. Expected by Mar 5, 2026.")


def at_noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


@pytest.mark.parametrize("zone", ["UTC", "Pacific/Auckland", "Pacific/Honolulu"])
def test_the_expected_day_is_the_same_on_every_page_in_every_time_zone(zone, client):
    """M3"""
    customer = make_customer(time_zone=zone)
    payment = make_wire(customer=customer)
    announce(payment, sent_on=MONDAY, now=at_noon(MONDAY))
    client.force_login(customer.members.get(), backend="django.contrib.auth.backends.ModelBackend")
    assert "Expected by Mar 5, 2026." in client.get(f"/topup/{payment.top_up}/").content.decode()
    assert "Mar 5, 2026" in client.get("/").content.decode()


def test_a_second_click_and_a_second_tab_tell_it_once():
    payment = make_wire()
    first = announce(payment)
    assert announce(payment) == first
    assert WireAnnouncement.objects.count() == 1
    assert len(history(payment)) == 1


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_the_same_moment_tell_it_once():
    payment = make_wire()
    sent_on = utc_now().date()

    def click(_number: int) -> int:
        try:
            return announce(Payment.objects.get(pk=payment.pk), sent_on=sent_on).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as clicks:
        assert len(set(clicks.map(click, range(4)))) == 1
    assert len(history(payment)) == 1


def test_a_correction_counts_from_then_on_and_what_was_said_before_is_kept():
    payment = make_wire()
    announce(payment, money=usd("100.00"), proof=a_receipt())
    second = announce(payment, money=usd("80.00"))
    assert [str(said.money) for said in WireAnnouncement.objects.order_by("pk")] == [
        "100.00 USD",
        "80.00 USD",
    ]
    assert second.proof == WireProof.objects.get()  # the receipt that was uploaded stays
    assert len(history(payment)) == 2
    [expected] = expected_wires(payment.top_up.customer, count_max=5)
    assert expected.announcement == second


def test_a_proof_is_kept_under_a_random_name_where_only_the_portal_reads(settings):
    payment = make_wire()
    proof = announce(payment, proof=a_receipt()).proof
    stored = Path(settings.PRIVATE_FILES_ROOT) / proof.stored_as
    assert (stored.stat().st_mode & 0o777, stored.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert "receipt" not in proof.stored_as
    assert open_private_file(proof.stored_as).read() == a_receipt().content
    assert (proof.name, proof.size_bytes) == ("receipt.pdf", len(a_receipt().content))


def test_the_same_proof_again_is_kept_once_and_another_one_beside_it():
    payment = make_wire()
    announce(payment, proof=a_receipt())
    announce(payment, proof=a_receipt())
    assert WireProof.objects.count() == 1
    announce(payment, proof=a_receipt(b"%PDF-1.7 another"))
    assert WireProof.objects.count() == 2


def test_there_is_an_end_to_corrections():
    payment = make_wire()
    for cents in range(ANNOUNCEMENTS_PER_PAYMENT_MAX):
        announce(payment, money=usd(f"10.{cents:02}"))
    with pytest.raises(Refused, match="You have changed this very often"):
        announce(payment, money=usd("11.00"))


def test_what_is_over_or_being_checked_is_not_announced():
    canceled, odd = make_wire(), make_wire()
    cancel_payment(payment_id=canceled.pk, now=utc_now())
    Payment.objects.filter(pk=odd.pk).update(needs_review="odd")
    for payment in (canceled, odd):
        with pytest.raises(Refused):
            announce(payment)
    assert not WireAnnouncement.objects.exists()


def test_a_card_payment_has_no_wire_to_announce():
    with pytest.raises(Payment.DoesNotExist):
        announce(make_payment())


@pytest.mark.parametrize("table", ["payments_wireannouncement", "payments_wireproof"])
@pytest.mark.parametrize(
    "statement", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {} CASCADE"]
)
def test_what_was_told_cannot_be_rewritten(table, statement):
    """M14"""
    announce(make_wire(), proof=a_receipt())
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(table))


# --- what the customer and staff see of it ------------------------------------------------------


def test_the_instructions_are_mailed_once_with_everything_to_write():
    customer = make_customer()
    payment = make_wire(customer=customer, purse=Purse.VOICE)
    email = OutgoingEmail.objects.get()
    instructions = wire_instructions(payment.top_up)
    assert email.key == f"wire-instructions:{payment.top_up.reference}"
    assert email.to == customer.members.get().email
    assert email.subject == "How to send your wire of 100.00 USD"
    assert f"Reference: {instructions.reference.text}\n" in email.text
    assert "IBAN: DE89 3704 0044 0532 0130 00\n" in email.text
    assert f"write your account number instead: {customer.account_number}" in email.text
    assert f"/topup/{payment.top_up.reference}/wire/" in email.text


def test_no_instructions_are_mailed_for_a_card():
    make_payment()
    assert not OutgoingEmail.objects.exists()


def test_the_reference_counts_the_top_ups_of_the_customer():
    customer = make_customer()
    references = [
        wire_instructions(make_wire(customer=customer, money=usd("20.00")).top_up).reference.copied
        for _ in range(2)
    ]
    assert [reference[4:] for reference in references] == [
        f"{customer.account_number}V1",
        f"{customer.account_number}V2",
    ]


def test_wires_that_wait_are_listed_with_what_is_known_until_they_are_over():
    customer = make_customer()
    sent, unsent, over = (make_wire(customer=customer, money=usd("20.00")) for _ in range(3))
    said = announce(sent)
    cancel_payment(payment_id=over.pk, now=utc_now())
    start_wire(make_customer(), usd("20.00"))
    listed = expected_wires(customer, count_max=5)
    assert [(wire.top_up, wire.announcement) for wire in listed] == [
        (unsent.top_up, None),
        (sent.top_up, said),
    ]


def queue_named(title: str, *, now: datetime) -> Queue:
    return next(queue for queue in staff_queue(now=now) if str(queue.title) == title)


def late_wires(now: datetime) -> list[str]:
    return [item.what for item in queue_named("Wires that are late", now=now).items]


def test_staff_see_a_wire_that_is_late_and_none_that_is_on_time_or_over():
    payment, given_up = make_wire(), make_wire()
    announce(payment, sent_on=MONDAY, now=at_noon(MONDAY))
    announce(given_up, sent_on=MONDAY, now=at_noon(MONDAY))
    cancel_payment(payment_id=given_up.pk, now=utc_now())
    assert late_wires(at_noon(MONDAY + timedelta(days=3))) == []
    [late] = late_wires(at_noon(MONDAY + timedelta(days=4)))
    assert late.startswith(f"{payment} · 100.00 USD, Ada Lovelace · ")


def test_a_wire_that_takes_days_is_not_called_stuck():
    payment = make_wire()
    announce(payment)
    stuck = queue_named("Payments stuck over 15 minutes", now=utc_now() + timedelta(days=2))
    assert stuck.count == 0
