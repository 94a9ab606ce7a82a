"""Amounts as people and spreadsheets write them: 1.000,00  1,000.00  1 000,00-  (12.00)  €5."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

from commpeak.lib.money import Money
from payments.statements.values import UnreadableValue, read_amount

_SPACES = re.compile(r"[\s\u00a0\u2007\u2009\u202f]+")
_SYMBOLS = "€$£¥"
# What separates thousands in some country and decimals in none.
_HARMLESS_MARKS = " '"


def read_signed_amount(
    cell: str, *, decimal_mark: str, thousands_mark: str, currency: str
) -> tuple[Money, bool]:
    """The amount, above zero, and whether it stands there as negative. Raises UnreadableValue
    for anything else than one number: formulas, two signs, groups of other than three digits."""
    told = _SPACES.sub(" ", cell).strip()
    bare, is_negative = _without_sign(_without_currency(told, currency))
    for mark in {thousands_mark, *_HARMLESS_MARKS} - {"", decimal_mark}:
        escaped = re.escape(mark)
        grouped = rf"[0-9]{{1,3}}(?:{escaped}[0-9]{{3}})+(?:{re.escape(decimal_mark)}[0-9]*)?"
        if re.fullmatch(grouped, bare):
            bare = bare.replace(mark, "")
    if not re.fullmatch(rf"[0-9]+(?:{re.escape(decimal_mark)}[0-9]*)?", bare):
        if not told:
            raise UnreadableValue(_("There is no amount."))
        raise UnreadableValue(_("“%(text)s” is not an amount.") % {"text": told[:40]})
    return read_amount(bare.replace(decimal_mark, "."), currency), is_negative


def _without_currency(told: str, currency: str) -> str:
    told = told.replace("’", "'")
    return told.removeprefix(currency).removesuffix(currency).strip(f"{_SYMBOLS} ")


def _without_sign(told: str) -> tuple[str, bool]:
    """One sign at most: before, behind, parentheses, or CR and DR behind."""
    if told.startswith("(") and told.endswith(")"):
        return told[1:-1].strip(f"{_SYMBOLS} "), True
    if told.upper().endswith(("CR", "DR")):
        return told[:-2].rstrip(), told.upper().endswith("DR")
    for sign in "-−+":
        if told.startswith(sign):
            return told[1:].strip(f"{_SYMBOLS} "), sign != "+"
        if told.endswith(sign):
            return told[:-1].rstrip(), sign != "+"
    return told, False
