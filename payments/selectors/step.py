"""One line of a top-up's status page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal


@dataclass(frozen=True, slots=True)
class Step:
    state: Literal["done", "now", "next", "bad"]
    title: str
    text: str = ""
    at: datetime | None = None
