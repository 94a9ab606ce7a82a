"""What apps above this one add to a customer's page in the admin: where else staff can go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse

from accounts.models import Customer

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True, slots=True)
class CustomerLink:
    """Leads to the admin page `url_name` with `?customer=<id>`, for those who hold `permission`."""

    title: StrOrPromise
    url_name: str
    permission: str

    def address(self, customer: Customer) -> str:
        return f"{reverse(self.url_name)}?{urlencode({'customer': customer.pk})}"


CUSTOMER_LINKS: list[CustomerLink] = []


def links_for(request: HttpRequest, customer: Customer) -> list[tuple[str, StrOrPromise]]:
    """Address and title of each link that the person may follow, in the order of the apps."""
    return [
        (link.address(customer), link.title)
        for link in CUSTOMER_LINKS
        if request.user.has_perm(link.permission)
    ]
