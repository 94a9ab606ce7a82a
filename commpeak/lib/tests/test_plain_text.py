"""Typed text: tidied where nothing is lost, refused where it could mislead (S16)."""

import pytest

from commpeak.lib.plain_text import one_line, several_lines


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("", ""),
        ("  Ada \t Lovelace\n", "Ada Lovelace"),
        ("Ada\u00a0Lovelace", "Ada Lovelace"),
        ("Ada\u200b\ufeff Love\u00adlace", "Ada Lovelace"),
        ("Zoe\u0308", "Zoë"),
        ("علی\u200cرضا", "علی\u200cرضا"),
        ("Café 👩\u200d🚀", "Café 👩\u200d🚀"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
    ],
)
def test_text_is_tidied_and_stays_what_it_says(typed, kept):
    assert one_line(typed) == kept
    assert one_line(kept) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "Ada\x00",
        "Ada\x1b[31m",
        "Ada \u202elivE",
        "\u2066Ada\u2069",
        "Ada \ud800",
        "Ada \ue000",
        "\u200d\u200c",
    ],
    ids=ascii,
)
def test_text_that_misleads_or_cannot_be_stored_is_refused(typed):
    with pytest.raises(ValueError, match=r"not allowed|nothing"):
        one_line(typed)


def test_several_lines_keep_their_breaks_and_lose_empty_lines():
    assert several_lines(" Flat 2 \r\n\r\n 1  High Street ") == "Flat 2\n1 High Street"
