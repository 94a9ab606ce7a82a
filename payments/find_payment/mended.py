"""References and account numbers as people meant them: one symbol wrong, or two swapped.

All of ours end in check symbols, so that most slips leave something that cannot be right; what
could be right and is one slip away is what was meant. Several may be: the caller looks which
of them there are.
"""

import re
from collections.abc import Callable, Iterator

from commpeak.lib.ids import is_account_number, is_refund_reference, is_top_up_reference
from payments.gateways.wire.reference import WireReference, parse_reference

# what is never in a reference, and what it is mistaken for
_LOOK_ALIKES = str.maketrans({"O": "0", "I": "1", "L": "1"})
_DIGITS = "0123456789"
_SYMBOLS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
_SHORT = re.compile(r"([TR])-?([0-9A-Z]{10})(-[0-9]{1,3})?")


def account_numbers(text: str) -> list[str]:
    """`text` itself when it is one, else those that are one slip away from its eight digits."""
    if not re.fullmatch(r"[0-9]{8}", text):
        return []
    return _meant(text, _DIGITS, is_account_number)


def short_references(text: str) -> list[str]:
    """References of top-ups (T-…) and refunds (R-…); the number of a try at its end is left out."""
    found = _SHORT.fullmatch(text.upper())
    if found is None:
        return []
    prefix, body = f"{found[1]}-", found[2]
    is_right = is_top_up_reference if found[1] == "T" else is_refund_reference
    bodies = _meant(body, _SYMBOLS, lambda one: is_right(prefix + one))
    return [prefix + one for one in bodies]


def wire_references(text: str) -> list[WireReference]:
    """Those of "RF…", written with blanks or without; digits that follow it may be something
    else, as in "RF… V3 5 May"."""
    words = text.upper().replace("-", " ").split()
    bodies = ["".join(words[:count])[2:] for count in range(len(words), 0, -1)]
    for slips in (lambda body: [body], lambda body: list(_one_slip_away(body, _DIGITS))):
        for body in bodies:
            if meant := [one for slip in slips(body) if (one := _parsed(f"RF{slip}"))]:
                return list(dict.fromkeys(meant))
    return []


def _parsed(text: str) -> WireReference | None:
    try:
        return parse_reference(text)
    except ValueError:
        return None


def _meant(text: str, symbols: str, is_right: Callable[[str], bool]) -> list[str]:
    if is_right(text):
        return [text]
    return list(dict.fromkeys(one for one in _one_slip_away(text, symbols) if is_right(one)))


def _one_slip_away(text: str, symbols: str) -> Iterator[str]:
    """Swapped neighbours first: fingers do that more often than they hit another key."""
    looks_like = text.translate(_LOOK_ALIKES)
    if looks_like != text:
        yield looks_like
    for at in range(len(text) - 1):
        yield text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    for at, symbol in enumerate(text):
        for other in symbols:
            if other != symbol:
                yield text[:at] + other + text[at + 1 :]
