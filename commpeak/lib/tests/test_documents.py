"""A file is what its bytes are: whole PDFs, PNGs and JPEGs, and nothing else."""

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from commpeak.lib.documents import DOCUMENT_BYTES_MAX, read_document, safe_stem
from commpeak.lib.errors import InvalidInput
from commpeak.lib.pdf import new_pdf

PDF = bytes(new_pdf(title="Receipt").output())
HTML = b"<!doctype html><script>alert(1)</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def image(kind: str) -> bytes:
    out = io.BytesIO()
    Image.effect_noise((64, 48), 90).save(out, kind)
    return out.getvalue()


def a_zip() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("evil.html", HTML)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "content_type", "name"),
    [
        (PDF, "application/pdf", "receipt.pdf"),
        (image("PNG"), "image/png", "receipt.png"),
        (image("JPEG"), "image/jpeg", "receipt.jpg"),
    ],
)
def test_a_whole_document_is_taken_under_its_true_ending(content, content_type, name):
    document = read_document(content, "receipt.exe")
    assert (document.content_type, document.name) == (content_type, name)
    assert document.content == content


@pytest.mark.parametrize(
    "content",
    [
        SVG,
        b'<?xml version="1.0"?>' + SVG,
        HTML,
        b"\xef\xbb\xbf" + HTML,
        HTML + PDF,  # a PDF that begins late is a web page to a browser
        b"%PDF-1.4\n" + HTML,
        b"%PDF-1.4\n" + HTML + b"\n%%EOF",
        PDF[: len(PDF) // 2],
        PDF + HTML,
        PDF + a_zip(),
        a_zip(),
        image("PNG")[:-20],
        image("PNG")[: len(image("PNG")) // 2],
        image("PNG")[:8],
        image("PNG") + a_zip(),
        image("PNG") + HTML,
        image("JPEG")[: len(image("JPEG")) // 2],
        image("GIF"),
        image("BMP"),
        image("TIFF"),
        image("WEBP"),
        b"MZ" + b"\x00" * 200,
        b"\x00" * 5000,
    ],
)
def test_anything_else_is_refused(content):
    with pytest.raises(InvalidInput, match="not a document"):
        read_document(content, "receipt.pdf")


def test_an_empty_file_and_one_that_is_too_large_are_said_to_be_so():
    with pytest.raises(InvalidInput, match="This file is empty"):
        read_document(b"", "receipt.pdf")
    with pytest.raises(InvalidInput, match="at most 5 MB"):
        read_document(b"%PDF-1.4" + b" " * DOCUMENT_BYTES_MAX, "receipt.pdf")


def test_an_image_that_would_unpack_to_a_huge_one_is_not_unpacked():
    out = io.BytesIO()
    Image.new("1", (11_000, 11_000)).save(out, "PNG")
    with pytest.raises(InvalidInput, match="not a document"):
        read_document(out.getvalue(), "bomb.png")


@given(st.binary(max_size=300), st.sampled_from([b"", b"%PDF-1.4", PDF[:40], image("PNG")[:40]]))
def test_whatever_is_uploaded_is_answered(rest, start):
    with pytest.raises(InvalidInput):
        read_document(start + rest, "x")


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("receipt.pdf", "receipt"),
        ("../../etc/passwd.pdf", "passwd"),
        ("C:\\temp\\Überweisung März.PNG", "Überweisung März"),
        ('a"; filename="b.html.pdf', "a filename b html"),
        ("evil\r\nSet-Cookie: x.pdf", "evil Set-Cookie x"),
        ("\u202egnp.exe.pdf", "gnp exe"),
        ("<script>.pdf", "script"),
        (".pdf", "document"),
        ("💸.pdf", "document"),
        ("", "document"),
        ("x" * 10_000 + ".pdf", "x" * 80),
    ],
)
def test_a_name_keeps_its_letters_and_loses_what_could_mislead(name, stem):
    """S6, S16"""
    assert safe_stem(name) == stem
