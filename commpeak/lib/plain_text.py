"""Text that people type: tidied where nothing is lost, refused where it could mislead.

Names and addresses travel far: to invoices, e-mails, the admin and other people's screens.
A right-to-left override makes one name look like another, a NUL is refused by PostgreSQL, a
lone surrogate cannot be encoded at all. Those are refused. Spaces that copy and paste brings
along are tidied away. Emoji, accents and every script are welcome, and so are the joiners
that Persian, Hindi and many emoji cannot be written without.
"""

import re
import unicodedata

# What comes along with copy and paste and shows nothing: soft hyphen, zero-width space,
# word joiner, byte order mark.
_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u2060\ufeff"))
# Marks and overrides that turn the direction of the text around them.
_DIRECTION = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_REFUSED_CATEGORIES = frozenset({"Cc", "Cs", "Co", "Cn"})
_SPACES = re.compile(r"\s+")


def one_line(text: str) -> str:
    """`text` in normal form (NFC) on one line, with single spaces and without invisible filler.

    Raises ValueError for control characters, lone surrogates, direction overrides, and for
    text in which nothing can be seen. An empty text stays empty. A second call changes nothing.
    """
    tidied = _SPACES.sub(" ", text.translate(_INVISIBLE)).strip()
    refused = {char for char in tidied if _is_refused(char)}
    if refused:
        raise ValueError(f"characters not allowed: {sorted(map(ascii, refused))}")
    if tidied and not any(_is_visible(char) for char in tidied):
        raise ValueError("nothing in it can be seen")
    return unicodedata.normalize("NFC", tidied)


def several_lines(text: str) -> str:
    """As `one_line`, but keeps line breaks; empty lines are dropped."""
    lines = (one_line(line) for line in text.splitlines())
    return "\n".join(line for line in lines if line)


def harmless(text: str) -> str:
    """`one_line` for what others wrote and must not be lost: what would be refused is left out.

    A payer's words on a bank statement, say. Never raises; "" where nothing is left.
    """
    kept = "".join(char for char in text if char.isspace() or not _is_refused(char))
    return unicodedata.normalize("NFC", _SPACES.sub(" ", kept.translate(_INVISIBLE)).strip())


def _is_refused(char: str) -> bool:
    return char in _DIRECTION or unicodedata.category(char) in _REFUSED_CATEGORIES


def _is_visible(char: str) -> bool:
    return unicodedata.category(char)[0] in "LNPS"
