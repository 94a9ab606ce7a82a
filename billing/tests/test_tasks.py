"""The nightly tasks do their work and tell what is wrong."""

import pytest
from django.conf import settings
from django.db import connection
from structlog.testing import capture_logs

from billing.models import Balance
from billing.tasks import cut_snapshots_task, verify_ledger_task
from billing.tests.builders import make_customer, top_up, voice_of
from commpeak.celery import app

pytestmark = pytest.mark.django_db


def test_every_scheduled_task_exists():
    app.loader.import_default_modules()
    scheduled = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert scheduled <= set(app.tasks)


def test_books_that_prove_are_not_worth_a_line():
    top_up(make_customer(), "50.00")
    cut_snapshots_task()
    with capture_logs() as lines:
        verify_ledger_task()
    assert lines == []


def test_books_that_do_not_prove_are_an_error_that_names_the_account():
    customer = make_customer()
    top_up(customer, "50.00")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
    Balance.objects.filter(account=voice_of(customer)).update(amount=51)
    with capture_logs() as lines:
        verify_ledger_task()
    assert {line["log_level"] for line in lines} == {"error"}
    assert voice_of(customer).code in str(lines)
