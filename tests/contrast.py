"""WCAG 2.2 contrast of the colour tokens, computed from the style sheet itself."""

import re
from pathlib import Path

TOKENS = Path(__file__).parent.parent / "static" / "css" / "tokens.css"
_PAIR = re.compile(r"--([\w-]+):\s*light-dark\((#[0-9a-f]{6}),\s*(#[0-9a-f]{6})\)")

Colors = dict[str, tuple[str, str]]


def read_colors() -> Colors:
    """Token → (light, dark), for each token that is one plain colour per scheme."""
    return {name: (light, dark) for name, light, dark in _PAIR.findall(TOKENS.read_text())}


def contrast(one: str, other: str) -> float:
    """From 1 (the same) to 21 (black on white); w3.org/TR/WCAG22/#dfn-contrast-ratio."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(color: str) -> float:
    red, green, blue = (_linear(int(color[place : place + 2], 16) / 255) for place in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
