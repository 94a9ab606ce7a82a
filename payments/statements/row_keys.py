"""Keys by which a movement is known again, whatever file it comes in."""

from __future__ import annotations

import hashlib
import json
from collections import Counter

from payments.statements.base import ParsedLine, ParsedStatement


def row_keys(statement: ParsedStatement) -> list[str]:
    """One key per line, in their order: 64 hexadecimal digits, all different.

    The same movement has the same key in the same file, in a renamed one, and in an overlapping
    or a longer statement of the same account. Two movements that look the same, even with the
    same id of the bank, are numbered within their day, so both are kept.

    What is part of the key beside the bank's id is not there for decoration: day, direction and
    amount keep money apart that a bank gives one id (an order's number, a charge with its wire,
    a reversal with what it reverses). The kind does so for what was announced, or could not be
    read, and is booked or read later. A bank without ids is known by all that it says.
    """
    seen: Counter[str] = Counter()
    keys = []
    for line in statement.lines:
        facts = json.dumps([statement.account, *_facts(line, statement)])
        seen[facts] += 1
        keys.append(hashlib.sha256(f"{facts}#{seen[facts]}".encode()).hexdigest())
    return keys


def _moved(line: ParsedLine, statement: ParsedStatement) -> list[str | bool]:
    money = line.money
    return [
        line.kind.value,
        line.is_credit,
        str(line.booked_on or ""),
        f"{money.amount.normalize():f}" if money else "",
        money.currency if money else statement.currency,
    ]


def _facts(line: ParsedLine, statement: ParsedStatement) -> list[str | bool]:
    moved = _moved(line, statement)
    if line.bank_id:
        return [*moved, line.bank_id]
    said = [line.payer_name, line.payer_account, line.reference, line.end_to_end_id, line.text]
    return [*moved, "", *said]  # no `problem`: it is said in the language of the reader
