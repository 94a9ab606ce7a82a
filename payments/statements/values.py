"""The values of a line out of the words of a file: exact, or a reason why not."""

from __future__ import annotations

import re
from datetime import date, datetime

from django.utils.translation import gettext as _

from commpeak.lib.currencies import places
from commpeak.lib.money import Money
from payments.statements.limits import FIELD_CHARS_MAX, TEXT_CHARS_MAX

_NUMBER = re.compile(r"0*[0-9]{1,14}(?P<decimals>\.[0-9]{0,17})?", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
_NO_IDS = frozenset({"NOTPROVIDED", "NOT PROVIDED", "NONREF", "NOREF", "NONE", "UNKNOWN"})


class UnreadableValue(Exception):
    """One value of a line cannot be read; `problem` says why, in words for staff."""

    def __init__(self, problem: str) -> None:
        self.problem = problem
        super().__init__(problem)


def read_amount(text: str, currency: str) -> Money:
    """ "12.50" of EUR, for a movement: above zero, never rounded. Zeros at the end do not count
    as decimals ("8.850" is 8.85). Raises UnreadableValue."""
    money = read_balance_amount(text, currency)
    if not money:
        raise UnreadableValue(_("The amount is 0."))
    return money


def read_balance_amount(text: str, currency: str) -> Money:
    """As `read_amount`, and zero is an amount too."""
    text = text.strip()
    if not text:
        raise UnreadableValue(_("There is no amount."))
    number = _NUMBER.fullmatch(text)
    if not number:
        raise UnreadableValue(_("“%(text)s” is not an amount.") % {"text": text[:40]})
    try:
        decimal_places = places(currency)
    except ValueError:
        raise UnreadableValue(
            _("“%(code)s” is not a currency.") % {"code": currency[:10]}
        ) from None
    decimals = (number["decimals"] or "").lstrip(".")
    if decimals[decimal_places:].strip("0"):
        raise UnreadableValue(
            _("The amount %(text)s has more decimals than %(currency)s has (%(places)d).")
            % {"text": text, "currency": currency, "places": decimal_places}
        )
    whole = text.partition(".")[0].lstrip("0") or "0"  # some banks fill up with zeros
    decimals = decimals[:decimal_places]
    return Money.parse(f"{whole}.{decimals}" if decimals else whole, currency)


def read_iso_day(text: str) -> date:
    """The day of "2026-05-03", also with a time or zone behind it: the day as the bank says it."""
    try:
        return date.fromisoformat(text.strip()[:10])
    except ValueError:
        raise UnreadableValue(_("“%(text)s” is not a date.") % {"text": text[:40]}) from None


def read_formed_day(text: str, form: str) -> date:
    """A day written in the form of strptime; a time behind it is left out."""
    day = text.partition(" ")[0].partition("T")[0]
    try:
        # strptime takes 2026115 as well, which is two days
        if form == "%Y%m%d" and len(day) != 8:
            raise ValueError(day)
        return datetime.strptime(day, form).date()  # noqa: DTZ007  a day of the bank, no moment
    except ValueError:
        raise UnreadableValue(_("“%(text)s” is not a date.") % {"text": text[:40]}) from None


def words(*pieces: str, limit: int = TEXT_CHARS_MAX) -> str:
    """The pieces joined by single spaces, what cannot be shown or stored left out."""
    joined = " ".join(pieces)
    return " ".join(_CONTROL.sub(" ", joined).split())[:limit].rstrip()


def field(text: str) -> str:
    """One short value: a name, a reference, a number."""
    return words(text, limit=FIELD_CHARS_MAX)


def an_id(text: str) -> str:
    """A reference, "" where the bank only says that there is none."""
    value = field(text)
    return "" if value.upper() in _NO_IDS else value


def currency_code(text: str) -> str:
    """The code of a currency, "" where it is none."""
    code = text.strip()
    try:
        places(code)
    except ValueError:
        return ""
    return code


def account_number(text: str) -> str:
    """An IBAN or another number in capitals, without spaces."""
    return field(text).replace(" ", "").upper()
