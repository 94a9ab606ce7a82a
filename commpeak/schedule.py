"""When work in the background starts by itself: the schedule of Celery beat, in UTC."""

from typing import Any

from celery.schedules import crontab

# what looks into the database for work whose message was lost
_SWEEPS = {
    "note heartbeat": "accounts.tasks.note_heartbeat_task",
    "sweep webhooks": "payments.tasks.sweep_webhooks",
    "sweep payments": "payments.tasks.sweep_payments",
    "sweep refunds": "payments.tasks.sweep_refunds",
    "sweep refills": "payments.tasks.sweep_refills",
    "sweep statement files": "payments.tasks.sweep_statement_uploads",
    "sweep e-mails": "accounts.tasks.sweep_emails",
    "sweep balance alerts": "billing.tasks.sweep_balance_alerts",
}

_BY_THE_CLOCK = {
    "add up use": ("billing.tasks.add_up_use_task", crontab(minute=25)),
    "look after refills": ("payments.tasks.look_after_refills", crontab(hour=2, minute=40)),
    "find remote changes": (
        "payments.tasks.find_remote_changes_task",
        crontab(hour=3, minute=10),
    ),
    "settle promos": ("payments.tasks.settle_promos_task", crontab(hour=3, minute=20)),
    "expire promos": ("billing.tasks.expire_promos_task", crontab(hour=3, minute=30)),
    "cut snapshots": ("billing.tasks.cut_snapshots_task", crontab(hour=3, minute=40)),
    "verify the ledger": ("billing.tasks.verify_ledger_task", crontab(hour=4, minute=10)),
    # after the list of changes was read and acted on
    "compare gateways' days": (
        "payments.tasks.check_gateway_days_task",
        crontab(hour=4, minute=40),
    ),
}


def beat_schedule(*, sweep_seconds: int, is_by_the_clock: bool) -> dict[str, dict[str, Any]]:
    """For CELERY_BEAT_SCHEDULE; with `is_by_the_clock` False only the sweeps."""
    sweeps = {name: {"task": task, "schedule": sweep_seconds} for name, task in _SWEEPS.items()}
    by_the_clock = {
        name: {"task": task, "schedule": at} for name, (task, at) in _BY_THE_CLOCK.items()
    }
    return sweeps | by_the_clock if is_by_the_clock else sweeps
