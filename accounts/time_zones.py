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
# Former names of zones that are offered by their present ones. Browsers still report some.
_RENAMED = {
    "America/Atka",
    "America/Buenos_Aires",
    "America/Catamarca",
    "America/Coral_Harbour",
    "America/Cordoba",
    "America/Ensenada",
    "America/Fort_Wayne",
    "America/Godthab",
    "America/Indianapolis",
    "America/Jujuy",
    "America/Knox_IN",
    "America/Louisville",
    "America/Mendoza",
    "America/Porto_Acre",
    "America/Rosario",
    "America/Santa_Isabel",
    "America/Shiprock",
    "Asia/Ashkhabad",
    "Asia/Calcutta",
    "Asia/Chongqing",
    "Asia/Chungking",
    "Asia/Dacca",
    "Asia/Katmandu",
    "Asia/Macao",
    "Asia/Rangoon",
    "Asia/Saigon",
    "Asia/Thimbu",
    "Asia/Ujung_Pandang",
    "Asia/Ulan_Bator",
    "Atlantic/Faeroe",
    "Atlantic/Jan_Mayen",
    "Europe/Kiev",
    "Pacific/Samoa",
    "Pacific/Yap",
}


@lru_cache(maxsize=1)
def time_zones() -> tuple[str, ...]:
    """All names there are, UTC first, then by region and city."""
    named = sorted(name for name in zoneinfo.available_timezones() if name.startswith(_REGIONS))
    return (DEFAULT_TIME_ZONE, *named)


def offered_time_zones(current: str) -> list[str]:
    """Each zone by its present name, and `current` whatever it is called."""
    return [name for name in time_zones() if name not in _RENAMED or name == current]


def is_time_zone(name: str) -> bool:
    return name in time_zones()


def zone(name: str) -> zoneinfo.ZoneInfo:
    """UTC for a name that the tz database has dropped since it was chosen."""
    return zoneinfo.ZoneInfo(name if is_time_zone(name) else DEFAULT_TIME_ZONE)
