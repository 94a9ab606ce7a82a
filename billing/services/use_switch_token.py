"""Whose token a request shows."""

from datetime import datetime, timedelta

from django.db.models import Q

from billing.models import SwitchToken
from billing.services.issue_switch_token import token_digest

# A switch reports several times a second; when it was last seen need not be known better.
NOTED_EVERY = timedelta(minutes=1)


def use_switch_token(*, secret: str, now: datetime) -> SwitchToken | None:
    """The token that `secret` is, with its switch, or None for one unknown or revoked.

    Notes that it was used, at most once a minute. One query, two when it notes.
    """
    found = SwitchToken.objects.select_related("switch").filter(
        digest=token_digest(secret), revoked_at=None
    )
    token = found.first()
    if token and (token.last_used_at is None or token.last_used_at <= now - NOTED_EVERY):
        _note(token, now)
    return token


def _note(token: SwitchToken, now: datetime) -> None:
    """One of several requests at once writes; the others find it written."""
    stale = Q(last_used_at=None) | Q(last_used_at__lte=now - NOTED_EVERY)
    SwitchToken.objects.filter(stale, pk=token.pk).update(last_used_at=now)
