"""Makes a bearer token for a switch."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from billing.models import Switch, SwitchToken
from billing.models.switches import SHOWN_LENGTH
from commpeak.lib.errors import InvalidInput

if TYPE_CHECKING:
    from accounts.models import User

TOKEN_BYTES = 32  # 256 random bits: its plain SHA-256 cannot be guessed back
TOKEN_PREFIX = "cpswitch_"  # noqa: S105 - the sieve of commpeak/logs.py knows it by this


def issue_switch_token(
    *, switch: Switch, scopes: Collection[SwitchToken.Scope], created_by: User | None
) -> str:
    """The new token of `switch`, which is kept nowhere: show it to whoever asked, once.

    A second call makes another token; both work. Raises InvalidInput without any scope.
    """
    if not scopes:
        raise InvalidInput(_("Choose what the token may be used for."))
    token = TOKEN_PREFIX + secrets.token_urlsafe(TOKEN_BYTES)
    SwitchToken.objects.create(
        switch=switch,
        shown=token[:SHOWN_LENGTH],
        digest=token_digest(token),
        scopes=sorted(scopes),
        created_by=created_by,
    )
    return token


def token_digest(token: str) -> bytes:
    """What is kept of a token. Looking it up by this tells nothing by the time it takes."""
    return hashlib.sha256(token.encode(errors="replace")).digest()
