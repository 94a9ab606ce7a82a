"""Kinds of work for staff, as the admin's home page shows them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

SHOWN_MAX = 10


@dataclass(frozen=True, slots=True)
class WaitingItem:
    what: str
    why: str
    since: datetime
    url: str


@dataclass(frozen=True, slots=True)
class Queue:
    """One kind of work: the oldest items first, and how many there are in all.

    Who does not hold `permission` is not shown it.
    """

    title: StrOrPromise
    hint: StrOrPromise
    items: list[WaitingItem]
    count: int
    all_url: str
    permission: str
