"""Numbers that a text shows to be something else: IBANs, days, amounts, telephones."""

import re

from stdnum.iso7064 import mod_97_10

HIDDEN = "|"
_IBAN = re.compile(r"(?<![0-9A-Z])[A-Z]{2}[0-9]{2}(?: ?[0-9A-Z]{4}){2,7}(?: ?[0-9A-Z]{1,3})?")
_DAY = re.compile(
    r"(?<![0-9])(?:(?:0?[1-9]|[12][0-9]|3[01])([./-])(?:0?[1-9]|[12][0-9]|3[01])\1"
    r"(?:20)?[0-9]{2}|20[0-9]{2}([./-])(?:0?[1-9]|1[0-2])\2(?:0?[1-9]|[12][0-9]|3[01]))"
    r"(?![0-9]|[./-][0-9])"
)
_AMOUNT = re.compile(
    r"(?<![0-9.,])(?:[0-9]{1,3}(?:[.,'][0-9]{3})+|[0-9]+)[.,][0-9]{2}(?![0-9]|[.,][0-9])"
)
_TIME = re.compile(r"(?<![0-9:])[0-2]?[0-9]:[0-5][0-9](?::[0-5][0-9])?(?![0-9:])")
_SORT_CODE = re.compile(r"(?<![0-9-])[0-9]{2}-[0-9]{2}-[0-9]{2}[ /]+[0-9]{7,8}(?![0-9])")
# not the plus of "SVWZ+12345674", nor the zeros in the middle of "5101 0028"
_TELEPHONE = re.compile(
    r"(?:(?<![A-Z])\+|(?<![0-9])(?<![0-9][ .-])00)[1-9][0-9]{0,2}(?:[ ().-]{0,2}[0-9]+)+"
)


def hide_other_numbers(text: str) -> str:
    """The text, as long as before, with such numbers covered by "|"."""
    text = _IBAN.sub(_hidden_iban, text)
    for pattern in (_SORT_CODE, _DAY, _AMOUNT, _TIME, _TELEPHONE):
        text = pattern.sub(_hidden, text)
    return text


def _hidden(found: re.Match[str]) -> str:
    return HIDDEN * len(found[0])


def _hidden_iban(found: re.Match[str]) -> str:
    """Words behind it may look like more of it: the longest part that checks is hidden."""
    written = found[0]
    for end in range(len(written), 14, -1):
        if _is_iban(written[:end].replace(" ", "")):
            return HIDDEN * end + written[end:]
    return written


def _is_iban(text: str) -> bool:
    return bool(mod_97_10.is_valid(text[4:] + text[:4]))
