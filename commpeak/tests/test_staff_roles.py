"""S10: what each role may do in the admin, page by page, as docs/staff.md says it.

Every address of the admin is asked for by a person of each role. The rows come from the urlconf,
so a new page needs a new row: to write the table anew after a change that is meant:
WRITE_MATRIX=1 pytest commpeak/tests/test_staff_roles.py
"""

import os
from functools import cache

import pytest
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.models import Group, Permission
from django.contrib.messages.storage.cookie import CookieStorage
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.test import Client, RequestFactory
from django.urls import resolve

from accounts.models import User
from accounts.staff_roles import Role
from accounts.tests.builders import PASSWORD, make_staff, make_user
from commpeak.staff_roles import GRANTS, permissions_of, sync_staff_roles
from tests.addresses import Address, all_addresses

pytestmark = pytest.mark.django_db

PAGE = settings.BASE_DIR / "docs" / "staff.md"
BEGIN, END = "<!-- matrix -->\n", "<!-- end of the matrix -->"
NO = "–"
# for everybody who may enter: they show nothing of anybody
OF_THE_SITE = {
    *("index", "login", "logout", "password_change", "password_change_done", "jsi18n"),
    *("app_list", "search", "autocomplete", "view_on_site"),
}
BESIDES = {"history"}  # for whoever reads the object
LEADS_ON = "/admin/<url>"
OTHER_NAMES = {"auth_user_password_change": "accounts.user: set a password"}
READING = {
    "accounts.customer: view as",  # leaves nothing but the row that tells of it
    "admin-find-payment",
    "admin-find-payment-case",
    "payments tie out",
    "payments.receipt: match",  # the page; crediting is "confirm" and "credit"
    "payments.receipt: match wires",
    "payments.receipt: tie out",
    "payments.wireannouncement: download proof",
}
# The page of a model, how it is asked for, and the word for it. Nothing is there under this
# number, and permissions are looked at before.
NOTHING = "0"
MODEL_PAGES = {
    "changelist": [("get", "read")],
    "add": [("get", "add")],
    "change": [("get", "read"), ("post", "change")],
    "edit": [("get", "read"), ("post", "change")],  # of a customer, whose page is another
    "delete": [("get", "delete")],
}
WORDS = ["read", "add", "change", "delete"]


def staff_pages() -> list[Address]:
    return [
        address
        for address in all_addresses()
        if address.route.startswith("/admin/")
        and address.route != LEADS_ON
        and address.name not in OF_THE_SITE
        and address.name
    ]


def row_of(address: Address) -> tuple[str, list[tuple[str, str]]]:
    """The row in which an address is told, and how it is asked for: "payments.payment" and its
    plain pages, or an action of its own: "payments.payment: refund"."""
    if address.name in OTHER_NAMES:
        return OTHER_NAMES[address.name], [("get", "yes")]
    for model in admin.site._registry:
        names = f"{model._meta.app_label}_{model._meta.model_name}_"
        if address.name.startswith(names):
            page = address.name.removeprefix(names)
            if page in MODEL_PAGES:
                return model._meta.label_lower, MODEL_PAGES[page]
            if page in BESIDES:
                return model._meta.label_lower, []
            return f"{model._meta.label_lower}: {page.replace('_', ' ')}", [("get", "yes")]
    return address.name.replace("_", " "), [("get", "yes")]


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def status_of(user: User, method: str, path: str) -> int:
    """Of the view itself, without rendering its page: hundreds are asked."""
    request = getattr(RequestFactory(), method)(path)
    request.user, request.session, request._messages = user, {}, CookieStorage(request)
    request._dont_enforce_csrf_checks = True
    view, args, kwargs = resolve(path)
    try:
        return int(view(request, *args, **kwargs).status_code)
    except PermissionDenied:
        return 403
    except Http404:
        return 404


def is_granted(user: User, method: str, path: str, word: str) -> bool:
    status = status_of(user, method, path)
    if status == 405:  # it is only pressed
        status = status_of(user, "post", path)
    # Django's own form sends away from what there is not; a page of ours that takes no form stays
    return status == 302 if word == "change" else status != 403


def rights_of(user: User) -> dict[str, str]:
    """Each row and what it lets `user` do: "read, add, change", "yes" or "–"."""
    rights: dict[str, set[str]] = {}
    for address in staff_pages():
        row, asked = row_of(address)
        path = address.filled(dict.fromkeys(address.places, NOTHING))
        granted = {word for method, word in asked if is_granted(user, method, path, word)}
        rights.setdefault(row, set()).update(granted)
    return {row: told(granted) for row, granted in rights.items()}


def told(granted: set[str]) -> str:
    return ", ".join(sorted(granted, key=[*WORDS, "yes"].index)) or NO


def models() -> set[str]:
    return {model._meta.label_lower for model in admin.site._registry}


@cache
def rights_of_role(role: Role) -> dict[str, str]:
    return rights_of(make_staff(role))


def matrix() -> str:
    columns = {role: rights_of_role(role) for role in Role}
    lines = [
        "| page or action | " + " | ".join(role.value for role in Role) + " |",
        "|---" * (len(Role) + 1) + "|",
    ]
    for row in sorted(columns[Role.AUDITOR]):
        lines.append(f"| {row} | " + " | ".join(columns[role][row] for role in Role) + " |")
    return "\n".join(lines) + "\n"


def test_s10_each_role_may_do_what_the_page_says():
    before, rest = PAGE.read_text().split(BEGIN)
    written, after = rest.split(END)
    found = matrix()
    if os.environ.get("WRITE_MATRIX"):
        PAGE.write_text(before + BEGIN + found + END + after)
    assert found.splitlines() == written.splitlines()


def test_s10_without_a_role_nothing_is_shown():
    nobody = make_staff()
    assert set(rights_of(nobody).values()) == {NO}
    client = client_of(nobody)
    assert "Your login has no role yet" in client.get("/admin/").content.decode()


def test_s10_the_auditor_reads_every_page_and_presses_nothing():
    rights = rights_of_role(Role.AUDITOR)
    pages = {row: right for row, right in rights.items() if row in models()}
    assert set(pages.values()) == {"read"}
    assert {row for row in rights.keys() - pages.keys() if rights[row] != NO} == READING


def test_every_permission_of_the_tables_exists():
    known = {
        f"{app}.{codename}"
        for app, codename in Permission.objects.values_list("content_type__app_label", "codename")
    }
    assert sorted(set(GRANTS) - known) == []


def test_inlines_are_read_by_whoever_reads_their_page():
    """An inline without permission would be left out, and nobody would notice."""
    for model_admin in admin.site._registry.values():
        for inline in model_admin.inlines:
            view = "{}.view_{}".format
            of_page = view(model_admin.opts.app_label, model_admin.opts.model_name)
            of_inline = view(inline.model._meta.app_label, inline.model._meta.model_name)
            assert GRANTS[of_page] == GRANTS[of_inline] or of_inline in {
                "accounts.view_notificationaddress",
                "accounts.view_silentcategory",
            }


def test_groups_are_made_equal_to_the_tables_again():
    group = Group.objects.get(name=Role.SUPPORT)
    group.permissions.set(Permission.objects.filter(codename__startswith="change_"))
    Group.objects.get(name=Role.AUDITOR).delete()
    sync_staff_roles()
    for role in Role:
        held = Group.objects.get(name=role).permissions.values_list(
            "content_type__app_label", "codename"
        )
        assert {f"{app}.{codename}" for app, codename in held} == permissions_of(role)


def test_groups_of_others_are_left_alone():
    group = Group.objects.create(name="Ours")
    group.permissions.set(Permission.objects.filter(codename="view_customer"))
    sync_staff_roles()
    assert group.permissions.count() == 1


def test_syncing_again_writes_nothing(django_assert_num_queries):
    with django_assert_num_queries(4):  # two of them are the savepoint
        sync_staff_roles()


def typed(**changes: str) -> dict[str, str]:
    return {
        "is_active": "on",
        "is_staff": "on",
        "memberships-TOTAL_FORMS": "0",
        "memberships-INITIAL_FORMS": "0",
        **changes,
    }


def test_an_administrator_gives_roles_and_makes_nobody_all_powerful():
    client, colleague = client_of(make_staff(Role.ADMINISTRATOR)), make_staff()
    auditor = Group.objects.get(name=Role.AUDITOR)
    path = f"/admin/accounts/user/{colleague.pk}/change/"
    form = typed(email=colleague.email, groups=str(auditor.pk), is_superuser="on")
    assert client.post(path, form).status_code == 302
    colleague.refresh_from_db()
    assert (list(colleague.groups.all()), colleague.is_superuser) == ([auditor], False)


def test_an_administrator_does_not_take_over_an_all_powerful_login():
    client, owner = client_of(make_staff(Role.ADMINISTRATOR)), make_user(is_superuser=True)
    path = f"/admin/accounts/user/{owner.pk}/"
    assert client.post(f"{path}change/", typed(email="mine@example.com")).status_code == 403
    new = {"password1": PASSWORD * 2, "password2": PASSWORD * 2}
    assert client.post(f"{path}password/", new).status_code == 403
    owner.refresh_from_db()
    assert owner.check_password(PASSWORD)


def test_s15_a_password_s_hash_is_shown_to_nobody():
    user = make_user()
    for role in (Role.SUPPORT, Role.ADMINISTRATOR):
        page = client_of(make_staff(role)).get(f"/admin/accounts/user/{user.pk}/change/")
        assert user.password.split("$")[-1] not in page.content.decode()
