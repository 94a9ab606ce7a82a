"""VAT ids: their shape and check digits, country by country (python-stdnum).

Whether a number is registered is the tax office's business (VIES and others); nothing here
asks the network.
"""

import re
from typing import Any

import stdnum
from django.utils.translation import gettext as _
from stdnum.eu import vat as eu_vat
from stdnum.exceptions import ValidationError as NotValid

from accounts.countries import country_name
from commpeak.lib.errors import InvalidInput

_PREFIX_OF_COUNTRY = {"GR": "EL"}  # Greek ids are the only ones with another country's code
_SOME_NUMBER = re.compile(r"[A-Z0-9]{2,20}")


def normalised_vat_id(text: str, country_code: str) -> str:
    """`text` without spaces and in capital letters; in the EU with its country's two letters.

    A company may be registered in another EU country than its address, so any EU country's id
    is taken there. Where no rule is known for the country, 2 to 20 letters and digits are.
    Raises InvalidInput with a text for the customer.
    """
    compact = re.sub(r"[\s./-]", "", text).upper()
    if not compact:
        return ""
    for candidate in _candidates(compact, country_code):
        valid = _valid(candidate, country_code)
        if valid:
            return valid
    raise InvalidInput(
        _("This is not a valid VAT id for %(country)s. Please check each digit.")
        % {"country": country_name(country_code) or _("your country")},
        f"VAT id not valid in {country_code!r}",
    )


def _candidates(compact: str, country_code: str) -> list[str]:
    prefix = _PREFIX_OF_COUNTRY.get(country_code, country_code)
    return [compact, prefix + compact] if _is_in_eu(country_code) else [compact]


def _valid(candidate: str, country_code: str) -> str:
    """The id as it is stored, or empty."""
    rules = eu_vat if _is_in_eu(country_code) else _rules_of(country_code)
    if rules is None:
        return candidate if _SOME_NUMBER.fullmatch(candidate) else ""
    try:
        return str(rules.validate(candidate))
    except NotValid:
        return ""


def _is_in_eu(country_code: str) -> bool:
    return country_code.lower() in eu_vat.MEMBER_STATES


def _rules_of(country_code: str) -> Any:
    """The stdnum module for the country's VAT ids, or None."""
    return stdnum.get_cc_module(country_code.lower(), "vat") if country_code else None
