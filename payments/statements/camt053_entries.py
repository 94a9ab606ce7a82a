"""One entry (`Ntry`) of a camt.053 into lines.

An entry is what moved the account. Its details (`TxDtls`) say of whom; a batch has several.
They become the lines only where each has an amount and their sum is the entry's: else the entry
is one line, so that a batch never counts both as a whole and in parts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from xml.etree.ElementTree import Element

from django.utils.translation import gettext as _

from commpeak.lib.money import Money
from payments.statements.base import LineKind, ParsedLine
from payments.statements.values import (
    UnreadableValue,
    account_number,
    an_id,
    field,
    read_amount,
    read_iso_day,
    words,
)

FILE_LINE = "file line"  # an attribute of Ntry and TxDtls that no XML can have: set by the reader

_BOOKED = "BOOK"
_NOT_YET = frozenset({"PDNG", "INFO", "FUTR"})


@dataclass(frozen=True, slots=True)
class _Part:
    """A TxDtls whose amount counts by itself."""

    details: Element
    money: Money
    is_credit: bool


def entry_lines(entry: Element, *, currency: str) -> list[ParsedLine]:
    """The lines of the entry, `ordinal` not yet counted. Never empty and never raises: what
    cannot be read is an UNREADABLE line that says why."""
    line = _entry_line(entry, currency)
    details = entry.findall("NtryDtls/TxDtls")
    if len(details) == 1:
        return [_described(line, details[0], extra=_text(entry, "AddtlNtryInf"))]
    parts = _parts(details, line) if line.money and not line.problem else []
    if parts:
        return [_part_line(line, part, number) for number, part in enumerate(parts, start=1)]
    return [replace(line, text=words(_text(entry, "AddtlNtryInf")))]


def _entry_line(entry: Element, currency: str) -> ParsedLine:
    line = ParsedLine(
        ordinal=0,
        kind=LineKind.UNREADABLE,
        money=None,
        is_credit=_text(entry, "CdtDbtInd") == "CRDT",
        booked_on=None,
        value_on=None,
        file_line=int(entry.get(FILE_LINE, "0")),
        bank_id=an_id(_text(entry, "AcctSvcrRef")),
    )
    try:
        booked_on, value_on = _days(entry)
        line = replace(line, booked_on=booked_on, value_on=value_on)
        line = replace(line, money=_money(entry.find("Amt")))
        return replace(line, kind=_kind(entry, line.money, currency))
    except UnreadableValue as error:
        return replace(line, problem=error.problem)


def _days(entry: Element) -> tuple[date, date | None]:
    """Booked and value day. A bank that gives the value day alone has booked on it."""
    booked, value = _day(entry.find("BookgDt")), _day(entry.find("ValDt"))
    if booked is None and value is None:
        raise UnreadableValue(_("It has no booking date."))
    return booked or value or date.min, value


def _day(element: Element | None) -> date | None:
    told = "" if element is None else _text(element, "Dt") or _text(element, "DtTm")
    return read_iso_day(told) if told else None


def _money(amount: Element | None) -> Money:
    if amount is None:
        raise UnreadableValue(_("There is no amount."))
    return read_amount(amount.text or "", amount.get("Ccy", ""))


def _kind(entry: Element, money: Money | None, currency: str) -> LineKind:
    if money is None or money.currency != currency:
        raise UnreadableValue(
            _("%(money)s is not in the account's %(currency)s. Ask the bank what it booked.")
            % {"money": money, "currency": currency}
        )
    direction = _text(entry, "CdtDbtInd")
    if direction not in {"CRDT", "DBIT"}:
        raise UnreadableValue(_("It does not say whether it is a credit or a debit."))
    if _status(entry) in _NOT_YET:
        return LineKind.NOT_BOOKED
    if _status(entry) != _BOOKED:
        # the standard demands one in every version: without it nobody knows if money came
        raise UnreadableValue(_("It does not say that it is booked."))
    if _text(entry, "RvslInd") in {"true", "1"}:
        return LineKind.REVERSAL
    return LineKind.CREDIT if direction == "CRDT" else LineKind.DEBIT


def _status(entry: Element) -> str:
    """`<Sts>BOOK</Sts>` up to version 7, `<Sts><Cd>BOOK</Cd></Sts>` from 8 on."""
    return _text(entry, "Sts/Cd") or _text(entry, "Sts")


def _parts(details: list[Element], line: ParsedLine) -> list[_Part]:
    """The details with their amounts, or none where these do not make up the entry."""
    try:
        parts = [
            _Part(element, _money(_amount_of(element, line)), _is_credit(element, line))
            for element in details
        ]
    except UnreadableValue:
        return []
    if line.money is None or any(part.money.currency != line.money.currency for part in parts):
        return []
    counted = Money.zero(line.money.currency)
    for part in parts:
        counted = counted + part.money if part.is_credit == line.is_credit else counted - part.money
    return parts if counted == line.money else []


def _amount_of(details: Element, line: ParsedLine) -> Element | None:
    """Version 2 has it in AmtDtls alone, later ones have `Amt` as well. Of several the one in the
    entry's currency: whether it is the right one shows when all are added up."""
    paths = ("Amt", "AmtDtls/TxAmt/Amt", "AmtDtls/CntrValAmt/Amt")
    told = [found for path in paths if (found := details.find(path)) is not None]
    currency = line.money.currency if line.money else ""
    ours = [amount for amount in told if amount.get("Ccy") == currency]
    return next(iter(ours + told), None)


def _is_credit(details: Element, line: ParsedLine) -> bool:
    told = _text(details, "CdtDbtInd")
    return told == "CRDT" if told else line.is_credit


def _part_line(entry: ParsedLine, part: _Part, number: int) -> ParsedLine:
    """One of a batch. The batch's own id, with the number of the part, is its id if need be."""
    kind = entry.kind
    if kind in {LineKind.CREDIT, LineKind.DEBIT}:
        kind = LineKind.CREDIT if part.is_credit else LineKind.DEBIT
    line = replace(
        entry,
        kind=kind,
        money=part.money,
        is_credit=part.is_credit,
        file_line=int(part.details.get(FILE_LINE, "0")),
        bank_id=f"{entry.bank_id}/{number}" if entry.bank_id else "",
    )
    return _described(line, part.details, extra="")


def _described(line: ParsedLine, details: Element, *, extra: str) -> ParsedLine:
    """The line with what its details say of payer and purpose, `extra` after their words."""
    texts = [
        *_texts(details, "RmtInf/Ustrd"),
        *_texts(details, "RmtInf/Strd/RfrdDocInf/Nb"),
        *_texts(details, "RmtInf/Strd/AddtlRmtInf"),
        *_texts(details, "AddtlTxInf"),
        extra,
    ]
    return replace(
        line,
        bank_id=an_id(_text(details, "Refs/AcctSvcrRef")) or line.bank_id,
        payer_name=_payer_name(details),
        payer_account=account_number(
            _text(details, "RltdPties/DbtrAcct/Id/IBAN")
            or _text(details, "RltdPties/DbtrAcct/Id/Othr/Id")
        ),
        reference=words(*_texts(details, "RmtInf/Strd/CdtrRefInf/Ref")),
        end_to_end_id=an_id(_text(details, "Refs/EndToEndId")),
        text=words(*dict.fromkeys(texts)),  # what stands there twice is said once
    )


def _payer_name(details: Element) -> str:
    """Who paid, or on whose behalf where only that is told. Version 8 wraps both in `Pty`."""
    for party in ("Dbtr", "UltmtDbtr"):
        for path in (f"RltdPties/{party}/Nm", f"RltdPties/{party}/Pty/Nm"):
            if name := field(_text(details, path)):
                return name
    return ""


def _text(element: Element, path: str) -> str:
    return (element.findtext(path) or "").strip()


def _texts(element: Element, path: str) -> Iterator[str]:
    return (found.text or "" for found in element.iterfind(path))
