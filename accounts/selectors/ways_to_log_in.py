"""How a user proves who they are: what the Security part of the profile shows."""

from collections import Counter
from dataclasses import dataclass

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession

from accounts.models import User


@dataclass(frozen=True, slots=True)
class WaysToLogIn:
    has_password: bool
    has_authenticator_app: bool
    passkeys: int
    has_recovery_codes: bool
    sessions: int

    @property
    def has_second_factor(self) -> bool:
        return self.has_authenticator_app or self.passkeys > 0


def ways_to_log_in(user: User) -> WaysToLogIn:
    """Two queries. `sessions` may count some that have expired and were not cleared yet."""
    types = Counter(Authenticator.objects.filter(user=user).values_list("type", flat=True))
    return WaysToLogIn(
        has_password=user.has_usable_password(),
        has_authenticator_app=types[Authenticator.Type.TOTP] > 0,
        passkeys=types[Authenticator.Type.WEBAUTHN],
        has_recovery_codes=types[Authenticator.Type.RECOVERY_CODES] > 0,
        sessions=UserSession.objects.filter(user=user).count(),
    )
