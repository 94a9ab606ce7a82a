"""Time zones a customer can live in: IANA names like "Europe/Kyiv"."""

import zoneinfo
from functools import lru_cache

# The tz database also holds technical names ("Etc/GMT-5", "posixrules") and abbreviations
# ("EST5EDT") that say nothing about where somebody is.
_REGIONS = (
    "Africa/",
    "America/",
    "Antarctica/",
    "Arctic/",
    "Asia/",
    "Atlantic/",
    "Australia/",
    "Europe/",
    "Indian/",
    "Pacific/",
)
DEFAULT_TIME_ZONE = "UTC"


@lru_cache(maxsize=1)
def time_zones() -> tuple[str, ...]:
    """All names offered, UTC first, then by region and city."""
    named = sorted(name for name in zoneinfo.available_timezones() if name.startswith(_REGIONS))
    return (DEFAULT_TIME_ZONE, *named)


def is_time_zone(name: str) -> bool:
    return name in time_zones()


def zone(name: str) -> zoneinfo.ZoneInfo:
    """UTC for a name that the tz database has dropped since it was chosen."""
    return zoneinfo.ZoneInfo(name if is_time_zone(name) else DEFAULT_TIME_ZONE)
