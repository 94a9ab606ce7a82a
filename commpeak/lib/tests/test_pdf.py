"""PDFs take any text: shown, written in Latin letters, or left out, but never a crash."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from commpeak.lib.pdf import new_pdf, printable


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Ada Größe Œuvre Łódź", "Ada Größe Œuvre Łódź"),
        ("Олена Петренко", "Олена Петренко"),
        ("Αθήνα", "Αθήνα"),
        ("田中", "TianZhong"),
        ("\u202egnp.exe", "gnp.exe"),  # no turning around
        ("a\u200db\x00c\nd", "abc d"),
        ("Ada 💸", "Ada"),
        ("", ""),
    ],
)
def test_text_is_shown_in_letters_of_the_font_or_in_latin_ones(text, shown):
    """S16"""
    assert printable(text) == shown


def test_a_very_long_text_is_cut():
    assert printable("x" * 10_000) == "x" * 399 + "…"


@given(st.text(max_size=60))
def test_whatever_is_typed_can_be_printed(text):
    assert all(char == " " or char.isprintable() for char in printable(text))
    assert printable(printable(text)) == printable(text)


def test_a_page_of_odd_texts_has_nothing_in_it_that_runs():
    """S6, S16"""
    odd = [
        "💸",
        "\u202e",
        "عبد",
        "<script>alert(1)</script>",
        ") Tj /JS (app.alert(1))",
        "ß" * 9999,
    ]
    pdf = new_pdf(title=" ".join(odd))
    for text in odd:
        pdf.multi_cell(0, 5, printable(text), new_x="LMARGIN", new_y="NEXT")
    made = PdfReader(io.BytesIO(bytes(pdf.output())))
    assert len(made.pages) == 1
    assert {"/AA", "/Names", "/AcroForm"}.isdisjoint(made.trailer["/Root"])
    assert "<script>alert(1)</script>" in made.pages[0].extract_text()  # as text
    assert "/Annots" not in made.pages[0]
