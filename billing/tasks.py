"""What the ledger does by the clock; see commpeak/schedule.py."""

from celery import shared_task

from billing.models import BalanceAlert
from billing.selectors.alerts_to_check import alerts_to_check
from billing.selectors.verify import verify_ledger
from billing.services.add_up_use import add_up_use
from billing.services.check_balance_alert import check_balance_alert
from billing.services.cut_snapshots import cut_snapshots
from billing.services.drop_recovered_balances import drop_recovered_balances
from billing.services.expire_promos import expire_promos
from billing.services.refresh_alert_mark import refresh_alert_mark
from commpeak.lib.clock import utc_now
from commpeak.lib.logs import log
from commpeak.lib.one_by_one import one_by_one


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


@shared_task
def sweep_balance_alerts() -> None:
    now = utc_now()
    one_by_one(
        alerts_to_check(now=now),
        lambda account_id: check_balance_alert(account_id=account_id, now=now),
        trouble="balance_alert_broke_off",
    )
    drop_recovered_balances()


@shared_task
def add_up_use_task() -> None:
    """Then the alerts that go by the pace, as it has changed."""
    now = utc_now()
    add_up_use()
    by_pace = BalanceAlert.objects.filter(runway_days__isnull=False)
    one_by_one(
        by_pace.values_list("pk", flat=True).iterator(),
        lambda account_id: refresh_alert_mark(account_id=account_id, now=now),
        trouble="alert_mark_broke_off",
    )
