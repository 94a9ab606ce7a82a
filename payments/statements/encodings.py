"""Bytes of a text file into text, when nobody says in which encoding it is."""

from __future__ import annotations

import codecs
import io
import re
from itertools import islice

from charset_normalizer import from_bytes
from django.utils.translation import gettext as _

from payments.statements.base import StatementError
from payments.statements.limits import LINE_CHARS_MAX, TEXT_LINES_MAX, too_large

# What banks write that do not write UTF-8. Left to itself the guess would be among a hundred.
_USUAL = "cp1252"
_LEGACY = [_USUAL, "cp1250", "cp1251", "cp1253", "cp1254", "cp850", "cp852"]
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", *_LEGACY, "latin-1")  # what a guess may say
_BOMS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_HIGH = re.compile(rb"[\x80-\xff]")
_TELLING_MAX = 500
_AROUND_BYTES = 40


def guess_encoding(content: bytes) -> str:
    """The name Python knows it by. A byte order mark decides, then UTF-8 if it is that without
    an error, else the most likely of the encodings of banks."""
    for bom, encoding in _BOMS.items():
        if content.startswith(bom):
            return encoding
    if _decodes(content, "utf-8"):
        return "utf-8"
    # only words with such letters tell anything; a statement may have its first one far down
    places = (found.start() for found in islice(_HIGH.finditer(content), _TELLING_MAX))
    telling = b"\n".join(content[max(0, p - _AROUND_BYTES) : p + _AROUND_BYTES] for p in places)
    best = from_bytes(telling, cp_isolation=_LEGACY).best()
    likely = best.encoding if best and best.encoding in _LEGACY else _USUAL
    if _decodes(telling, _USUAL) and telling.decode(_USUAL) == telling.decode(likely):
        likely = _USUAL  # several say the same of these letters
    return likely if _decodes(content, likely) else "latin-1"


def text_lines(text: str) -> list[str]:
    """The lines with their ends, whichever ends they have. Raises StatementError for too many,
    and for one that is longer than any bank writes."""
    if text.count("\n") + text.count("\r") > 2 * TEXT_LINES_MAX:
        raise too_large()
    lines = io.StringIO(text, newline=None).readlines()
    if any(len(line) > LINE_CHARS_MAX for line in lines):
        raise too_large()
    return lines


def decode(content: bytes, encoding: str) -> str:
    """Raises StatementError where the content is not in this encoding, or is no text."""
    try:
        return content.decode(encoding)
    except (UnicodeDecodeError, LookupError) as error:
        raise StatementError(
            _("The file is not in the encoding %(encoding)s. Choose another one.")
            % {"encoding": encoding},
            f"not {encoding}: {type(error).__name__}",
        ) from error


def _decodes(content: bytes, encoding: str) -> bool:
    try:
        content.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True
