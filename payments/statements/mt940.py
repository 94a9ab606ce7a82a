"""Reads MT940 (SWIFT customer statement) in the dialects of banks.

Our own reader, since `mt-940` reads a file or not: one odd line there is an exception for the
whole file with its content in the log. See docs/decisions/0015-bank-statements.md.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from datetime import date

from django.utils.translation import gettext as _
from stdnum import iban

from commpeak.lib.money import Money
from payments.statements.base import ParsedBalance, ParsedLine, ParsedStatement, StatementError
from payments.statements.encodings import decode, guess_encoding, text_lines
from payments.statements.limits import (
    BYTES_MAX,
    FIELD_LINES_MAX,
    LINES_MAX,
    STATEMENTS_MAX,
    too_large,
)
from payments.statements.mt940_line import Movement, movement_line, read_day
from payments.statements.pages import join_pages
from payments.statements.values import (
    UnreadableValue,
    account_number,
    currency_code,
    field,
    read_balance_amount,
)

# Only these begin a field: a wrapped text may have a time such as ":12:30" in front.
_TAG = re.compile(
    r"(?:\{4:)?:(13D?|20|21|25P?|28C?|34F|60[FM]?|61|62[FM]?|64|65|86|90[CD]|NS):(.*)", re.ASCII
)
_BALANCE = re.compile(r"([CD])(\d{6})([A-Z]{3})?(\d+(?:,\d*)?)", re.ASCII)
_OPENING = {"60": "OPBD", "60F": "OPBD", "60M": "ITBD"}
_CLOSING = {"62": "CLBD", "62F": "CLBD", "62M": "ITBD"}
_OTHER_BALANCES = {"64": "CLAV", "65": "FWAV"}


@dataclass(slots=True)
class _Field:
    tag: str
    lines: list[str]
    file_line: int


@dataclass(slots=True)
class _Block:
    """The fields from one :20: to the next, movements with their :86: put together."""

    reference: str
    account: str = ""
    number: str = ""
    balances: list[tuple[str, _Field]] = dataclass_field(default_factory=list)
    movements: list[Movement] = dataclass_field(default_factory=list)


def read_mt940(content: bytes) -> list[ParsedStatement]:
    """All statements of the file in its order, pages of one put together.

    Raises StatementError for anything that has no statement, or one without account or balances.
    A movement that cannot be read is in its statement as UNREADABLE, with its line of the file.
    """
    if len(content) > BYTES_MAX:
        raise too_large()
    text = decode(content, guess_encoding(content))
    statements = [_statement(block) for block in _blocks(_fields(text))]
    if not statements:
        raise StatementError(
            _("There is no statement in this file. Ask the bank for an MT940 with entries.")
        )
    return join_pages(statements)


def _fields(text: str) -> Iterator[_Field]:
    """Lines that begin no field belong to the one before; "-" ends it, as does a "}"."""
    current: _Field | None = None
    for number, raw in enumerate(text_lines(text), start=1):
        line = raw.rstrip().strip("\x01\x03\x1a").rstrip()
        if found := _TAG.match(line):
            if current:
                yield current
            current = _Field(found[1], [found[2]], number)
        elif line.startswith(("-}", "{1:")) or line == "-":
            if current:
                yield current
            current = None
        elif current and line and len(current.lines) < FIELD_LINES_MAX:
            current.lines.append(line)
    if current:
        yield current


def _blocks(fields: Iterator[_Field]) -> Iterator[_Block]:
    block: _Block | None = None
    counted: Counter[str] = Counter()
    for item in fields:
        counted[item.tag] += 1
        if counted["61"] > LINES_MAX or counted["20"] > STATEMENTS_MAX:
            raise too_large()
        if item.tag == "20":
            if block:
                yield block
            block = _Block(reference=field(item.lines[0]))
        elif block:
            _take(block, item)
    if block:
        yield block


def _take(block: _Block, item: _Field) -> None:
    if item.tag in {"25", "25P"}:  # a second one is a text that was cut there
        block.account = block.account or account_number(item.lines[0])
    elif item.tag in {"28", "28C"}:
        block.number = field(item.lines[0])
    elif code := {**_OPENING, **_CLOSING, **_OTHER_BALANCES}.get(item.tag):
        block.balances.append((code, item))
    elif item.tag == "61":
        block.movements.append(Movement(item.file_line, item.lines, []))
    elif item.tag in {"86", "NS"} and block.movements and not _is_over(block):
        block.movements[-1].details.extend(_without_numbers(item))


def _is_over(block: _Block) -> bool:
    """An :86: after the closing balance is about the statement, not its last movement."""
    return block.balances[-1][1].tag in {*_CLOSING, *_OTHER_BALANCES} if block.balances else False


def _without_numbers(item: _Field) -> list[str]:
    if item.tag == "86":
        return item.lines
    return [re.sub(r"^\d\d", "", line, flags=re.ASCII) for line in item.lines]


def _statement(block: _Block) -> ParsedStatement:
    opening = next((b for b in block.balances if b[1].tag in _OPENING), None)
    if not block.account or not opening:
        raise StatementError(
            _(
                "The statement %(reference)s has no account or no opening balance: it may be an "
                "MT942, of which nothing is final. Download the MT940 instead."
            )
            % {"reference": block.reference}
        )
    currency = _opening_currency(opening[1])
    balances = [_balance(code, item, currency) for code, item in block.balances]
    first = balances[block.balances.index(opening)]
    last = next(
        (b for b, told in zip(balances, block.balances, strict=True) if told[1].tag in _CLOSING),
        None,
    )
    return ParsedStatement(
        account=_account(block.account, currency),
        currency=currency,
        statement_id=block.reference,
        opening=first.money,
        closing=last.money if last else None,
        first_day=first.day,
        last_day=last.day if last else None,
        lines=_lines(block, currency),
        sequence=block.number,
        balances=tuple(balances),
    )


def _lines(block: _Block, currency: str) -> tuple[ParsedLine, ...]:
    return tuple(
        movement_line(movement, ordinal=ordinal, currency=currency)
        for ordinal, movement in enumerate(block.movements, start=1)
    )


def _opening_currency(item: _Field) -> str:
    found = _BALANCE.fullmatch(item.lines[0].strip())
    if not found or not currency_code(found[3] or ""):
        raise _unreadable_balance(item)
    return found[3]


def _balance(code: str, item: _Field, currency: str) -> ParsedBalance:
    """A balance without a currency is in that of the opening one."""
    found = _BALANCE.fullmatch(item.lines[0].strip())
    if not found:
        raise _unreadable_balance(item)
    try:
        day: date = read_day(found[2])
        money: Money = read_balance_amount(found[4].replace(",", "."), found[3] or currency)
    except UnreadableValue as error:
        raise _unreadable_balance(item) from error
    return ParsedBalance(code, -money if found[1] == "D" else money, day)


def _unreadable_balance(item: _Field) -> StatementError:
    return StatementError(
        _("The balance :%(tag)s: in line %(line)d cannot be read. Ask the bank for a new file.")
        % {"tag": item.tag, "line": item.file_line}
    )


def _account(account: str, currency: str) -> str:
    """Some banks write the currency behind the number; the account is the same without."""
    return account if iban.is_valid(account) else account.removesuffix(currency)
