"""Everybody can read it: AA contrast of every pair of colours in use, light and dark."""

import pytest

from tests.contrast import contrast, read_colors

COLORS = read_colors()
SURFACES = ("paper", "card", "sunk")

TEXT_ON = [
    *[(ink, surface) for ink in ("ink", "ink-2", "ink-3") for surface in SURFACES],
    *[("brand", surface) for surface in (*SURFACES, "brand-soft")],
    *[("brand-deep", surface) for surface in (*SURFACES, "brand-soft")],
    *[(ink, "brand-soft") for ink in ("ink", "ink-2")],
    ("brand-ink", "brand"),
    ("brand-ink", "brand-deep"),
    ("ink", "raised"),
    *[(kind, "card") for kind in ("warn", "bad", "info")],
    *[(kind, f"{kind}-soft") for kind in ("warn", "bad", "info")],
    *[("ink", f"{kind}-soft") for kind in ("warn", "bad", "info")],
    ("bad", "paper"),
    ("bad-ink", "bad"),
]
EDGE_ON = [
    *[("line-strong", surface) for surface in SURFACES],
    *[("focus", surface) for surface in SURFACES],
    ("brand", "card"),
    ("bad", "card"),
]


def worst(one: str, other: str) -> float:
    """Of the light and the dark scheme, the one that is harder to read."""
    return min(contrast(a, b) for a, b in zip(COLORS[one], COLORS[other], strict=True))


def test_black_on_white_is_21_to_1():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize(("text", "surface"), TEXT_ON)
def test_text_has_at_least_4_5_to_1(text, surface):
    assert worst(text, surface) >= 4.5


@pytest.mark.parametrize(("edge", "surface"), EDGE_ON)
def test_edges_of_controls_and_focus_have_at_least_3_to_1(edge, surface):
    assert worst(edge, surface) >= 3
