"""Babel's data for the language the page is in."""

from babel import Locale, UnknownLocaleError
from django.utils.translation import get_language, to_locale


def active_locale() -> Locale:
    """Babel's locale for the active language; English where Babel does not know it."""
    try:
        return Locale.parse(to_locale(get_language() or "en"))
    except (UnknownLocaleError, ValueError):
        return Locale("en")
