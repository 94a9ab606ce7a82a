"""The admin's menu: a day's work first, and nothing that leads to a closed door."""

import pytest
from django.test import Client

from accounts.staff_roles import Role
from accounts.tests.builders import make_staff

pytestmark = pytest.mark.django_db


def entries(*roles: Role) -> tuple[Client, dict[str, str]]:
    """Titles and addresses of the menu that somebody of these roles sees."""
    client = Client()
    client.force_login(make_staff(*roles), backend="django.contrib.auth.backends.ModelBackend")
    groups = client.get("/admin/").context["sidebar_navigation"]
    return client, {str(one["title"]): str(one["link"]) for g in groups for one in g["items"]}


def test_a_clerk_finds_the_desk_at_the_top():
    _client, found = entries(Role.WIRE_CLERK)
    assert list(found)[:5] == [
        "What needs a human",
        "Match wires",
        "Statement files",
        "Tie-out",
        "Find a payment",
    ]


@pytest.mark.parametrize("role", [Role.SUPPORT, Role.AUDITOR])
def test_every_entry_leads_to_an_open_door(role: Role):
    client, found = entries(role)
    assert {client.get(link).status_code for link in found.values()} == {200}


def test_without_a_role_there_is_nothing_but_the_home_page():
    _client, found = entries()
    assert list(found) == ["What needs a human"]
