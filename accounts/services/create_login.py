"""Creates a login outside of sign-up: staff, demo data, tests."""

from allauth.account.models import EmailAddress
from django.db import transaction

from accounts.models import User


def create_login(
    *, email: str, password: str, is_staff: bool = False, is_superuser: bool = False
) -> User:
    """A user whose e-mail address counts as verified, so that they can log in at once.

    A second call with the same address sets the flags anew, and the password if it is another:
    setting the same one again would end the user's sessions.
    """
    with transaction.atomic():
        user = User.objects.filter(email=email.lower()).first()
        user = user or User(email=email.lower())
        user.is_staff = is_staff or is_superuser
        user.is_superuser = is_superuser
        if not user.check_password(password):
            user.set_password(password)
        user.save()
        EmailAddress.objects.update_or_create(
            user=user, email=user.email, defaults={"verified": True, "primary": True}
        )
    return user
