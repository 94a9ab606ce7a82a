"""Numbers of bank accounts: tidied, checked, and how they are named in their country.

IBANs and BICs are checked by schwifty (length and check digits by the registry, and the
national ones), American routing numbers by python-stdnum. Nothing asks the network.
"""

import re

from django.utils.translation import gettext as _
from schwifty import BIC, IBAN
from schwifty.exceptions import SchwiftyException
from stdnum.exceptions import ValidationError
from stdnum.us import rtn

from commpeak.lib.errors import InvalidInput

_SORT_CODE = re.compile(r"[0-9]{6}", re.ASCII)
_SOME_NUMBER = re.compile(r"[0-9A-Z]{2,34}", re.ASCII)


def clean_iban(text: str) -> str:
    """In capital letters without spaces; "" stays "". Raises InvalidInput."""
    try:
        return str(IBAN(text, validate_bban=True)) if _compact(text) else ""
    except SchwiftyException as error:
        raise InvalidInput(
            _("This is not a valid IBAN. Please check each character."), str(error)
        ) from error


def clean_bic(text: str) -> str:
    """As clean_iban, for BIC (SWIFT) codes of 8 or 11 characters."""
    try:
        return str(BIC(text)) if _compact(text) else ""
    except SchwiftyException as error:
        raise InvalidInput(_("This is not a valid BIC (SWIFT code)."), str(error)) from error


def clean_number(text: str) -> str:
    """An account number as banks without IBAN have it: letters and digits only."""
    number = _compact(text)
    if number and _SOME_NUMBER.fullmatch(number) is None:
        raise InvalidInput(_("An account number has letters and digits only."))
    return number


def clean_routing_number(text: str, country: str) -> str:
    """The ABA number of an American bank, the sort code of a British one, or another's own."""
    number = clean_number(text)
    if number and not _is_routing_number(number, country):
        raise InvalidInput(_("This is not a valid number of a bank in this country."))
    return number


def routing_label(country: str) -> str:
    """What banks of that country call the number of a bank."""
    labels = {"US": _("Routing number (ABA)"), "GB": _("Sort code"), "AU": _("BSB")}
    return labels.get(country, _("Bank code"))


def grouped_iban(iban: str) -> str:
    """In fours, as it is printed on paper."""
    return " ".join(iban[start : start + 4] for start in range(0, len(iban), 4))


def is_in_sepa(iban: str) -> bool:
    return IBAN(iban, allow_invalid=True).in_sepa_zone if iban else False


def _is_routing_number(number: str, country: str) -> bool:
    if country == "US":
        try:
            return bool(rtn.validate(number))
        except ValidationError:
            return False
    return country != "GB" or _SORT_CODE.fullmatch(number) is not None


def _compact(text: str) -> str:
    return re.sub(r"[\s.-]", "", text).upper()
