"""JSON as its standard has it: Python's own reader also takes NaN, Infinity and UTF-16."""

import json
from typing import Any


def strict_json(body: bytes) -> Any:
    """Raises ValueError for what is not JSON in UTF-8, and for what is nested too deeply."""
    try:
        return json.loads(body.decode(), parse_constant=_refuse)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")
