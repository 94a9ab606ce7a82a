"""Stripe's form encoding: `a[b][c]=1`, `list[0][x]=2`, `expand[]=y` become nested data."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from sandbox.stripe_api.errors import invalid_request

NESTING_MAX = 8  # Stripe's deepest parameter has six levels
FIELDS_MAX = 1_000

_KEY = re.compile(r"^([^\[\]]+)((?:\[[^\[\]]*\])*)$")
_PART = re.compile(r"\[([^\[\]]*)\]")


def decode(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Nested dicts and lists of strings from form fields in the order they came.

    Raises invalid_request for keys that are not well formed, too deep or too many.
    """
    root: dict[str, Any] = {}
    for count, (key, value) in enumerate(pairs):
        if count >= FIELDS_MAX:
            raise invalid_request(f"Too many parameters; the most is {FIELDS_MAX}.")
        _put(root, _path(key), value)
    return {key: _lists(value) for key, value in root.items()}


def _path(key: str) -> list[str]:
    match = _KEY.match(key)
    if match is None:
        raise invalid_request(f"Invalid parameter name: {key}", param=key)
    path = [match[1], *_PART.findall(match[2])]
    if len(path) > NESTING_MAX:
        raise invalid_request(f"Parameter nested too deeply: {key}", param=key)
    return path


def _put(root: dict[str, Any], path: list[str], value: str) -> None:
    node = root
    for part in path[:-1]:
        node = node.setdefault(part or str(len(node)), {})
        if not isinstance(node, dict):
            raise invalid_request(f"Invalid hash: {path[0]}", param=path[0])
    node[path[-1] or str(len(node))] = value


def _lists(node: Any) -> Any:
    """A dict whose keys are 0, 1, 2 … was a list."""
    if not isinstance(node, dict):
        return node
    if node and list(node) == [str(index) for index in range(len(node))]:
        return [_lists(item) for item in node.values()]
    return {key: _lists(value) for key, value in node.items()}


def field_name(path: Iterable[Any]) -> str:
    """`("card", "number")` as Stripe names it in an error: `card[number]`."""
    first, *rest = [str(part) for part in path]
    return first + "".join(f"[{part}]" for part in rest)
