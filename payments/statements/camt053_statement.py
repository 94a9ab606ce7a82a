"""One `Stmt` of a camt.053, put together from its parts as they come."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from xml.etree.ElementTree import Element

from django.utils.translation import gettext as _

from commpeak.lib.money import Money
from payments.statements.base import ParsedBalance, ParsedLine, ParsedStatement, StatementError
from payments.statements.camt053_entries import entry_lines
from payments.statements.values import (
    UnreadableValue,
    account_number,
    currency_code,
    field,
    read_balance_amount,
    read_iso_day,
)

BOOKED_BALANCES = frozenset({"OPBD", "PRCD", "CLBD", "ITBD"})
_COPIES = frozenset({"COPY", "CODU", "DUPL"})


class StatementParts:
    """Takes the children of one `Stmt` in their order and makes a ParsedStatement of them."""

    def __init__(self) -> None:
        self.lines: list[ParsedLine] = []
        self._balances: list[ParsedBalance] = []
        self._account = self._currency = self._id = self._sequence = self._copy = ""
        self._period: tuple[date | None, date | None] = (None, None)

    def add(self, part: Element) -> None:
        """Raises StatementError where the statement as a whole cannot be trusted."""
        if part.tag == "Ntry":
            self._add_entry(part)
        elif part.tag == "Bal":
            self._add_balance(part)
        elif part.tag == "Acct":
            self._account = account_number(
                part.findtext("Id/IBAN") or part.findtext("Id/Othr/Id") or ""
            )
            self._currency = currency_code(part.findtext("Ccy") or "")
        elif part.tag == "FrToDt":
            self._period = (_day(part, "FrDtTm", "FrDt"), _day(part, "ToDtTm", "ToDt"))
        else:
            self._add_word(part.tag, field(part.text or ""))

    def finish(self) -> ParsedStatement:
        if not self._account:
            raise StatementError(
                _("A statement does not say of which account it is. Ask the bank for a new file.")
            )
        balances = self._balances
        opening = opening_balance(balances, self._currency)
        closing = closing_balance(balances, self._currency)
        return ParsedStatement(
            account=self._account,
            currency=self._currency or self._known_currency(),
            statement_id=self._id,
            opening=opening.money if opening else None,
            closing=closing.money if closing else None,
            first_day=self._period[0] or (opening.day if opening else None),
            last_day=self._period[1] or (closing.day if closing else None),
            lines=tuple(self.lines),
            sequence=self._sequence,
            is_copy=self._copy in _COPIES,
            balances=tuple(balances),
        )

    def _add_word(self, tag: str, text: str) -> None:
        if tag == "Id":
            self._id = text
        elif tag == "ElctrncSeqNb" or (tag == "LglSeqNb" and not self._sequence):
            self._sequence = text
        elif tag == "CpyDplctInd":
            self._copy = text

    def _add_entry(self, entry: Element) -> None:
        if not self._account:  # the standard has it first; what its amounts mean hangs on it
            raise StatementError(
                _("A statement has entries before its account. Ask the bank for a new file.")
            )
        amount = entry.find("Amt")
        self._currency = self._known_currency(amount)
        for line in entry_lines(entry, currency=self._currency):
            self.lines.append(replace(line, ordinal=len(self.lines) + 1))

    def _known_currency(self, amount: Element | None = None) -> str:
        """The account's own, else of its booked balances, else of its first entry, else any."""
        booked = [b.money.currency for b in self._balances if b.code in BOOKED_BALANCES]
        others = [b.money.currency for b in self._balances]
        first_entry = [] if amount is None else [currency_code(amount.get("Ccy", ""))]
        known = [c for c in (self._currency, *booked, *first_entry, *others) if c]
        if not known:
            raise StatementError(
                _("A statement does not say its currency. Ask the bank for a new file.")
            )
        return known[0]

    def _add_balance(self, part: Element) -> None:
        code = field(part.findtext("Tp/CdOrPrtry/Cd") or "")
        try:
            self._balances.append(_balance(part, code))
        except UnreadableValue as error:
            if code in BOOKED_BALANCES:  # on the others nothing hangs
                raise StatementError(
                    _("The balance %(code)s of a statement cannot be read: %(problem)s")
                    % {"code": code, "problem": error.problem}
                ) from error


def opening_balance(balances: Iterable[ParsedBalance], currency: str) -> ParsedBalance | None:
    """OPBD, else the previous statement's closing (PRCD), else a page's first balance (ITBD)."""
    balances = list(balances)
    pages = [b for b in balances if b.code == "ITBD"]
    if len(pages) == 1 and not _first(balances, "CLBD", currency):
        pages = []  # a first page's last balance, or nobody knows which
    return (
        _first(balances, "OPBD", currency)
        or _first(balances, "PRCD", currency)
        or (pages[0] if pages else None)
    )


def closing_balance(balances: Iterable[ParsedBalance], currency: str) -> ParsedBalance | None:
    """CLBD, else the last balance of a page that is not the last one (ITBD)."""
    balances = list(balances)
    pages = [b for b in balances if b.code == "ITBD"]
    has_opening = _first(balances, "OPBD", currency) or _first(balances, "PRCD", currency)
    if len(pages) == 1 and not has_opening:
        pages = []
    return _first(balances, "CLBD", currency) or (pages[-1] if pages else None)


def _first(balances: list[ParsedBalance], code: str, currency: str) -> ParsedBalance | None:
    """Of several with this code the account's currency first, else as the bank has put them."""
    found = [b for b in balances if b.code == code]
    ours = [b for b in found if b.money.currency == currency]
    return next(iter(ours + found), None)


def _balance(part: Element, code: str) -> ParsedBalance:
    amount, sign = part.find("Amt"), part.findtext("CdtDbtInd") or ""
    if amount is None:
        raise UnreadableValue(_("There is no amount."))
    if sign.strip() not in {"CRDT", "DBIT"}:
        raise UnreadableValue(_("It does not say whether it is a credit or a debit."))
    money: Money = read_balance_amount(amount.text or "", amount.get("Ccy", ""))
    return ParsedBalance(
        code, -money if sign.strip() == "DBIT" else money, _day(part, "Dt/Dt", "Dt/DtTm")
    )


def _day(part: Element, *paths: str) -> date | None:
    told = next((text for path in paths if (text := part.findtext(path))), "")
    return read_iso_day(told) if told.strip() else None
