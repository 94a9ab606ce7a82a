"""The roles of staff as Django groups, equal to the tables of the apps."""

from typing import Any

from django.contrib.auth.models import Group, Permission
from django.db import transaction

from accounts import staff_permissions as of_accounts
from accounts.staff_roles import Grants, Role
from billing import staff_permissions as of_billing
from payments import staff_permissions as of_payments

GRANTS: Grants = {
    **of_accounts.STAFF_PERMISSIONS,
    **of_billing.STAFF_PERMISSIONS,
    **of_payments.STAFF_PERMISSIONS,
}


def permissions_of(role: Role) -> frozenset[str]:
    """What `role` holds, as "app.codename"."""
    if role == Role.ADMINISTRATOR:
        return frozenset(GRANTS)
    if role == Role.AUDITOR:
        return frozenset(name for name in GRANTS if name.split(".")[1].startswith("view_"))
    return frozenset(name for name, roles in GRANTS.items() if role in roles)


@transaction.atomic
def sync_staff_roles(**_signal: Any) -> None:
    """Makes each role's group and gives it exactly what the tables say. Runs after `migrate`.

    A permission that the database does not have is left out: a `migrate` to an earlier state
    has fewer tables. That the names are right is proven by a test. Other groups are left
    alone. A second call changes nothing and costs two queries.
    """
    ids = {
        f"{app}.{codename}": pk
        for pk, app, codename in Permission.objects.values_list(
            "pk", "content_type__app_label", "codename"
        )
    }
    held = {(name, pk) for name, pk in Group.objects.values_list("name", "permissions") if pk}
    wanted = {
        (role.value, ids[name]) for role in Role for name in permissions_of(role) if name in ids
    }
    if _of_roles(held) != wanted:
        _write(_of_roles(held), wanted)


def _of_roles(held: set[tuple[str, int]]) -> set[tuple[str, int]]:
    return {(name, pk) for name, pk in held if name in Role.values}


def _write(held: set[tuple[str, int]], wanted: set[tuple[str, int]]) -> None:
    Group.objects.bulk_create([Group(name=name) for name in Role.values], ignore_conflicts=True)
    groups = Group.objects.in_bulk(Role.values, field_name="name")
    links = Group.permissions.through
    for name, permission_id in held - wanted:
        links.objects.filter(group=groups[name], permission_id=permission_id).delete()
    links.objects.bulk_create(
        [
            links(group_id=groups[name].pk, permission_id=permission_id)
            for name, permission_id in wanted - held
        ],
        ignore_conflicts=True,
    )
