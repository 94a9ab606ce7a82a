"""Whether background work goes on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from accounts.models import Heartbeat

# Sweeps come every SWEEP_SECONDS; a deploy or a broker's restart may take minutes.
SILENT_AFTER = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class HeartbeatSeen:
    """`beaten_at` None: never. `is_old`: e-mails, refills and what gateways did not report wait."""

    beaten_at: datetime | None
    is_old: bool


def heartbeat(*, now: datetime) -> HeartbeatSeen:
    """A13. One query."""
    beaten_at = Heartbeat.objects.values_list("beaten_at", flat=True).first()
    return HeartbeatSeen(beaten_at, beaten_at is None or beaten_at < now - SILENT_AFTER)
