"""One hint at a customer: what kind it is, how much it weighs, how it is told to staff."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from payments.gateways.wire.reference import WireReference
from payments.matching.base import ExpectedTopUp


class Kind(Enum):
    """Of one kind only the strongest counts: a number written twice is no better."""

    REFERENCE = auto()  # check digits fit, or a top-up's own name
    ACCOUNT_NUMBER = auto()
    DAY = auto()  # eight digits that are a day, and somebody's number by chance
    NEAR = auto()  # one slip of the pen away
    ANNOUNCED = auto()
    PAYER = auto()
    NAME = auto()
    AMOUNT = auto()


class Weight:
    """The order of the design: what the customer was told to write, then what may be chance.

    The sums matter: a payer's name with the amount of an open top-up (220 + 100) outweighs a
    number that merely looks like somebody's, and not one that is somebody's.
    """

    STRUCTURED_REFERENCE = 1000
    REFERENCE = 950
    END_TO_END_REFERENCE = 900
    REFERENCE_WITHOUT_RF = 800
    ACCOUNT_NUMBER_CALLED_SO = 750
    ACCOUNT_NUMBER = 650
    NEAR_REFERENCE = 650  # corrected, its check digits fit
    WRONG_CHECK_DIGITS = 600
    ACCOUNT_NUMBER_IN_END_TO_END_ID = 450
    AS_ANNOUNCED = 450
    ACCOUNT_NUMBER_AMONG_OTHERS = 280
    PAYER = 280
    NEAR = 220
    NAME = 220
    LIKE_NAME = 150
    ANNOUNCED_PAYER = 150
    ACCOUNT_NUMBER_BY_CHANCE = 120
    AMOUNT = 100
    NAME_OF_OTHER_FORM = 80
    ALMOST_AMOUNT = 40  # banks on the way keep their fees
    ANNOUNCED_BY_ANOTHER = 60
    NEAR_BY_CHANCE = 50
    OTHER_BALANCE = -200  # the texts name the other one


@dataclass(frozen=True, slots=True)
class Evidence:
    """`purse` and `number` (of the top-up) are what it names, else "" and None; `top_up` is
    set where it means this one and no other. `is_proof`: enough for a tick, when nothing
    speaks against it. `is_ours`: of an account number, called so, or with the letter of a
    balance. `is_exact`: of a name, all of it and nothing more."""

    kind: Kind
    account_number: str
    weight: int
    reason: str
    purse: str = ""
    number: int | None = None
    top_up: ExpectedTopUp | None = None
    reference: WireReference | None = None
    is_proof: bool = False
    is_ours: bool = False
    is_exact: bool = False
