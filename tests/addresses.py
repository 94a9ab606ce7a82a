"""Every address of the portal, walked from the urlconf, so that a new page is tested by itself."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver

_PLACE = re.compile(r"<(?:\w+:)?(\w+)>")  # <reference:reference>, <int:pk>
_NAMED_GROUP = re.compile(r"\(\?P<(\w+)>[^)]*\)")  # (?P<key>.+), as regular expressions write it


@dataclass(frozen=True)
class Address:
    """A route with named places, such as `/topup/<reference>/pay/`."""

    route: str
    name: str

    @property
    def places(self) -> set[str]:
        return set(_PLACE.findall(self.route))

    def filled(self, values: Mapping[str, str]) -> str:
        return _PLACE.sub(lambda place: values[place[1]], self.route)

    def __str__(self) -> str:
        return self.route


def all_addresses() -> list[Address]:
    return list(_walk(get_resolver().url_patterns, "/"))


def _walk(patterns: list[URLPattern | URLResolver], prefix: str) -> Iterator[Address]:
    for pattern in patterns:
        route = prefix + _NAMED_GROUP.sub(r"<\1>", str(pattern.pattern)).strip("^$")
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, route)
        else:
            yield Address(route, pattern.name or "")
