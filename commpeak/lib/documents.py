"""What an uploaded file really is, by its bytes: a PDF, a PNG or a JPEG, or refused.

The name and the type that a browser sends are the sender's words and decide nothing. SVG and
HTML are refused with everything else, since both can carry scripts. A file that is accepted is
still never shown by us: it is kept privately and only handed out as a download.
"""

import io
import re
import unicodedata
import warnings
from dataclasses import dataclass

from django.utils.translation import gettext as _
from PIL import Image

from commpeak.lib.errors import InvalidInput

DOCUMENT_BYTES_MAX = 5 * 1024 * 1024  # a scan or a photo of a receipt; the upload stops there
PIXELS_MAX = 120_000_000  # more than any phone's camera; keeps bombs from being opened
NAME_CHARACTERS_MAX = 80

_PDF_START = re.compile(rb"%PDF-[12]\.[0-9]")
_PDF_END = re.compile(rb"startxref\s+[0-9]+\s+%%EOF\s*\Z")
_PDF_END_BYTES = 1024  # as far back as readers look for the end
_IMAGES = {"PNG": ("image/png", ".png"), "JPEG": ("image/jpeg", ".jpg")}
_PNG_END = b"\x00\x00\x00\x00IEND\xaeB`\x82"
_KEPT = frozenset("LMN")  # letters, marks and numbers, by the first letter of their category


@dataclass(frozen=True, slots=True)
class Document:
    """Bytes that are what `content_type` says; `name` is safe in headers and on a disk."""

    content: bytes
    content_type: str
    name: str


def read_document(content: bytes, name: str) -> Document:
    """Raises InvalidInput, in words for the customer, for anything but a whole PDF, PNG or JPEG
    of at most 5 MB. `name` is the sender's; its ending is replaced by the true one."""
    if not content:
        raise InvalidInput(_("This file is empty."))
    if len(content) > DOCUMENT_BYTES_MAX:
        raise InvalidInput(too_large_text())
    content_type, ending = _pdf(content) or _image(content)
    return Document(content, content_type, f"{safe_stem(name)}{ending}")


def too_large_text() -> str:
    return _("This file is too large: at most 5 MB, please.")


def safe_stem(name: str) -> str:
    """The name without folders, ending and whatever could mislead; "document" if none is left."""
    stem = unicodedata.normalize("NFC", re.split(r"[/\\]", name)[-1]).rpartition(".")[0]
    kept = (c if unicodedata.category(c)[0] in _KEPT or c in "-_ " else " " for c in stem)
    return " ".join("".join(kept).split())[:NAME_CHARACTERS_MAX].strip() or "document"


def _pdf(content: bytes) -> tuple[str, str] | None:
    if _PDF_START.match(content) and _PDF_END.search(content[-_PDF_END_BYTES:]):
        return "application/pdf", ".pdf"
    return None


def _image(content: bytes) -> tuple[str, str]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            kind = _opened(content)
    except Exception as error:  # Pillow's readers raise whatever broken bytes lead them to
        raise InvalidInput(
            _("This is not a whole PDF, PNG or JPEG file. Please choose another one."),
            f"not a document: {type(error).__name__}: {error}"[:200],
        ) from error
    return _IMAGES[kind]


def _opened(content: bytes) -> str:
    """ "PNG" or "JPEG" for an image that is whole: its pixels are there, and nothing behind it."""
    with Image.open(io.BytesIO(content), formats=tuple(_IMAGES)) as image:
        kind = str(image.format)
        if image.width * image.height > PIXELS_MAX:
            raise ValueError(f"{image.width}x{image.height} pixels")
        if kind == "PNG":
            image.verify()  # every chunk with its checksum, without unpacking the pixels
            if not content.endswith(_PNG_END):
                raise ValueError("something follows the image")
        else:
            image.draft("L", (64, 64))  # unpacked in small: a photo would take 150 MB
            image.load()
    return kind
