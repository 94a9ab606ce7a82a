"""What Celery wakes. Every task finds its work in PostgreSQL, so a lost message loses nothing."""

from datetime import date

from celery import shared_task

from billing.services.claim_due_balances import claim_due_balances
from commpeak.lib.clock import utc_now
from commpeak.lib.logs import log
from payments.gateways.base import GatewayError
from payments.gateways.registry import GATEWAYS, gateways_with_movements
from payments.models import PaymentEvent
from payments.selectors.days_to_compare import days_to_compare
from payments.selectors.due_refunds import due_refunds
from payments.selectors.due_statement_uploads import due_statement_uploads
from payments.selectors.due_webhooks import due_webhooks
from payments.selectors.open_refills import cards_to_forget, due_card_setups, unsettled_refills
from payments.services.check_gateway_day import check_gateway_day
from payments.services.claim_due_payments import claim_due_payments
from payments.services.end_unbegun_refills import end_unbegun_refills
from payments.services.find_remote_changes import find_remote_changes
from payments.services.finish_card_setup import finish_card_setup
from payments.services.forget_card import forget_card
from payments.services.process_refund import process_refund
from payments.services.process_webhook import process_webhook
from payments.services.refill_balance import refill_balance
from payments.services.requeue_missed_refills import requeue_missed_refills
from payments.services.retune_refills import retune_refills
from payments.services.settle_promos import settle_promos
from payments.services.sync_payment import sync_payment
from payments.services.warn_of_expiring_cards import warn_of_expiring_cards
from payments.services.work_on_statement import work_on_statement

REFILLS_SWEPT_MAX = 500


@shared_task
def process_webhook_task(event_id: int) -> None:
    process_webhook(event_id=event_id, now=utc_now())


@shared_task
def sync_payment_task(payment_id: int) -> None:
    try:
        sync_payment(payment_id=payment_id, source=PaymentEvent.Source.POLL, now=utc_now())
    except GatewayError as error:
        log.info("gateway_error", payment_id=payment_id, error=error.log_text)


@shared_task
def sweep_webhooks() -> None:
    for event_id in due_webhooks(now=utc_now()):
        process_webhook_task.delay(event_id)


@shared_task
def sweep_payments() -> None:
    for payment_id in claim_due_payments(now=utc_now()):
        sync_payment_task.delay(payment_id)


@shared_task
def process_refund_task(refund_id: int) -> None:
    process_refund(refund_id=refund_id, now=utc_now())


@shared_task
def sweep_refunds() -> None:
    for refund_id in due_refunds(now=utc_now()):
        process_refund_task.delay(refund_id)


@shared_task
def work_on_statement_upload(upload_id: int) -> None:
    work_on_statement(upload_id=upload_id, now=utc_now())


@shared_task
def sweep_statement_uploads() -> None:
    for upload_id in due_statement_uploads(now=utc_now()):
        work_on_statement_upload.delay(upload_id)


@shared_task
def refill_balance_task(balance_id: int) -> None:
    refill_balance(balance_id=balance_id, now=utc_now())


@shared_task
def finish_card_setup_task(setup_id: int) -> None:
    try:
        finish_card_setup(setup_id=setup_id, now=utc_now())
    except GatewayError as error:
        log.info("gateway_error", setup_id=setup_id, error=error.log_text)


@shared_task
def forget_card_task(card_id: int) -> None:
    try:
        forget_card(card_id=card_id, now=utc_now())
    except GatewayError as error:
        log.info("gateway_error", card_id=card_id, error=error.log_text)


@shared_task
def sweep_refills() -> None:
    """What `manage.py refill` has not taken up, and what a worker that died left half done."""
    now = utc_now()
    for balance_id in claim_due_balances(now=now, count_max=REFILLS_SWEPT_MAX):
        refill_balance_task.delay(balance_id)
    for payment_id in unsettled_refills(now=now):
        sync_payment_task.delay(payment_id)
    for setup_id in due_card_setups(now=now):
        finish_card_setup_task.delay(setup_id)
    for card_id in cards_to_forget(now=now):
        forget_card_task.delay(card_id)
    end_unbegun_refills(now=now)


@shared_task
def look_after_refills() -> None:
    """Once a day."""
    now = utc_now()
    if missed := requeue_missed_refills(now=now):
        log.error("refills_missed", balances=missed)
    retune_refills(now=now)
    warn_of_expiring_cards(now=now)


@shared_task
def find_remote_changes_task() -> None:
    """One gateway that does not answer keeps no other from being asked."""
    for code, gateway in GATEWAYS.items():
        if gateway.is_configured():
            find_remote_changes_of.delay(code)


@shared_task
def find_remote_changes_of(gateway: str) -> None:
    find_remote_changes(gateway=gateway, now=utc_now())


@shared_task
def settle_promos_task() -> None:
    settle_promos(now=utc_now())


@shared_task
def check_gateway_days_task() -> None:
    """Every gateway that tells what moved; each day by itself."""
    for gateway in gateways_with_movements():
        for day in days_to_compare(gateway=gateway.code, now=utc_now()):
            check_gateway_day_of.delay(gateway.code, day.isoformat())


@shared_task
def check_gateway_day_of(gateway: str, day: str) -> None:
    check_gateway_day(gateway=gateway, day=date.fromisoformat(day), now=utc_now())
