"""Account numbers that differ by one slip of the pen from what was written.

Their last digit is a Damm check digit, which notices every single wrong digit and every two
neighbours changed over. So of some 80 slips only about ten make a valid number: they are
counted up and looked for, instead of comparing with every customer.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

from commpeak.lib.ids import ACCOUNT_NUMBER_LENGTH, is_account_number

_DIGITS = "0123456789"


class Slip(Enum):
    WRONG = auto()
    SWAPPED = auto()
    MISSING = auto()
    ADDED = auto()


@dataclass(frozen=True, slots=True)
class NearNumber:
    """`written` is in the text, `meant` a valid account number."""

    written: str
    meant: str
    slip: Slip


def near_numbers(written: str) -> list[NearNumber]:
    """At most a dozen, each once; none for a valid account number or another length."""
    found: dict[str, NearNumber] = {}
    for meant, slip in _slips(written):
        if is_account_number(meant) and not meant.startswith("0"):
            found.setdefault(meant, NearNumber(written, meant, slip))
    return list(found.values())


def _slips(written: str) -> Iterator[tuple[str, Slip]]:
    missing = ACCOUNT_NUMBER_LENGTH - len(written)
    if missing == 1:
        yield from ((meant, Slip.MISSING) for meant in _with_one_more(written))
    elif missing == -1:
        yield from ((written[:at] + written[at + 1 :], Slip.ADDED) for at in range(len(written)))
    elif missing == 0 and not is_account_number(written):
        yield from ((meant, Slip.SWAPPED) for meant in _swapped(written))
        yield from ((meant, Slip.WRONG) for meant in _with_one_other(written))


def _swapped(written: str) -> Iterator[str]:
    for at in range(len(written) - 1):
        yield written[:at] + written[at + 1] + written[at] + written[at + 2 :]


def _with_one_other(written: str) -> Iterator[str]:
    for at in range(len(written)):
        yield from (written[:at] + digit + written[at + 1 :] for digit in _DIGITS)


def _with_one_more(written: str) -> Iterator[str]:
    for at in range(len(written) + 1):
        yield from (written[:at] + digit + written[at:] for digit in _DIGITS)
