"""PDFs in the portal's look: one font for Latin, Greek and Cyrillic, and no surprises.

Names come in every script. Letters that the font lacks are written in Latin letters (anyascii),
as banks do with them anyway, rather than as empty boxes; nothing that is typed can crash it or
turn the line around. A document never holds scripts, links of others or attachments.
"""

import unicodedata
from functools import lru_cache

from anyascii import anyascii
from fontTools.ttLib import TTFont
from fpdf import FPDF
from ttf_opensans import OPENSANS_REGULAR, OPENSANS_SEMIBOLD

TEXT_CHARACTERS_MAX = 400  # of one text: more is cut, with an ellipsis
# controls, direction marks, lone halves of letters, and pictures, which have no letters
_SKIPPED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "So", "Sk"})
FONT = "Open Sans"


def new_pdf(*, title: str) -> FPDF:
    """One A4 page with margins, in the text font; its size and weight are set by the caller."""
    pdf = FPDF(format="A4")
    pdf.add_font(FONT, "", OPENSANS_REGULAR.path)
    pdf.add_font(FONT, "B", OPENSANS_SEMIBOLD.path)
    pdf.set_margin(20)
    pdf.set_title(printable(title))
    pdf.set_font(FONT, size=10)
    pdf.add_page()
    return pdf


def printable(text: str) -> str:
    """`text` in letters that the font has, on one line, at most 400 of them."""
    if len(text) > TEXT_CHARACTERS_MAX:
        text = text[: TEXT_CHARACTERS_MAX - 1] + "…"
    shown = "".join(_shown(char) for char in unicodedata.normalize("NFC", text))
    return " ".join(shown.split())


def _shown(char: str) -> str:
    if char.isspace():
        return " "
    if unicodedata.category(char) in _SKIPPED:
        return ""
    return char if ord(char) in _letters_of_the_font() else anyascii(char)


@lru_cache(maxsize=1)
def _letters_of_the_font() -> frozenset[int]:
    """Those that both weights have."""
    paths = (OPENSANS_REGULAR.path, OPENSANS_SEMIBOLD.path)
    tables = [frozenset(TTFont(path).getBestCmap()) for path in paths]
    return frozenset.intersection(*tables)
