"""How a bank writes its CSV: which column is what, and how days and amounts look."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from django.utils.translation import gettext as _

Column = str | int  # the header's name, or the place counted from 0

SEPARATORS = (";", ",", "\t", "|")
DECIMAL_MARKS = (".", ",")
THOUSANDS_MARKS = ("", ".", ",", " ", "'")
# A point between day and month is written where the day comes first, so only there.
DAY_FORMS = (
    *("%Y-%m-%d", "%d.%m.%Y", "%d.%m.%y", "%d/%m/%Y", "%m/%d/%Y", "%d/%m/%y", "%m/%d/%y"),
    *("%d-%m-%Y", "%m-%d-%Y", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d"),
)


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """A saved mapping is the same whichever way it was made: guessed, chosen or loaded.

    `header_lines` come before the first row, and the last of them has the columns' names;
    `footer_lines` come after the last row. The amount stands either in one column (`amount`,
    with a sign, or with its `direction` in another) or in two (`credit` and `debit`).
    `day_form` and `decimal_mark` are "" where a guess left them open: then nothing is read.
    With a `status` column only rows whose status is one of `booked_words` are booked.
    `own_account` is checked: a file of another account is refused.
    """

    encoding: str = "utf-8"
    separator: str = ";"
    header_lines: int = 1
    footer_lines: int = 0
    decimal_mark: str = ""
    thousands_mark: str = ""
    day_form: str = ""
    booked_on: Column | None = None
    value_on: Column | None = None
    amount: Column | None = None
    direction: Column | None = None
    credit: Column | None = None
    debit: Column | None = None
    currency: Column | None = None
    payer_name: Column | None = None
    payer_account: Column | None = None
    text: tuple[Column, ...] = ()
    reference: Column | None = None
    end_to_end_id: Column | None = None
    bank_id: Column | None = None
    own_account: Column | None = None
    status: Column | None = None
    booked_words: tuple[str, ...] = ()

    def problems(self) -> list[str]:
        """Why no file can be read with it, in words for staff; empty when one can."""
        found = []
        if not _is_encoding(self.encoding):
            found.append(_("The encoding is unknown."))
        if self.separator not in SEPARATORS:
            found.append(_("Choose what separates the columns."))
        if self.decimal_mark not in DECIMAL_MARKS:
            found.append(_("Choose whether amounts have a decimal point or a comma."))
        elif self.thousands_mark == self.decimal_mark:
            found.append(_("Thousands cannot be marked as decimals are."))
        if self.day_form not in DAY_FORMS:
            found.append(_("Choose how days are written."))
        if self.booked_on is None:
            found.append(_("Choose the column with the booking date."))
        if self.amount is None and self.credit is None:
            found.append(_("Choose the column with the amount."))
        if self.status is not None and not self.booked_words:
            found.append(_("Say which status means that a row is booked."))
        return found

    def as_dict(self) -> dict[str, Any]:
        """As it can be kept as JSON; `from_dict` brings it back."""
        kept = asdict(self)
        return {**kept, "text": list(self.text), "booked_words": list(self.booked_words)}

    @classmethod
    def from_dict(cls, kept: Mapping[str, Any]) -> ColumnMapping:
        """What a later version does not know any more is left out."""
        known = {field.name for field in fields(cls)}
        told = {name: value for name, value in kept.items() if name in known}
        for name in ("text", "booked_words"):
            told[name] = tuple(told.get(name, ()))
        return cls(**told)


def _is_encoding(name: str) -> bool:
    try:
        "".encode(name)
    except LookupError:  # also for "hex" and "zip", which are codecs too
        return False
    return True
