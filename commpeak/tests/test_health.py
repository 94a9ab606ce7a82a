"""What the machines are told: A11 (no database: 503) and A12 (read-only: health is red)."""

import pytest
from django.db import connection
from django.db.backends.postgresql.base import DatabaseWrapper
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client

from accounts.selectors.heartbeat import SILENT_AFTER
from accounts.services.note_heartbeat import note_heartbeat
from commpeak import health
from commpeak.lib.clock import utc_now
from embedded.valkey import free_port


@pytest.fixture
def unreachable_database(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The portal's database is where nobody listens, as when the server is down."""
    elsewhere = {**connection.settings_dict, "HOST": "127.0.0.1", "PORT": str(free_port())}
    monkeypatch.setattr(health, "connection", DatabaseWrapper(elsewhere, "default"))


def test_healthz_asks_nobody(client: Client) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}


@pytest.mark.django_db
def test_readyz_is_green_when_everything_is_there(client: Client) -> None:
    note_heartbeat(now=utc_now())
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (
        200,
        {"status": "ok", "database": "ok", "migrations": "ok", "broker": "ok", "beat": "ok"},
    )


@pytest.mark.usefixtures("unreachable_database")
def test_readyz_is_red_without_a_database(client: Client) -> None:
    """A11"""
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["database"]) == (503, "unreachable")


@pytest.mark.usefixtures("unreachable_database")
def test_healthz_stays_green_without_a_database(client: Client) -> None:
    """A restart of this process would not bring the database back."""
    assert client.get("/healthz").status_code == 200


@pytest.mark.django_db
def test_readyz_is_red_while_the_database_takes_no_writes(client: Client) -> None:
    """A12"""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL transaction_read_only = on")
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["database"]) == (503, "read-only")


@pytest.mark.django_db
def test_readyz_is_red_until_the_last_migration_is_applied(client: Client) -> None:
    recorder = MigrationRecorder(connection)
    recorder.migration_qs.filter(app="sessions").delete()
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["migrations"]) == (503, "missing")


@pytest.mark.django_db
def test_a_missing_broker_is_told_but_turns_nobody_away(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CELERY_BROKER_URL", f"redis://127.0.0.1:{free_port()}/0")
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["broker"]) == (200, "unreachable")


@pytest.mark.django_db
def test_a_silent_beat_is_told_but_turns_nobody_away(client: Client) -> None:
    """A13"""
    note_heartbeat(now=utc_now() - SILENT_AFTER)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["beat"]) == (200, "silent")


@pytest.mark.parametrize("address", ["/healthz", "/readyz"])
def test_neither_can_be_posted_to(client: Client, address: str) -> None:
    assert client.post(address).status_code == 405
