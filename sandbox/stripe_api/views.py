"""How stored objects are shown: lists by page, searches, and fields expanded on request."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterable
from typing import Any

from sandbox.stripe_api.account import Account
from sandbox.stripe_api.errors import Json, invalid_request

PAGE_DEFAULT, PAGE_MAX = 10, 100
EXPAND_DEPTH_MAX = 4

SHOWN_TO_BROWSERS = {
    "id", "object", "amount", "amount_details", "automatic_payment_methods", "canceled_at",
    "cancellation_reason", "capture_method", "client_secret", "confirmation_method",
    "created", "currency", "description", "last_payment_error", "last_setup_error",
    "livemode", "next_action", "payment_method", "payment_method_configuration_details",
    "payment_method_types", "processing", "receipt_email", "setup_future_usage", "shipping",
    "source", "status", "usage",
}  # fmt: skip

_CLAUSE = re.compile(r"""^\s*(metadata\[['"](.+?)['"]\]|\w+)\s*:\s*['"](.*)['"]\s*$""")


def page(
    account: Account, kind: str, params: Json, *, url: str, keep: Callable[[Json], bool]
) -> Json:
    """One page of a list, newest first. Raises for limits and cursors that make no sense."""
    limit = params.get("limit", PAGE_DEFAULT)
    if not 1 <= limit <= PAGE_MAX:
        raise invalid_request(
            f"This value must be between 1 and {PAGE_MAX}.",
            code="parameter_invalid_integer",
            param="limit",
        )
    everything = list(account.newest(kind))
    start, end = 0, len(everything)
    if "starting_after" in params:
        start = _position(everything, kind, params, "starting_after") + 1
    if "ending_before" in params:
        end = _position(everything, kind, params, "ending_before")
    found = [item for item in everything[start:end] if keep(item) and _in_time(item, params)]
    rows = found[-limit:] if "ending_before" in params else found[:limit]
    return {
        "object": "list",
        "data": copy.deepcopy(rows),
        "has_more": len(found) > limit,
        "url": url,
    }


def _position(items: list[Json], kind: str, params: Json, cursor: str) -> int:
    """Where the cursor's object stands; it need not pass the list's filters."""
    for index, item in enumerate(items):
        if item["id"] == params[cursor]:
            return index
    raise invalid_request(
        f"No such {kind}: '{params[cursor]}'", code="resource_missing", param=cursor
    )


def _in_time(item: Json, params: Json) -> bool:
    created = params.get("created", {})
    if isinstance(created, int):
        return bool(item["created"] == created)
    tests: dict[str, Callable[[int, int], bool]] = {
        "gt": int.__gt__,
        "gte": int.__ge__,
        "lt": int.__lt__,
        "lte": int.__le__,
    }
    return all(tests[name](item["created"], limit) for name, limit in created.items())


def fields_match(params: Json, *names: str) -> Callable[[Json], bool]:
    """A filter by equality on the parameters that were given."""
    wanted = {name: params[name] for name in names if name in params}
    return lambda item: all(item.get(name) == value for name, value in wanted.items())


def search(account: Account, kind: str, params: Json, *, url: str) -> Json:
    """Stripe's search language, as far as equality joined by AND goes."""
    clauses = [_clause(text) for text in re.split(r"\s+AND\s+", params["query"])]
    limit = params.get("limit", PAGE_DEFAULT)
    rows = [item for item in account.newest(kind) if all(clause(item) for clause in clauses)][
        :limit
    ]
    data = copy.deepcopy(rows)
    return {
        "object": "search_result",
        "data": data,
        "has_more": False,
        "next_page": None,
        "url": url,
    }


def _clause(text: str) -> Callable[[Json], bool]:
    match = _CLAUSE.match(text)
    if match is None:
        raise invalid_request(f"We were unable to parse your search query: {text}", param="query")
    name, key, value = match.groups()
    if key is not None:
        return lambda item: (item.get("metadata") or {}).get(key) == value
    return lambda item: str(item.get(name)) == value


def expanded(account: Account, item: Json, paths: Iterable[str]) -> Json:
    """A copy in which each path (`latest_charge.balance_transaction`) holds the whole object."""
    shown: Json = copy.deepcopy(item)
    for path in paths:
        parts = path.split(".")
        if len(parts) > EXPAND_DEPTH_MAX:
            raise invalid_request(
                f"You cannot expand more than {EXPAND_DEPTH_MAX} levels of a property. "
                f"Property: {path}",
                param="expand",
            )
        _expand(account, shown, parts, path)
    return shown


def _expand(account: Account, node: Any, parts: list[str], path: str) -> None:
    if isinstance(node, list):
        for item in node:
            _expand(account, item, parts, path)
        return
    if not parts or node is None:
        return
    name, *rest = parts
    if not isinstance(node, dict) or name not in node:
        raise invalid_request(f"This property cannot be expanded ({path}).", param="expand")
    if isinstance(node[name], str):
        if node[name] not in account.objects:
            raise invalid_request(f"This property cannot be expanded ({path}).", param="expand")
        node[name] = copy.deepcopy(account.objects[node[name]])
    _expand(account, node[name], rest, path)


def for_browser(node: Any) -> Any:
    """What a publishable key may see: no metadata, no customer, no charge of a payment."""
    if isinstance(node, list):
        return [for_browser(item) for item in node]
    if not isinstance(node, dict):
        return node
    is_intent = node.get("object") in ("payment_intent", "setup_intent")
    kept = {k: v for k, v in node.items() if not is_intent or k in SHOWN_TO_BROWSERS}
    return {key: for_browser(value) for key, value in kept.items()}
