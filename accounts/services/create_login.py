"""Creates a login outside of sign-up: staff, demo data, tests."""

from collections.abc import Collection

from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from django.db import transaction

from accounts.models import User
from accounts.staff_roles import Role


def create_login(
    *,
    email: str,
    password: str,
    is_staff: bool = False,
    is_superuser: bool = False,
    roles: Collection[Role] = (),
) -> User:
    """A user whose e-mail address counts as verified, so that they can log in at once.

    With `roles` they may enter the admin and do there what these may.
    A second call with the same address sets flags and roles anew, and the password if it is
    another: setting the same one again would end the user's sessions.
    """
    with transaction.atomic():
        user = User.objects.filter(email=email.lower()).first()
        user = user or User(email=email.lower())
        user.is_staff = is_staff or is_superuser or bool(roles)
        user.is_superuser = is_superuser
        if not user.check_password(password):
            user.set_password(password)
        user.save()
        user.groups.set(Group.objects.filter(name__in=roles))
        EmailAddress.objects.update_or_create(
            user=user, email=user.email, defaults={"verified": True, "primary": True}
        )
    return user
