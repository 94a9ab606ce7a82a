"""Reads a file of whatever format. Its content says which, never its name."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from payments.statements.archive import FileContent, read_files
from payments.statements.base import ParsedStatement, StatementError
from payments.statements.camt053 import read_camt053
from payments.statements.delimited import read_delimited
from payments.statements.delimited_guess import MappingGuess, guess_mapping
from payments.statements.delimited_mapping import ColumnMapping
from payments.statements.mt940 import read_mt940

_HEAD_BYTES = 4096
_MT940 = re.compile(rb"(?:^|[\r\n]|\{4:):20:")
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_OTHER_FILES = {
    b"%PDF": gettext_lazy("a PDF"),
    b"\xd0\xcf\x11\xe0": gettext_lazy("an old Excel or Word file"),
    b"\x1f\x8b": gettext_lazy("packed with gzip"),
    b"7z\xbc\xaf": gettext_lazy("packed with 7-Zip"),
    b"Rar!": gettext_lazy("packed with RAR"),
    b"\x89PNG": gettext_lazy("a picture"),
    b"\xff\xd8\xff": gettext_lazy("a picture"),
}


class StatementFormat(TextChoices):
    CAMT053 = "camt053", "camt.053"
    MT940 = "mt940", "MT940"
    DELIMITED = "delimited", gettext_lazy("CSV")


class NeedsMapping(StatementError):
    """A CSV that nobody has told us how to read yet; `guess` is to be confirmed by staff."""

    def __init__(self, guess: MappingGuess) -> None:
        self.guess = guess
        super().__init__(_("Confirm how this CSV file is to be read."), "a CSV without a mapping")


@dataclass(frozen=True, slots=True)
class DelimitedSettings:
    """What a CSV does not say by itself: whose it is, and how it is to be read."""

    account: str
    currency: str
    mapping: ColumnMapping


@dataclass(frozen=True, slots=True)
class ReadFile:
    """One file with either its statements, or the error for which nothing of it is taken.

    `format` is None where none was recognised. `name` is the member's in a zip.
    """

    name: str
    format: StatementFormat | None
    statements: tuple[ParsedStatement, ...] = ()
    error: StatementError | None = None


def read_statement_file(
    name: str, content: bytes, *, delimited: DelimitedSettings | None = None
) -> list[ReadFile]:
    """The file, or each file of a zip, read by itself: a broken one does not hide the others.

    Never raises for what is in a file: the error stands beside its name. A CSV without
    `delimited` has the error NeedsMapping, with a guess. Raises StatementError for a zip that
    cannot be opened as a whole.
    """
    return [_read(file, delimited) for file in read_files(name, content)]


def _read(file: FileContent, delimited: DelimitedSettings | None) -> ReadFile:
    format_found: StatementFormat | None = None
    try:
        format_found = detect_format(file.content)
        statements = _statements(file.content, format_found, delimited)
    except StatementError as error:
        return ReadFile(file.name, format_found, error=error)
    return ReadFile(file.name, format_found, tuple(statements))


def _statements(
    content: bytes, found: StatementFormat, delimited: DelimitedSettings | None
) -> list[ParsedStatement]:
    if found is StatementFormat.CAMT053:
        return read_camt053(content)
    if found is StatementFormat.MT940:
        return read_mt940(content)
    if delimited is None:
        raise NeedsMapping(guess_mapping(content))
    return [
        read_delimited(
            content,
            mapping=delimited.mapping,
            account=delimited.account,
            currency=delimited.currency,
        )
    ]


def detect_format(content: bytes) -> StatementFormat:
    """Raises StatementError for what is plainly something else, and says what it is."""
    for magic, what in _OTHER_FILES.items():
        if content.startswith(magic):
            raise StatementError(
                _("This file is %(what)s. Upload a camt.053, an MT940, a CSV or a zip of them.")
                % {"what": what}
            )
    head = _plain_head(content)
    if head.startswith(b"<"):
        return StatementFormat.CAMT053
    if _MT940.search(head):
        return StatementFormat.MT940
    if b"\0" in head:
        raise StatementError(
            _("This file is no text. Upload a camt.053, an MT940, a CSV or a zip of them.")
        )
    return StatementFormat.DELIMITED


def _plain_head(content: bytes) -> bytes:
    head = content[:_HEAD_BYTES]
    if head.startswith(_UTF16_MARKS):
        head = head.decode("utf-16", errors="ignore").encode()
    return head.removeprefix(b"\xef\xbb\xbf").lstrip()
