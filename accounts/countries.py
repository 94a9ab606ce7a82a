"""Country names in the reader's language, and a guess at the reader's own country."""

from functools import lru_cache

from babel.core import get_global

from accounts.address_rules import country_codes
from commpeak.lib.active_locale import active_locale


def country_name(code: str) -> str:
    """ "DE" is "Germany" in English and "Deutschland" in German; the code if there is no name."""
    return str(active_locale().territories.get(code, code))


def country_choices() -> list[tuple[str, str]]:
    """(code, name) of every country that has address rules, by name."""
    return _choices(str(active_locale()))


def country_of_time_zone(time_zone: str) -> str:
    """ "Europe/Berlin" is "DE"; empty for UTC and for zones that name no country."""
    zone = get_global("zone_aliases").get(time_zone, time_zone)  # Asia/Calcutta, Europe/Kiev
    code = str(get_global("zone_territories").get(zone, ""))
    return code if code in country_codes() else ""


@lru_cache(maxsize=32)  # one list for each language the portal is likely to speak
def _choices(_locale: str) -> list[tuple[str, str]]:
    return sorted(
        ((code, country_name(code)) for code in country_codes()),
        key=lambda pair: pair[1].casefold(),
    )
