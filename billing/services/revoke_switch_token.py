"""Ends a switch's token."""

from datetime import datetime

from billing.models import SwitchToken


def revoke_switch_token(*, token_id: int, now: datetime) -> bool:
    """The token is refused from the next request on; whether it had still been good.

    A second call leaves the time of the first.
    """
    good = SwitchToken.objects.filter(pk=token_id, revoked_at=None)
    return bool(good.update(revoked_at=now))
