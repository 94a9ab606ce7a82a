"""What every reader of statements makes of a file, whatever its format.

StatementError      the file as a whole is not read; `user_text` says what to do
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import TextChoices
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from commpeak.lib.errors import InvalidInput
from commpeak.lib.money import Money, total


class StatementError(InvalidInput):
    """The file is no statement, is broken, or contradicts itself: nothing of it is taken."""


class LineKind(TextChoices):
    """What a line of a statement is. Only credits are ever posted."""

    CREDIT = "credit", _("Credit")
    DEBIT = "debit", _("Debit, ignored")
    REVERSAL = "reversal", _("Reversal by the bank, ignored")
    NOT_BOOKED = "not_booked", _("Announced by the bank, not booked yet")
    UNREADABLE = "unreadable", _("Cannot be read")


@dataclass(frozen=True, slots=True)
class ParsedLine:
    """One movement as the bank tells it.

    `ordinal` counts the lines of its statement from 1, `file_line` is where it begins in the
    file. `money` is positive, in whatever direction it went: `is_credit` says which. An
    UNREADABLE line has a `problem` in words, and `money` and the days are None where they
    could not be read.
    `bank_id` is the bank's own id of the movement, "" where it gives none that lasts (a number
    within the statement is none). `reference` is a structured one, `text` all other words of
    the payer, the bank's pieces joined with single spaces, or without one where it cuts in the
    middle of words. The payer is whom the bank calls the debtor, and "" where it names none.
    """

    ordinal: int
    kind: LineKind
    money: Money | None
    is_credit: bool
    booked_on: date | None
    value_on: date | None
    file_line: int = 0
    bank_id: str = ""
    payer_name: str = ""
    payer_account: str = ""
    reference: str = ""
    end_to_end_id: str = ""
    text: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class ParsedBalance:
    """A balance as the bank tells it, signed. `code` is ISO 20022's: OPBD and CLBD are the booked
    ones, PRCD the previous statement's, ITBD between two pages, others are no base for anything."""

    code: str
    money: Money
    day: date | None


@dataclass(frozen=True, slots=True)
class ParsedStatement:
    """One statement of one bank account. Balances are signed: positive is the bank owing us.

    `account` is the IBAN or the bank's own number, in capitals without spaces. `opening` and
    `closing` are the booked balances; None where the format has none (CSV). They stand as the
    bank wrote them, if need be in another currency than the account: then nothing adds up, and
    `no_difference_because` says so. `balances` are all that were told, in their order.
    `is_copy`: the bank says that it sends this statement once more.
    """

    account: str
    currency: str
    statement_id: str
    opening: Money | None
    closing: Money | None
    first_day: date | None
    last_day: date | None
    lines: tuple[ParsedLine, ...]
    sequence: str = ""
    is_copy: bool = False
    balances: tuple[ParsedBalance, ...] = ()

    @property
    def booked(self) -> Iterator[ParsedLine]:
        """The lines that moved the balance."""
        moved = {LineKind.CREDIT, LineKind.DEBIT, LineKind.REVERSAL}
        return (line for line in self.lines if line.kind in moved)

    @property
    def difference(self) -> Money | None:
        """Closing − (opening + credits − debits): zero when it adds up, None where that cannot
        be told; `no_difference_because` then says why."""
        if self.opening is None or self.closing is None or self.no_difference_because:
            return None
        moved = [m if line.is_credit else -m for line in self.booked if (m := line.money)]
        return self.closing - self.opening - total(moved, self.currency)

    @property
    def no_difference_because(self) -> str:
        """Why it cannot be told whether the statement adds up, in words for staff, or ""."""
        if self.opening is None:
            return gettext("The statement has no opening balance.")
        if self.closing is None:
            return gettext("The statement has no closing balance.")
        for balance in (self.opening, self.closing):
            if balance.currency != self.currency:
                return gettext("The balance %(balance)s is not in the account's %(currency)s.") % {
                    "balance": balance,
                    "currency": self.currency,
                }
        if any(line.kind is LineKind.UNREADABLE for line in self.lines):
            return gettext("A line of the statement cannot be read.")
        return ""
