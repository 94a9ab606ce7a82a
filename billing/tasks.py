"""What the ledger does every night; see CELERY_BEAT_SCHEDULE."""

from celery import shared_task

from billing.selectors.verify import verify_ledger
from billing.services.cut_snapshots import cut_snapshots
from billing.services.expire_promos import expire_promos
from commpeak.lib.clock import utc_now
from commpeak.lib.logs import log


@shared_task
def cut_snapshots_task() -> None:
    cut_snapshots(now=utc_now())


@shared_task
def expire_promos_task() -> None:
    expire_promos(now=utc_now())


@shared_task
def verify_ledger_task() -> None:
    """Logs one error per claim that fails; what it names is for `manage.py verify_ledger`."""
    for finding in verify_ledger():
        if finding.faults:
            log.error("ledger_does_not_prove", claim=finding.claim, faults=finding.faults)
