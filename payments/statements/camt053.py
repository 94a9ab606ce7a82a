"""Reads camt.053 (ISO 20022 bank to customer statement), versions 2 to 13, as a stream.

The file is somebody else's: DTDs, entities and references to elsewhere are refused by
defusedxml, sizes are limited while reading, and one child of a statement is held at a time.
expat reads text and reports line numbers; a tree of the whole file takes nine times its size.
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
    ATTRIBUTES_MAX,
    BYTES_MAX,
    DEPTH_MAX,
    ELEMENTS_BESIDE_LINES_MAX,
    ELEMENTS_PER_LINE_MAX,
    LINES_MAX,
    STATEMENTS_MAX,
    TOKEN_BYTES_MAX,
    too_large,
)
from payments.statements.pages import join_pages

_MESSAGE = re.compile(r"(?:^|:)((?:camt|pain|pacs|head)\.\d{3})\.\d{3}\.\d{2}$")


def read_camt053(content: bytes) -> list[ParsedStatement]:
    """All statements of the file, in its order, pages of one put together.

    Raises StatementError for anything that is not a whole camt.053 with at least one statement.
    A line that cannot be read is in its statement as UNREADABLE, with its line of the file.
    """
    if len(content) > BYTES_MAX or _has_long_token(content):
        raise too_large()
    parser = DefusedExpatParser(forbid_dtd=True, forbid_entities=True, forbid_external=True)
    reader = _Reader(line_number=parser.getLineNumber)
    parser.setContentHandler(reader)
    try:
        # all at once: expat reads a token again from its beginning for each piece it comes in
        parser.feed(content)
        parser.close()
    except DefusedXmlException as error:
        raise hostile(error) from error
    except (SAXException, LookupError, ValueError) as error:  # the latter: unknown encodings
        raise broken(error) from error
    return reader.result()


def _has_long_token(content: bytes) -> bool:
    """Within a tag or a text there is no "<", so none of them fills a window. What a hostile
    one makes expat do is over before any handler is asked."""
    starts = range(0, len(content) - TOKEN_BYTES_MAX, TOKEN_BYTES_MAX)
    return any(content.find(b"<", start, start + TOKEN_BYTES_MAX) < 0 for start in starts)


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
        self._elements = self._lines = self._counted = 0
        self._is_camt053 = False

    def result(self) -> list[ParsedStatement]:
        if not self._statements:
            raise no_statement(is_camt053=self._is_camt053)
        return join_pages(self._statements)

    def startElement(self, name: str, attrs: AttributesImpl[str]) -> None:  # noqa: N802
        tag = name.rpartition(":")[2]
        self._path.append(tag)
        self._count(tag, len(attrs))
        if self._tree is not None or self._path[-2:-1] == ["Stmt"]:
            self._start_in_part(tag, attrs)
        elif tag == "Document":
            _check_message(_namespace(name, attrs))
        elif self._path[-2:] == ["BkToCstmrStmt", "Stmt"]:
            self._statement = StatementParts()
            if len(self._statements) == STATEMENTS_MAX:
                raise too_large()
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

    def _count(self, tag: str, attributes: int) -> None:
        self._elements += 1
        self._counted += tag in {"Ntry", "TxDtls"}
        if (
            len(self._path) > DEPTH_MAX
            or attributes > ATTRIBUTES_MAX
            or self._counted > 2 * LINES_MAX  # an entry and its only detail are one line
            or self._elements > ELEMENTS_BESIDE_LINES_MAX + ELEMENTS_PER_LINE_MAX * self._counted
        ):
            raise too_large()

    def _start_in_part(self, tag: str, attrs: AttributesImpl[str]) -> None:
        if self._tree is None:
            self._tree = TreeBuilder()
        kept = {"Ccy": attrs["Ccy"]} if "Ccy" in attrs else {}
        if tag in {"Ntry", "TxDtls"}:
            kept[FILE_LINE] = str(self._line_number())
        self._tree.start(tag, kept)

    def _end_part(self, part: Element) -> None:
        self._tree = None
        if self._statement is None:
            return
        before = len(self._statement.lines)
        self._statement.add(part)
        self._lines += len(self._statement.lines) - before
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
