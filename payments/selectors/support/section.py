"""One part of the customer page: a short table, and links to all of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from django.urls import reverse

from accounts.models import Customer

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

Tone = Literal["", "good", "wait", "warn", "bad"]
ROWS_MAX = 5  # of each section: the latest; the link below it leads to all


@dataclass(frozen=True, slots=True)
class Cell:
    """`tone` shows the text as a label; `url` makes it a link."""

    text: StrOrPromise
    url: str = ""
    tone: Tone = ""


@dataclass(frozen=True, slots=True)
class Link:
    """`permission` is what one needs to get in there."""

    title: StrOrPromise
    url: str
    permission: str


@dataclass(frozen=True, slots=True)
class Section:
    """`nothing` is said where there are no rows."""

    key: str
    title: StrOrPromise
    headers: list[StrOrPromise]
    rows: list[list[Cell]]
    nothing: StrOrPromise
    links: list[Link] = field(default_factory=list)

    @property
    def table(self) -> list[list[tuple[StrOrPromise, Cell]]]:
        """Each cell with its header, which stands beside it where the table is narrow."""
        return [list(zip(self.headers, row, strict=True)) for row in self.rows]


@dataclass(frozen=True, slots=True)
class SectionOf:
    """How a section is made, and what one has to be allowed to see it."""

    permission: str
    build: Callable[[Customer, datetime], Section]


def all_of(customer: Customer, model: str, title: StrOrPromise) -> Link:
    """The full list of `model` ("payments_topup") in the admin, of this customer only.

    By the search field, which every such list has and which shows what is being looked at.
    """
    path = reverse(f"admin:{model}_changelist", query={"q": customer.account_number})
    return Link(title, path, "{}.view_{}".format(*model.split("_")))


def change_page(model: str, pk: int) -> str:
    return reverse(f"admin:{model}_change", args=[pk])
