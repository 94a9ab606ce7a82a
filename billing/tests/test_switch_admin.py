"""Staff make switches, issue tokens and revoke them; a token is seen once."""

import re
from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from accounts.tests.builders import make_user
from billing.models import Switch, SwitchToken
from billing.tests.switches import make_token, switch_client

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(client):
    client.force_login(make_user(email="ann@example.com", is_staff=True, is_superuser=True))
    return client


def page(model, name, *args):
    return reverse(f"admin:billing_{model}_{name}", args=args)


def button(body, name):
    """The address behind a button of an object's page."""
    return re.search(rf'href="(/admin/billing/[^"]*{name}[^"]*)"', body)[1]


@pytest.fixture
def switch(staff):
    staff.post(page("switch", "add"), {"name": "fra-1", **NO_TOKENS})
    return Switch.objects.get(name="fra-1")


NO_TOKENS = {"tokens-TOTAL_FORMS": "0", "tokens-INITIAL_FORMS": "0"}


def issue(staff, switch, *scopes):
    found = button(staff.get(page("switch", "change", switch.pk)).content.decode(), "issue-token")
    assert staff.get(found).status_code == 200
    return staff.post(found, {"scopes": scopes})


def test_token_is_shown_once_and_works(staff, switch):
    answer = issue(staff, switch, "usage:write", "balances:read")
    token = re.search(r'<code id="new-token">([^<]+)</code>', answer.content.decode())[1]
    assert "no-store" in answer["Cache-Control"]
    assert switch_client(token).get("/api/v1/balances/12345674").status_code == 404
    kept = SwitchToken.objects.get()
    assert (kept.scopes, str(kept.created_by)) == (
        ["balances:read", "usage:write"],
        "ann@example.com",
    )
    for address in (
        page("switch", "change", switch.pk),
        page("switch", "history", switch.pk),
        page("switchtoken", "changelist"),
        page("switchtoken", "change", kept.pk),
    ):
        body = staff.get(address).content.decode()
        assert token not in body
        assert kept.digest.hex() not in body
    assert kept.shown in staff.get(page("switch", "change", switch.pk)).content.decode()


def test_token_for_nothing_is_not_issued(staff, switch):
    answer = issue(staff, switch)
    assert "This field is required" in answer.content.decode()
    assert SwitchToken.objects.count() == 0


def test_revoking_asks_why_and_ends_the_token(staff):
    token = make_token()
    kept = SwitchToken.objects.get()
    found = button(staff.get(page("switchtoken", "change", kept.pk)).content.decode(), "/revoke")
    assert staff.post(found, {"reason": ""}).status_code == 200
    assert switch_client(token).get("/api/v1/balances/12345674").status_code == 404
    staff.post(found, {"reason": "Lost laptop"})
    assert switch_client(token).get("/api/v1/balances/12345674").status_code == 401
    again = staff.post(found, {"reason": "Again"}, follow=True)
    assert "It had been revoked before." in again.content.decode()


def test_nothing_of_a_token_is_typed_over_or_deleted(staff):
    make_token()
    kept = SwitchToken.objects.get()
    assert staff.post(page("switchtoken", "change", kept.pk), {"shown": "x"}).status_code == 403
    assert staff.post(page("switchtoken", "delete", kept.pk), {"post": "yes"}).status_code == 403
    assert staff.post(page("switch", "delete", kept.switch_id), {"post": "yes"}).status_code == 403
    assert staff.get(page("switchtoken", "add")).status_code == 403


def test_staff_who_may_only_look_issue_and_revoke_nothing(client, staff, switch):
    make_token()
    kept = SwitchToken.objects.get()
    issuing = button(staff.get(page("switch", "change", switch.pk)).content.decode(), "issue-token")
    revoking = button(staff.get(page("switchtoken", "change", kept.pk)).content.decode(), "/revoke")
    clerk = make_user(email="clerk@example.com", is_staff=True)
    clerk.user_permissions.set(
        Permission.objects.filter(codename__in=["view_switch", "view_switchtoken"])
    )
    client.force_login(clerk)
    assert client.post(issuing, {"scopes": ["usage:write"]}).status_code == 403
    assert client.post(revoking, {"reason": "Why not"}).status_code == 403
    assert SwitchToken.objects.filter(revoked_at=None).count() == 1


def test_when_a_token_was_last_used_is_shown(staff, switch):
    issue(staff, switch, "balances:read")
    assert last_used(staff) == "-"
    used_at = datetime(2026, 3, 2, 12, 34, tzinfo=UTC)
    SwitchToken.objects.update(last_used_at=used_at)
    assert last_used(staff) == "March 2, 2026, 12:34 p.m."


def last_used(staff) -> str:
    """As the list of tokens and the token's own page say."""
    listed = staff.get(page("switchtoken", "changelist")).content.decode()
    [cell] = re.findall(r"field-last_used_at[^>]*>\s*([^<]*?)\s*<", listed)
    return cell
