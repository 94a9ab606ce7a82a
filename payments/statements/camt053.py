"""Reads camt.053 (ISO 20022 bank to customer statement), versions 2 to 13, as a stream.

The file is somebody else's: DTDs, entities and references to elsewhere are refused by
defusedxml, sizes are limited while reading, and one child of a statement is held at a time.
expat reads text and reports line numbers; a tree of the whole file would take ten times its size.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from xml.etree.ElementTree import Element, TreeBuilder
from xml.sax import SAXException
from xml.sax.handler import ContentHandler
from xml.sax.xmlreader import AttributesImpl

from defusedxml import DefusedXmlException
from defusedxml.expatreader import DefusedExpatParser

from payments.statements.base import ParsedStatement
from payments.statements.camt053_entries import FILE_LINE
from payments.statements.camt053_errors import another_message, broken, hostile, no_statement
from payments.statements.camt053_statement import StatementParts
from payments.statements.limits import (
    BYTES_MAX,
    DEPTH_MAX,
    ELEMENTS_PER_PART_MAX,
    LINES_MAX,
    too_large,
)

_CHUNK_BYTES = 64 * 1024
_MESSAGE = re.compile(r"(?:^|:)((?:camt|pain|pacs|head)\.\d{3})\.\d{3}\.\d{2}$")


def read_camt053(content: bytes) -> list[ParsedStatement]:
    """All statements of the file, in its order.

    Raises StatementError for anything that is not a whole camt.053 with at least one statement.
    A line that cannot be read is in its statement as UNREADABLE, with its line of the file.
    """
    if len(content) > BYTES_MAX:
        raise too_large()
    parser = DefusedExpatParser(forbid_dtd=True, forbid_entities=True, forbid_external=True)
    reader = _Reader(line_number=parser.getLineNumber)
    parser.setContentHandler(reader)
    try:
        for start in range(0, len(content), _CHUNK_BYTES):
            parser.feed(content[start : start + _CHUNK_BYTES])
        parser.close()
    except DefusedXmlException as error:
        raise hostile(error) from error
    except (SAXException, LookupError, ValueError) as error:  # the latter: unknown encodings
        raise broken(error) from error
    return reader.result()


class _Reader(ContentHandler):
    """Collects each child of a `Stmt` as a small tree, hands it on and forgets it.

    Prefixes are dropped: within a camt.053 all elements are of one namespace.
    """

    def __init__(self, *, line_number: Callable[[], int | None]) -> None:
        super().__init__()
        self._line_number = line_number
        self._statements: list[ParsedStatement] = []
        self._path: list[str] = []
        self._statement: StatementParts | None = None
        self._tree: TreeBuilder | None = None
        self._elements = self._lines = 0
        self._is_camt053 = False

    def result(self) -> list[ParsedStatement]:
        if not self._statements:
            raise no_statement(is_camt053=self._is_camt053)
        return self._statements

    def startElement(self, name: str, attrs: AttributesImpl[str]) -> None:  # noqa: N802
        tag = name.rpartition(":")[2]
        self._path.append(tag)
        if len(self._path) > DEPTH_MAX:
            raise too_large()
        if self._tree is not None or self._path[-2:-1] == ["Stmt"]:
            self._start_in_part(tag, attrs)
        elif tag == "Document":
            _check_message(_namespace(name, attrs))
        elif self._path[-2:] == ["BkToCstmrStmt", "Stmt"]:
            self._statement = StatementParts()
        elif tag == "BkToCstmrStmt":
            self._is_camt053 = True

    def characters(self, content: str) -> None:
        if self._tree is not None:
            self._tree.data(content)

    def endElement(self, name: str) -> None:  # noqa: N802
        tag = self._path.pop()
        if self._tree is not None:
            self._tree.end(tag)
            if self._path[-1:] == ["Stmt"]:
                self._end_part(self._tree.close())
        elif tag == "Stmt" and self._statement is not None:
            self._statements.append(self._statement.finish())
            self._statement = None

    def _start_in_part(self, tag: str, attrs: AttributesImpl[str]) -> None:
        if self._tree is None:
            self._tree, self._elements = TreeBuilder(), 0
        self._elements += 1
        kept = {"Ccy": attrs["Ccy"]} if "Ccy" in attrs else {}
        if tag in {"Ntry", "TxDtls"}:
            self._lines += tag == "Ntry"
            kept[FILE_LINE] = str(self._line_number())
        if self._elements > ELEMENTS_PER_PART_MAX:
            raise too_large()
        self._tree.start(tag, kept)

    def _end_part(self, part: Element) -> None:
        self._tree = None
        if self._statement is None:
            return
        before = len(self._statement.lines)
        self._statement.add(part)
        self._lines += max(0, len(self._statement.lines) - before - 1)
        if self._lines > LINES_MAX:
            raise too_large()


def _namespace(name: str, attrs: AttributesImpl[str]) -> str:
    prefix = name.rpartition(":")[0]
    return attrs.get(f"xmlns:{prefix}" if prefix else "xmlns", "")


def _check_message(namespace: str) -> None:
    """Newer versions than we know are read if the parts are there; other messages are not."""
    message = _MESSAGE.search(namespace)
    if message and message[1] != "camt.053":
        raise another_message(message[1])
