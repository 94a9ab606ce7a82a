"""The reference of a wire: an ISO 11649 creditor reference that names customer, balance, top-up.

    RF26 1234 5674 V3       RF, two check digits, account number, V or S, the top-up's number

Banks' own forms verify the check digits (98 − the reference followed by "RF00", read in base
36 digit by digit, mod 97), so a slip of the pen is told to the payer before the money leaves.
"""

import re
from dataclasses import dataclass

from stdnum import iso11649
from stdnum.exceptions import ValidationError
from stdnum.iso7064 import mod_97_10

_PURSES = {"V": "voice", "S": "sms"}
_LETTERS = {purse: letter for letter, purse in _PURSES.items()}
# twelve digits of number make 25 characters, the most that ISO 11649 allows
_BODY = re.compile(r"([1-9][0-9]{7})([VS])([1-9][0-9]{0,11})")
_OURS = re.compile(rf"RF[0-9]{{2}}{_BODY.pattern}")


@dataclass(frozen=True, slots=True)
class WireReference:
    """What a reference of ours names. `number` counts the customer's top-ups from 1."""

    account_number: str
    purse: str
    number: int


def make_reference(*, account_number: str, purse: str, number: int) -> str:
    """Without spaces. Raises ValueError when the parts do not make a reference that parses."""
    body = f"{account_number}{_LETTERS.get(purse, '')}{number}"
    if _BODY.fullmatch(body) is None:
        raise ValueError(f"no reference can be made of {account_number!r} {purse!r} {number!r}")
    return f"RF{mod_97_10.calc_check_digits(body + 'RF')}{body}"


def parse_reference(text: str) -> WireReference:
    """Reads what people and banks make of it: spaces, dashes and small letters do not matter.

    Raises ValueError for a wrong check digit and for what is no reference of ours.
    """
    try:
        reference = iso11649.validate(text)
    except ValidationError as error:
        raise ValueError(f"no creditor reference: {text[:40]!r}") from error
    found = _OURS.fullmatch(reference)
    if found is None:
        raise ValueError(f"no reference of ours: {text[:40]!r}")
    return WireReference(found[1], _PURSES[found[2]], int(found[3]))


def grouped(reference: str) -> str:
    """In fours, as people read it out and type it."""
    return str(iso11649.format(reference))
