"""Notes that background work goes on."""

from datetime import datetime

from accounts.models import Heartbeat


def note_heartbeat(*, now: datetime) -> None:
    """Beat asks for it like for any sweep and a worker does it, so it stops when beat, the broker
    or the last worker does. Two beats at once write the same row. One query."""
    Heartbeat.objects.bulk_create(
        [Heartbeat(id=1, beaten_at=now)],
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=["beaten_at"],
    )
