"""One line per figure, and the same in a file."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

RESULTS = Path(__file__).parent / "results" / "latest.json"


@dataclass(frozen=True, slots=True)
class Figure:
    """`value` in `unit`, the median of all rounds; `ratio` beside what `beside` names.

    `ratio` is the median of each round's own ratio, so that a noisy round weighs no more
    than another; None for a figure that is compared with nothing.
    """

    name: str
    value: float
    unit: str
    ratio: float | None
    beside: str
    target: str


def print_figure(figure: Figure) -> None:
    ratio = "" if figure.ratio is None else f"{figure.ratio:6.2f} × {figure.beside}"
    print(
        f"{figure.name:24}{figure.value:12,.2f} {figure.unit:14}{ratio:28}target {figure.target}",
        flush=True,
    )


def write_results(figures: Sequence[Figure]) -> None:
    RESULTS.parent.mkdir(exist_ok=True)
    content = {
        figure.name: {"value": round(figure.value, 2), "unit": figure.unit, "ratio": _ratio(figure)}
        for figure in figures
    }
    RESULTS.write_text(json.dumps(content, indent=2) + "\n")
    print(f"written to {RESULTS}")


def _ratio(figure: Figure) -> float | None:
    return None if figure.ratio is None else round(figure.ratio, 3)
