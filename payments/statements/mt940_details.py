"""The field :86: of an MT940: who paid and what for. Every bank has its own form of it.

structured   166?00GUTSCHRIFT?20EREF+E-1?21SVWZ+Invoice 4711?31DE89...?32Ada   (German, Polish)
codewords    /EREF/E-1/ORDP//NAME/Ada/REMI/Invoice 4711                       (SWIFT, Dutch)
plain        anything else
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from payments.statements.values import account_number, an_id, field, words

_LINE_CHARS = 65  # a line of this length is cut in the middle of a word
_PIECE_CHARS = 27  # so is a piece of ?20 … ?29 of this length

_STRUCTURED = re.compile(r"\s*\d{3}(?P<mark>[^\w\s/])(?=\d\d)", re.ASCII)
_PURPOSE = {*range(20, 30), *range(60, 64)}
_SEPA = re.compile(
    r"(EREF\+|KREF\+|MREF\+|CRED\+|DEBT\+|SVWZ\+|ABWA\+|ABWE\+|IBAN\+|BIC\+|COAM\+|OAMT\+|PURP\+"
    r"|MTLG:)"
)
_CODEWORD = re.compile(
    r"/(EREF|KREF|IREF|PREF|MARF|CSID|TRTP|TRCD|NAME|REMI|BENM|ORDP|CNTP|IBAN|BIC|ISDT|RTRN|ADDR"
    r"|PURP|ULTD|ULTC|ULTB|UDTR|UCRD|OCMT|CHGS|SVCL|NRTX|SUM|BUSP|ID|TXT)/"
)


@dataclass(frozen=True, slots=True)
class Details:
    """What :86: says. `name` and `account` are the other side's, whichever way the money went."""

    name: str = ""
    account: str = ""
    reference: str = ""
    end_to_end_id: str = ""
    text: str = ""


def read_details(lines: list[str]) -> Details:
    """Never fails: what has no known form is plain text."""
    joined = "".join(lines)
    if found := _STRUCTURED.match(joined):
        return _structured(joined[found.end() - 1 :], found["mark"])
    if len(_CODEWORD.findall(joined)) > 1 or joined.startswith("/"):
        return _codewords(joined)
    return Details(text=joined_text(lines, _LINE_CHARS))


def joined_text(pieces: list[str], full_chars: int) -> str:
    """The pieces as one text: a space between, unless a piece is full, so cut anywhere."""
    text = "".join(piece if len(piece) >= full_chars else f"{piece} " for piece in pieces)
    return words(text)


def _structured(content: str, mark: str) -> Details:
    _, *parts = re.split(rf"{re.escape(mark)}(\d\d)", content)
    fields = [(int(number), text) for number, text in zip(parts[::2], parts[1::2], strict=True)]
    purpose = joined_text([text for number, text in fields if number in _PURPOSE], _PIECE_CHARS)
    free, *tagged = _SEPA.split(purpose)
    sepa = dict(zip(tagged[::2], tagged[1::2], strict=True))
    told = dict(fields)
    return Details(
        name=field(joined_text([t for n, t in fields if n in {32, 33}], _PIECE_CHARS)),
        account=account_number(told.get(38, "") or told.get(31, "") or sepa.get("IBAN+", "")),
        end_to_end_id=an_id(sepa.get("EREF+", "")),
        text=words(free, sepa.get("SVWZ+", ""), sepa.get("MTLG:", "")),
    )


def _codewords(content: str) -> Details:
    free, *parts = _CODEWORD.split(content)
    said: dict[str, str] = {}
    for word, text in zip(parts[::2], parts[1::2], strict=True):
        if text.strip(" /"):
            said.setdefault(word, text.strip(" /"))
    other_side = [part.strip() for part in said.get("CNTP", "").split("/")] + [""] * 3
    reference, text = _remittance(said.get("REMI", ""))
    return Details(
        name=field(said.get("NAME", "") or other_side[2]),
        account=account_number(said.get("IBAN", "") or other_side[0]),
        reference=reference,
        end_to_end_id=an_id(said.get("EREF", "")),
        text=words(free.strip(" /"), text, said.get("TXT", "")),
    )


def _remittance(text: str) -> tuple[str, str]:
    """/REMI/STRD/<issuer>/<reference> is structured, /REMI/USTD//<text> and others are not."""
    if text.startswith("STRD/"):
        return field(text.rpartition("/")[2]), ""
    return "", text.removeprefix("USTD").lstrip("/")
