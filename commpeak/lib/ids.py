"""Identifiers that people read aloud: account numbers, references of top-ups and refunds.

Both are drawn at random (they tell nothing about how many customers or payments there are)
and end in a check symbol, so that one wrong or two swapped symbols are noticed.
"""

import secrets

from stdnum import damm
from stdnum.iso7064 import mod_37_36

ACCOUNT_NUMBER_LENGTH = 8
_REFERENCE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # no 0/O, 1/I/L, U
_REFERENCE_RANDOM_LENGTH = 9  # 30^9 ≈ 2·10^13: no guessing, no collisions to speak of


def new_account_number() -> str:
    """Eight digits, the last one the Damm check digit, never starting with 0."""
    body = str(secrets.choice("123456789")) + "".join(
        secrets.choice("0123456789") for _ in range(ACCOUNT_NUMBER_LENGTH - 2)
    )
    return body + damm.calc_check_digit(body)


def is_account_number(text: str) -> bool:
    return len(text) == ACCOUNT_NUMBER_LENGTH and text.isascii() and damm.is_valid(text)


def new_top_up_reference() -> str:
    """ "T-" and ten symbols, the last one an ISO 7064 mod 37,36 check symbol."""
    return _new_reference("T-")


def is_top_up_reference(text: str) -> bool:
    return _is_reference("T-", text)


def new_refund_reference() -> str:
    """ "R-" and ten symbols, as those of top-ups."""
    return _new_reference("R-")


def is_refund_reference(text: str) -> bool:
    return _is_reference("R-", text)


def _new_reference(prefix: str) -> str:
    while True:
        body = "".join(secrets.choice(_REFERENCE_ALPHABET) for _ in range(_REFERENCE_RANDOM_LENGTH))
        check = mod_37_36.calc_check_digit(body)
        if check in _REFERENCE_ALPHABET:  # as readable as the rest
            return f"{prefix}{body}{check}"


def _is_reference(prefix: str, text: str) -> bool:
    return text.startswith(prefix) and len(text) == 12 and mod_37_36.is_valid(text[2:])
