"""A13: that beat is dead is known after ten minutes."""

from datetime import UTC, datetime, timedelta

import pytest

from accounts.models import Heartbeat
from accounts.selectors.heartbeat import HeartbeatSeen, heartbeat
from accounts.services.note_heartbeat import note_heartbeat
from commpeak.celery import app

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def test_a_beat_that_never_came_is_told():
    assert heartbeat(now=NOON) == HeartbeatSeen(None, is_old=True)


def test_a_beat_is_old_after_ten_minutes_and_young_again_with_the_next():
    note_heartbeat(now=NOON)
    after = NOON + timedelta(minutes=10)
    assert heartbeat(now=after) == HeartbeatSeen(NOON, is_old=False)
    assert heartbeat(now=after + timedelta(seconds=1)) == HeartbeatSeen(NOON, is_old=True)
    note_heartbeat(now=after)
    assert heartbeat(now=after + timedelta(seconds=1)) == HeartbeatSeen(after, is_old=False)


def test_two_beats_at_once_leave_one_row(django_assert_num_queries):
    for _ in range(2):
        with django_assert_num_queries(1):
            note_heartbeat(now=NOON)
    assert Heartbeat.objects.count() == 1


def test_every_task_that_beat_asks_for_exists():
    app.loader.import_default_modules()
    asked = {entry["task"] for entry in app.conf.beat_schedule.values()}
    assert "accounts.tasks.note_heartbeat_task" in asked
    assert asked <= set(app.tasks)
